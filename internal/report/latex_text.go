package report

import (
	"regexp"
	"strings"
)

// latexSymbols are the characters that LaTeX takes for more than text, or has no letter for in text, and what prints them.
var latexSymbols = map[rune]string{
	'\\': `\textbackslash{}`, '{': `\{`, '}': `\}`, '#': `\#`, '$': `\$`, '%': `\%`, '&': `\&`, '_': `\_`,
	'^': `\textasciicircum{}`, '~': `\textasciitilde{}`, '<': `\textless{}`, '>': `\textgreater{}`, '|': `\textbar{}`, '"': `\char34{}`,
	'[': `{[}`, ']': `{]}`, '*': `{*}`, // which \\ before them would take for its own
	'–': `--`, '—': `---`, '…': `\ldots{}`, '§': `\S{}`, '†': `\dag{}`, '‡': `\ddag{}`,
}

// latexMath are the characters that are set as mathematics.
var latexMath = map[rune]string{
	'±': `\pm`, '×': `\times`, '·': `\cdot`, '∞': `\infty`, '−': `-`, '≤': `\le`, '≥': `\ge`, '≠': `\ne`, '≈': `\approx`, '→': `\to`, '‖': `\Vert`,
	'√': `\surd`, '∈': `\in`,
	'α': `\alpha`, 'β': `\beta`, 'γ': `\gamma`, 'δ': `\delta`, 'ε': `\varepsilon`, 'ζ': `\zeta`, 'η': `\eta`, 'θ': `\theta`, 'ι': `\iota`, 'κ': `\kappa`,
	'λ': `\lambda`, 'μ': `\mu`, 'µ': `\mu`, 'ν': `\nu`, 'ξ': `\xi`, 'π': `\pi`, 'ρ': `\rho`, 'σ': `\sigma`, 'τ': `\tau`, 'υ': `\upsilon`, 'φ': `\varphi`,
	'χ': `\chi`, 'ψ': `\psi`, 'ω': `\omega`, 'Γ': `\Gamma`, 'Δ': `\Delta`, 'Θ': `\Theta`, 'Λ': `\Lambda`, 'Ξ': `\Xi`, 'Π': `\Pi`, 'Σ': `\Sigma`,
	'Φ': `\Phi`, 'Ψ': `\Psi`, 'Ω': `\Omega`,
	'⁰': `^{0}`, '¹': `^{1}`, '²': `^{2}`, '³': `^{3}`, '⁴': `^{4}`, '⁵': `^{5}`, '⁶': `^{6}`, '⁷': `^{7}`, '⁸': `^{8}`, '⁹': `^{9}`, '⁻': `^{-}`,
}

// minus and exponent match what is written as mathematics: a minus that is no hyphen, and the power of ten of a number.
var (
	minus    = regexp.MustCompile(`(^|[\s(\[])-([\d∞\s])`)
	exponent = regexp.MustCompile(`(\d)e([-+]?)0*(\d+)\b`)
)

// latexText sets a text in LaTeX, whatever is in it, on one line. Letters beyond ASCII stay as they are.
func latexText(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	s = minus.ReplaceAllString(s, "$1−$2")
	var b strings.Builder
	for {
		at := exponent.FindStringSubmatchIndex(s)
		if at == nil {
			break
		}
		b.WriteString(latexRunes(s[:at[3]]))
		b.WriteString(`$\times10^{` + strings.TrimPrefix(s[at[4]:at[5]], "+") + s[at[6]:at[7]] + `}$`)
		s = s[at[1]:]
	}
	return b.String() + latexRunes(s)
}

// latexRunes sets one character after the other, and those of mathematics that follow each other together.
func latexRunes(s string) string {
	var b strings.Builder
	math := false
	for _, r := range s {
		symbol, isMath := latexMath[r]
		if isMath != math {
			b.WriteByte('$')
			math = isMath
		}
		text, special := latexSymbols[r]
		switch {
		case isMath:
			b.WriteString(symbol)
		case special:
			b.WriteString(text)
		default:
			b.WriteRune(r)
		}
	}
	if math {
		b.WriteByte('$')
	}
	return strings.ReplaceAll(b.String(), "}^{", "") // superscripts in a row are one
}
