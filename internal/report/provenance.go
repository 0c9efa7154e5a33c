package report

import (
	"fmt"
	"slices"
	"strings"

	"experiment/internal/comparison"
	"experiment/internal/run"
)

// fact is one thing that is known of where a run was computed.
type fact struct {
	name string
	of   func(*run.Record) string
}

// facts lists what may change the digits of a result without being intended.
func facts() []fact {
	p := func(of func(run.Provenance) string) func(*run.Record) string {
		return func(r *run.Record) string { return of(r.Attempt.Provenance) }
	}
	return []fact{
		{"Device", p(func(p run.Provenance) string { return join2(p.Device, p.DeviceName) })},
		{"CPU", p(func(p run.Provenance) string { return p.CPU })},
		{"Threads", p(threadsOf)},
		{"libtorch", p(func(p run.Provenance) string { return p.Libtorch })},
		{"BLAS", p(func(p run.Provenance) string { return join2(p.BLAS, p.BLASCore) })},
		{"Driver", p(func(p run.Provenance) string { return p.Driver })},
		{"gotch", p(func(p run.Provenance) string { return p.Gotch })},
		{"Go", p(func(p run.Provenance) string { return p.Go })},
		{"System", p(func(p run.Provenance) string { return p.OS })},
		{"Commit", p(commitOf)},
		{"Environment", p(environmentOf)},
	}
}

func join2(a, b string) string {
	if b == "" {
		return a
	}
	return a + " (" + b + ")"
}

func threadsOf(p run.Provenance) string {
	if p.Threads == 0 {
		return ""
	}
	return fmt.Sprint(p.Threads)
}

func commitOf(p run.Provenance) string {
	if p.Dirty == "" {
		return p.Commit
	}
	return p.Commit + " with changes " + p.Dirty
}

func environmentOf(p run.Provenance) string {
	var words []string
	for _, name := range sortedKeys(p.Environment) {
		words = append(words, name+"="+p.Environment[name])
	}
	return strings.Join(words, " ")
}

// tally counts how many runs share each value, the commonest first, equals in the order of the sweep.
type tally struct {
	values []string
	counts map[string]int
}

func newTally(groups []*comparison.Group, of func(*run.Record) string) tally {
	t := tally{counts: map[string]int{}}
	for _, g := range groups {
		for _, r := range g.Records {
			v := of(r)
			if t.counts[v] == 0 {
				t.values = append(t.values, v)
			}
			t.counts[v]++
		}
	}
	slices.SortStableFunc(t.values, func(a, b string) int { return t.counts[b] - t.counts[a] })
	return t
}

// known says whether any run has a value.
func (t tally) known() bool { return len(t.values) > 1 || len(t.values) == 1 && t.values[0] != "" }

// mixed says whether runs differ.
func (t tally) mixed() bool { return len(t.values) > 1 }

// text lists the values, with how many runs have each where they differ.
func (t tally) text() string {
	const most = 6
	var parts []string
	for i, v := range t.values {
		if i == most {
			parts = append(parts, fmt.Sprintf("%d more", len(t.values)-most))
			break
		}
		text := escape(v)
		if v == "" {
			text = "unknown"
		}
		if t.mixed() {
			text += fmt.Sprintf(" (%s)", plural(t.counts[v], "run"))
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return thousands(n) + " " + what + "s"
}

// provenance writes what the runs were computed on, and warns where they are mixed.
func (w *writer) provenance(b *strings.Builder) {
	var rows [][]string
	var mixed []string
	for _, f := range facts() {
		t := newTally(w.groups, f.of)
		if !t.known() {
			continue
		}
		if t.mixed() {
			mixed = append(mixed, f.name)
		}
		rows = append(rows, []string{f.name, t.text()})
	}
	sums, differ := w.checksums()
	rows = append(rows, sums...)
	if differ {
		mixed = append(mixed, "Data")
	}
	if seconds := w.seconds(); seconds > 0 {
		rows = append(rows, []string{"Time", formatSeconds(seconds) + " of " + w.work + ", summed over runs"})
	}
	if len(rows) == 0 {
		return
	}
	b.WriteString("\n## What it ran on\n\n")
	if len(mixed) > 0 {
		b.WriteString("**Mixed within this study: " + strings.Join(mixed, ", ") + ".** Digits of runs may differ for that reason alone.\n\n")
	}
	b.WriteString(pipeTable([]string{"", ""}, []bool{false, false}, rows))
}

// checksums lists the checksum of each data set, and says whether one data set has several.
func (w *writer) checksums() (rows [][]string, differ bool) {
	var sets []string
	bySet := map[string][]*comparison.Group{}
	for _, g := range comparison.Finished(w.groups) {
		set := comparison.Describe(g.Config, func(path string) bool { return strings.HasPrefix(path, "data.") })
		if bySet[set] == nil {
			sets = append(sets, set)
		}
		bySet[set] = append(bySet[set], g)
	}
	seen := map[string]bool{}
	for _, set := range sets {
		t := newTally(bySet[set], func(r *run.Record) string { return r.Attempt.Provenance.DataChecksum })
		differ = differ || t.mixed()
		row := []string{"Data " + escape(bySet[set][0].Config.Text("data.name")), "SHA-256 " + t.text()}
		if t.known() && !seen[row[0]+row[1]] {
			seen[row[0]+row[1]] = true
			rows = append(rows, row)
		}
	}
	return rows, differ
}

// seconds sums up how long the runs took.
func (w *writer) seconds() float64 {
	total := 0.0
	for _, g := range w.groups {
		for _, r := range g.Records {
			total += r.Attempt.Result.Seconds
		}
	}
	return total
}

// formatSeconds writes a duration in the unit that people would use.
func formatSeconds(s float64) string {
	switch {
	case s < 60:
		return fmt.Sprintf("%.1f s", s)
	case s < 3600:
		return fmt.Sprintf("%.1f min", s/60)
	default:
		return fmt.Sprintf("%.1f h", s/3600)
	}
}
