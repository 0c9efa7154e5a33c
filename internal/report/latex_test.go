package report

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"experiment/internal/run"
	"pgregory.net/rapid"
)

// hostileText is what would be markup to Markdown, HTML, LaTeX or a shell.
const hostileText = `<script>alert("x")</script> & 'q' "q" \input{x} $a_b$ {c} %d #e ~f ^g |h [i](javascript:j) *k* ` + "`l` <!-- m --> * -1e-7 ε²"

// hostile is a study in which every text that users write is hostile.
func hostile(t *testing.T) Study {
	study := fakeStudy(t, sixLosses(), 3)
	study.Name, study.Description, study.Source, study.Commands = "hostile", hostileText, "a\n\\b.yaml", []string{"experiment run 'a & b'"}
	for i := range study.Records {
		study.Records[i].Label += " " + hostileText
	}
	study.Records[1].Status = run.Failed
	study.Records[1].Attempt = run.Attempt{Status: run.Failed, Reason: hostileText}
	return study
}

func TestLaTeX(t *testing.T) {
	all := studies(t)
	for name, study := range map[string]Study{
		"losses": all["losses"], "training-sizes": all["training-sizes"], "troubled": all["troubled"], "nothing-ran": all["nothing-ran"], "theory": theoryStudy(t),
	} {
		got, err := LaTeX(study)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "latex/"+name+".tex", got)
	}
	if _, err := LaTeX(Study{}); err == nil {
		t.Error("a study without a name was accepted")
	}
}

// TestLaTeXText holds that a text brings nothing into LaTeX but what is printed: without commands, mathematics and
// braces of the translation no special character is left.
func TestLaTeXText(t *testing.T) {
	for text, want := range map[string]string{
		"label_smoothing ε=0.05": `label\_smoothing $\varepsilon$=0.05`,
		"3.33 ± 0.40":            `3.33 $\pm$ 0.40`,
		"-0.317 ± 0.021":         `$-$0.317 $\pm$ 0.021`,
		"n-1, ECE (%)":           `n-1, ECE (\%)`,
		"CE - γ·H[q]":            `CE $-$ $\gamma\cdot$H{[}q{]}`,
		"3.7e-16 to 1e+05":       `3.7$\times10^{-16}$ to 1$\times10^{5}$`,
		"e⁻⁵, -∞":                `e$^{-5}$, $-\infty$`,
		"a\n\\b~^":               `a \textbackslash{}b\textasciitilde{}\textasciicircum{}`,
		"Müller, 1e3x":           `Müller, 1e3x`,
	} {
		if got := latexText(text); got != want {
			t.Errorf("%q becomes %s, want %s", text, got, want)
		}
	}
	printed := regexp.MustCompile(`\$(\\[a-zA-Z]+|\^\{[-0-9]+\}|-|10)+\$|\\[a-zA-Z]+(34)?\{\}|\\[{}#$%&_]|\{[\[\]*]\}`)
	runes := rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("\\{}#$%&_^~<>|\"[]* -eε±·²∞0123456789\n")))
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOfN(runes, 0, 20).Draw(t, "text"))
		latex := latexText(text)
		if left := printed.ReplaceAllString(latex, ""); strings.ContainsAny(left, "\\{}#$%&_^~<>|\"[]*\n") {
			t.Fatalf("%q becomes %s, with %s unexplained", text, latex, left)
		}
	})
}

// TestLaTeXCompiles holds that a paper can take in every table, in the old encoding of fonts and in the new one.
func TestLaTeXCompiles(t *testing.T) {
	if testing.Short() {
		t.Skip("runs LaTeX")
	}
	program, err := exec.LookPath("pdflatex")
	if err != nil {
		t.Skip("no pdflatex on this machine: the tables are not set")
	}
	folder := t.TempDir()
	paper := "\\documentclass{article}\n%s\\usepackage{booktabs}\n\\begin{document}\nText.\n"
	all := studies(t)
	all["theory"], all["hostile"] = theoryStudy(t), hostile(t)
	for name, study := range all {
		table, err := LaTeX(study)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name+".tex"), table, 0o644); err != nil {
			t.Fatal(err)
		}
		paper += "\\input{" + name + "}\n\\clearpage\n"
	}
	for encoding, preamble := range map[string]string{"OT1": "", "T1": "\\usepackage[T1]{fontenc}\n"} {
		if err := os.WriteFile(filepath.Join(folder, "paper.tex"), []byte(strings.Replace(paper+"\\end{document}\n", "%s", preamble, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		command := exec.Command(program, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "paper.tex")
		command.Dir = folder
		output, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", encoding, err, output)
		}
		if strings.Contains(string(output), "Overfull \\hbox") || strings.Contains(string(output), "Missing character") {
			t.Errorf("%s: something does not fit\n%s", encoding, output)
		}
	}
}
