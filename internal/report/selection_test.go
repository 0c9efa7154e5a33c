package report

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"experiment/internal/comparison"
	"experiment/internal/run"
)

// TestHundredLabels holds that every label has a row, and that of so many the baseline and the best and the worst have
// a panel, and that it is said how many have none.
func TestHundredLabels(t *testing.T) {
	var losses []fakeLoss
	for i := range 99 {
		losses = append(losses, fakeLoss{"focal", "gamma", "γ", float64(i) / 10, 1 + float64((i*37+11)%99)/100})
	}
	losses = append(losses, fakeLoss{name: "cross_entropy", excess: 1.5})
	study := fakeStudy(t, losses, 2)
	document, err := Build(study)
	if err != nil {
		t.Fatal(err)
	}
	for _, loss := range []string{"cross_entropy", "focal γ=0", "focal γ=0.1", "focal γ=9.8"} {
		if !strings.Contains(string(document.Markdown), "\n| "+loss+" |") {
			t.Errorf("%s has no row", loss)
		}
	}
	var rows []comparison.Row
	for _, table := range Compare(study.Records).Tables {
		rows = append(rows, table.Rows...)
	}
	const ece = 2 // column
	slices.SortFunc(rows, func(a, b comparison.Row) int { return cmp.Compare(a.Cells[ece].Mean, b.Cells[ece].Mean) })
	for kind, perPanel := range map[string]string{"/reliability": ">confidence<", "/entropy": ">entropy H[q] (nats)<"} {
		var drawn string
		for _, f := range document.Files {
			checkFigure(t, f)
			if strings.Contains(f.Name, kind) && !strings.Contains(f.Name, "scaled") {
				drawn += string(f.Bytes)
			}
		}
		if n := strings.Count(drawn, perPanel); n != panelsShown {
			t.Errorf("%s: %d panels, want %d", kind, n, panelsShown)
		}
		for _, label := range []string{rows[0].Label, rows[len(rows)-1].Label, "cross_entropy", "focal γ=0", "focal γ=9.8"} {
			if !strings.Contains(drawn, ">"+label+"<") {
				t.Errorf("%s: %s has no panel", kind, label)
			}
		}
	}
	if n := strings.Count(string(document.Markdown), "32 of 100 rows are shown: cross_entropy where it is one"); n != 5 {
		t.Errorf("it is said %d times that 68 rows have no panel, want 5", n)
	}
	if !strings.Contains(string(document.Markdown), "Of more than 12 curves of a chart, 12 are shown") {
		t.Error("it is not said that most learning curves are left out")
	}
	text, err := Compare(study.Records).Text(80, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(text, "\n") {
		if n := len([]rune(line)); n > 80 {
			t.Errorf("a line has %d columns: %s", n, line)
		}
	}
}

// TestThousandRows holds that a report of very many tables has a bounded number of figures, and says which.
func TestThousandRows(t *testing.T) {
	var rates [][]run.Field
	for i := range 200 {
		rates = append(rates, []run.Field{{Path: "optimizer.lr", Value: 0.001 * float64(i+1)}})
	}
	document, err := Build(fakeStudy(t, sixLosses()[:5], 1, rates...))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(document.Files); n > 60 {
		t.Errorf("there are %d figures", n)
	}
	if n := strings.Count(string(document.Markdown), "Of 200 combinations of settings, the first 8 in the order of the sweep are shown."); n < 6 {
		t.Errorf("it is said %d times what is left out, want once for each kind of figure", n)
	}
	at := slices.IndexFunc(document.Files, func(f File) bool { return f.Name == "losses/optimizer.lr.svg" })
	if at < 0 {
		t.Fatal("ECE is not drawn against the learning rate")
	}
	if n := len(document.Files[at].Bytes); n > 200_000 {
		t.Errorf("curves of 200 points take %d bytes", n)
	}
}
