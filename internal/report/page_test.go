package report

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	devtools "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"pgregory.net/rapid"
)

// pageOf returns the report of a study as HTML.
func pageOf(t fataler, study Study) []byte {
	document, err := Build(study)
	if err != nil {
		t.Fatal(err)
	}
	html, err := document.HTML()
	if err != nil {
		t.Fatal(err)
	}
	return html
}

// TestPages holds that every report has a page with all its figures, whatever its users wrote into it.
func TestPages(t *testing.T) {
	all := studies(t)
	all["theory"], all["hostile"] = theoryStudy(t), hostile(t)
	for name, study := range all {
		document, err := Build(study)
		if err != nil {
			t.Fatal(err)
		}
		got := pageOf(t, study)
		if n := bytes.Count(got, []byte("<svg ")); n != len(document.Files) {
			t.Errorf("%s: %d figures are shown, and %d are there", name, n, len(document.Files))
		}
		if !bytes.Equal(got, pageOf(t, study)) {
			t.Errorf("%s: the page differs a second time", name)
		}
	}
}

// TestTextsOfUsers holds that what users write stands on the page as they wrote it, but for spaces.
func TestTextsOfUsers(t *testing.T) {
	runes := rapid.OneOf(rapid.RuneFrom([]rune(hostileText+"-+=_1.)>~\\:")), rapid.RuneFrom(nil, unicode.L))
	paragraphs := regexp.MustCompile(`(?s)</h1>\n<p>(.*?)</p>\n<p>The study has no runs.</p>`)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(strings.Fields(rapid.StringOfN(runes, 1, 30, -1).Draw(t, "text")), " ")
		if text == "" {
			return
		}
		got := paragraphs.FindSubmatch(pageOf(t, Study{Name: "empty", Description: text}))
		if got == nil {
			t.Fatalf("%q is no paragraph", text)
		}
		if shown := string(got[1]); strings.Contains(shown, "<") || html.UnescapeString(shown) != text {
			t.Fatalf("%q is shown as %s", text, shown)
		}
	})
}

// screens are what a page is looked at on. The telling ones are enough for a second page.
func screens() []screen {
	return []screen{
		{name: "desktop", width: 1280, telling: true}, {name: "desktop, dark", width: 1280, dark: true},
		{name: "phone", width: 390}, {name: "phone, dark", width: 390, dark: true, telling: true}, {name: "small phone", width: 320},
		{name: "paper", width: 680, media: "print", telling: true}, {name: "paper, dark", width: 680, media: "print", dark: true},
		{name: "without scripts", width: 390, silent: true},
	}
}

// TestPagesInChromium holds that a page fits every screen, shows its figures, can be read, and loads nothing.
func TestPagesInChromium(t *testing.T) {
	b := newBrowser(t)
	all := studies(t)
	for name, study := range map[string]Study{
		"losses": all["losses"], "two data sets": all["two-data-sets"], "troubled": all["troubled"], "theory": theoryStudy(t), "hostile": hostile(t),
	} {
		html := pageOf(t, study)
		looks := screens()
		if name != "losses" {
			looks = slices.DeleteFunc(looks, func(s screen) bool { return !s.telling })
		}
		for _, s := range looks {
			t.Run(name+", "+s.name, func(t *testing.T) {
				b.open(t, s, html)
				for _, problem := range b.strings(t, problemsScript) {
					t.Error(problem)
				}
				b.checkQuiet(t)
			})
		}
	}
}

// problemsScript lists what is wrong with a page on its screen.
const problemsScript = `(() => {
	const problems = [], root = document.documentElement, width = root.clientWidth;
	if (root.scrollWidth > width) problems.push('the page is ' + root.scrollWidth + ' pixels wide on a screen of ' + width);
	const boxed = (e) => !matchMedia('print').matches && e.closest('.table, pre, .canvas');
	for (const e of document.body.querySelectorAll('*')) {
		const box = e.getBoundingClientRect();
		if (box.right > width + 1 && !boxed(e) && !e.closest('.skip')) problems.push(e.tagName + ' ends at ' + box.right);
		for (const a of e.attributes) if (a.name.startsWith('on') || a.name === 'style') problems.push(e.tagName + ' has ' + a.name);
	}
	for (const svg of document.querySelectorAll('svg')) {
		const box = svg.getBoundingClientRect();
		if (box.width < 200 || box.height < 80) problems.push('a figure is ' + box.width + ' by ' + box.height);
		if (!svg.getAttribute('aria-label')) problems.push('a figure has no name');
	}
	if (document.querySelectorAll('script').length !== 1) problems.push('a script was brought in');
	const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
	if (new Set(ids).size !== ids.length) problems.push('an identifier is there twice');
	for (const a of document.querySelectorAll('a[href^="#"]')) {
		if (!document.getElementById(decodeURIComponent(a.hash.slice(1)))) problems.push(a.hash + ' leads nowhere');
	}
	const rgb = (colour) => colour.match(/[\d.]+/g).map(Number);
	const luminance = (colour) => {
		const [r, g, b] = rgb(colour).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const background = (e) => {
		for (; e; e = e.parentElement) {
			const c = rgb(getComputedStyle(e).backgroundColor);
			if (c.length === 3 || c[3] > 0) return getComputedStyle(e).backgroundColor;
		}
		return 'rgb(255, 255, 255)';
	};
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	const low = new Set();
	while (walker.nextNode()) {
		const e = walker.currentNode.parentElement;
		if (!walker.currentNode.data.trim() || e.closest('script, title, .anchor')) continue;
		const style = getComputedStyle(e);
		const [x, y] = [luminance(e.closest('svg') ? style.fill : style.color), luminance(background(e))].sort((a, b) => b - a);
		const ratio = (x + 0.05) / (y + 0.05);
		if (ratio < 4.5) low.add(e.tagName + ' has a contrast of ' + ratio.toFixed(2));
	}
	return problems.concat([...low]);
})()`

// TestTablesSort holds that headings sort by what people read: numbers by their value, words with their numbers, what
// is no number last, and the third press brings the order of the report back.
func TestTablesSort(t *testing.T) {
	b := newBrowser(t)
	document := Document{Markdown: []byte(`# t

| Loss | n | ECE (%) | NLL |
| --- | ---: | ---: | ---: |
| focal γ=2 | 5 | **3.33 ± 0.40** | 1e-05 |
| focal γ=0.5 | 4 of 5 | – | ∞ |
| focal γ=10 | 10,000 | 0.67 ± 0.19 | -0.5 |
| brier | 5 | 12.1 ± 0.2 | undefined |
| focal γ=2 | 900 | 3.33 ± 0.10 | 2 |
`)}
	html, err := document.HTML()
	if err != nil {
		t.Fatal(err)
	}
	b.open(t, screen{width: 1280}, html)
	column := func(i int) string {
		return strings.Join(b.strings(t, fmt.Sprintf(`[...document.querySelectorAll('tbody tr')].map((r) => r.cells[%d].textContent)`, i)), "; ")
	}
	original := make([]string, 4)
	for i := range original {
		original[i] = column(i)
	}
	press := func(i int, keys bool) {
		button := fmt.Sprintf(`thead th:nth-child(%d) button`, i+1)
		if keys {
			b.run(t, chromedp.Focus(button, chromedp.ByQuery), chromedp.KeyEvent(kb.Enter))
			return
		}
		b.run(t, chromedp.Click(button, chromedp.ByQuery))
	}
	for i, want := range [][2]string{
		{"brier; focal γ=0.5; focal γ=2; focal γ=2; focal γ=10", "focal γ=10; focal γ=2; focal γ=2; focal γ=0.5; brier"},
		{"4 of 5; 5; 5; 900; 10,000", "10,000; 900; 5; 5; 4 of 5"},
		{"0.67 ± 0.19; 3.33 ± 0.40; 3.33 ± 0.10; 12.1 ± 0.2; –", "12.1 ± 0.2; 3.33 ± 0.40; 3.33 ± 0.10; 0.67 ± 0.19; –"},
		{"-0.5; 1e-05; 2; ∞; undefined", "∞; 2; 1e-05; -0.5; undefined"},
	} {
		for turn, order := range []struct{ rows, sort string }{{want[0], "ascending"}, {want[1], "descending"}, {original[i], ""}} {
			press(i, turn%2 == 1)
			if got := column(i); got != order.rows {
				t.Errorf("column %d, press %d: got %s, want %s", i, turn+1, got, order.rows)
			}
			var all []string
			if order.sort != "" {
				all = []string{fmt.Sprintf("%d %s", i, order.sort)}
			}
			sorted := b.strings(t, `[...document.querySelectorAll('th')].flatMap((h) => h.ariaSort ? [h.cellIndex + ' ' + h.ariaSort] : [])`)
			if !slices.Equal(sorted, all) {
				t.Errorf("column %d, press %d: marked as sorted are %q, want %q", i, turn+1, sorted, all)
			}
		}
	}
	b.checkQuiet(t)
}

// TestPrintedPage holds that a page prints on several sheets with links that work.
func TestPrintedPage(t *testing.T) {
	b := newBrowser(t)
	b.open(t, screen{width: 1280, dark: true}, pageOf(t, studies(t)["losses"]))
	var pdf []byte
	b.run(t, chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = devtools.PrintToPDF().WithPreferCSSPageSize(true).Do(ctx)
		return err
	}))
	if n := bytes.Count(pdf, []byte("/Type /Page\n")); n < 2 {
		t.Errorf("the report is printed on %d sheets", n)
	}
	if n := bytes.Count(pdf, []byte("/Subtype /Link")); n < 10 {
		t.Errorf("the print has %d links", n)
	}
}
