package store

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"experiment/internal/run"
)

// openLibrary opens a database of five runs: two finished, one with an undefined metric, and one in each
// other state but running.
func openLibrary(t *testing.T) *Store {
	s, _ := openTemporary(t)
	ce, focal := newRun(t, "cross_entropy", 0), newRun(t, "focal gamma=2", 0)
	odd := newRun(t, "label_smoothing epsilon=0.05", 1, run.Field{Path: "note", Value: "50%_x'; DROP TABLE runs"})
	failed, fresh := newRun(t, "focal gamma=3", 1), newRun(t, "focal gamma=2.5", 7)
	putSweepOf(t, s, "x", Replace, fresh, failed, odd, focal, ce)
	finish(t, s, ce, 10, measured("ece", 0.3), measured("nll", math.Inf(1)),
		run.Metric{Split: run.Validation, Calibration: run.TemperatureScale, Name: "ece", Value: 0.01})
	finish(t, s, focal, 20, measured("ece", 0.1), measured("nll", 0.5),
		run.Metric{Split: run.Validation, Calibration: run.TemperatureScale, Name: "ece", Value: 0.02})
	finish(t, s, odd, 30, measured("ece", math.NaN()), measured("nll", 0.25))
	fail(t, s, failed, run.Failed, "out of memory")
	return s
}

func TestFilter(t *testing.T) {
	s := openLibrary(t)
	const ce, focal, odd, failed, fresh = "cross_entropy/0", "focal gamma=2/0", "label_smoothing epsilon=0.05/1", "focal gamma=3/1", "focal gamma=2.5/7"
	where := func(conditions ...string) Filter {
		var f Filter
		for _, text := range conditions {
			c, err := ParseCondition(text)
			if err != nil {
				t.Fatal(err)
			}
			f.Where = append(f.Where, c)
		}
		return f
	}
	tests := []struct {
		name   string
		filter Filter
		want   []string
	}{
		{"everything", Filter{}, []string{fresh, failed, odd, focal, ce}},
		{"everything backwards", Filter{Descending: true}, []string{ce, focal, odd, failed, fresh}},
		{"a limit", Filter{Limit: 2}, []string{fresh, failed}},
		{"no keys", Filter{Keys: []run.Key{}}, nil},
		{"states", Filter{Statuses: []run.Status{run.Failed, run.New}}, []string{fresh, failed}},
		{"loss", where("loss=focal"), []string{fresh, failed, focal}},
		{"not", where("loss != focal"), []string{odd, ce}},
		{"loss.name", where("loss.name=focal"), []string{fresh, failed, focal}},
		{"both", where("loss=focal", "seed=0"), []string{focal}},
		{"a whole number for a float", where("loss.gamma=2"), []string{focal}},
		{"a float for a whole number", where("seed=1.0"), []string{failed, odd}},
		{"an exponent", where("optimizer.lr=5e-2"), []string{fresh, failed, odd, focal, ce}},
		{"at least", where("loss.gamma>=2.5"), []string{fresh, failed}},
		{"less", where("loss.gamma<2.5"), []string{focal}},
		{"a setting that most lack", where("loss.gamma!=2"), []string{fresh, failed}},
		{"a switch", where("model.batch_norm=true", "seed=7"), []string{fresh}},
		{"a switch that is off", where("model.batch_norm=false"), nil},
		{"contains", where("label~GAMMA"), []string{fresh, failed, focal}},
		{"a number contains", where("loss.gamma~.5"), []string{fresh}},
		{"wildcards are text", where("note~50%_X"), []string{odd}},
		{"other wildcards", where("note~5%x"), nil},
		{"a quote", where("note=50%_x'; DROP TABLE runs"), []string{odd}},
		{"a metric", where("ece<0.2"), []string{focal}},
		{"an infinite metric", where("nll=inf"), []string{ce}},
		{"state", where("status=failed"), []string{failed}},
		{"device", where("device=cpu", "status=finished"), []string{odd, focal, ce}},
		{"seconds", where("seconds>15"), []string{odd, focal}},
		{"key", where("run=" + string(newRun(t, "focal gamma=3", 1).Key)), []string{failed}},
		{"sorted by a metric", Filter{Sort: "ece"}, []string{focal, ce, fresh, failed, odd}},
		{"sorted downwards", Filter{Sort: "ece", Descending: true}, []string{ce, focal, fresh, failed, odd}},
		{"sorted by a setting", Filter{Sort: "loss.gamma", Descending: true}, []string{failed, fresh, focal, odd, ce}},
		{"sorted, limited", Filter{Sort: "nll", Limit: 1}, []string{odd}},
		{"another split", Filter{Split: run.Validation, Calibration: run.TemperatureScale, Sort: "ece", Limit: 1}, []string{ce}},
		{"all at once", Filter{
			Sweep: "x", Statuses: []run.Status{run.Finished}, Where: where("loss.epsilon>0", "nll<1").Where, Sort: "optimizer.lr", Limit: 5,
		}, []string{odd}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := labels(t, s.Reader, test.filter); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestFilterRefuses(t *testing.T) {
	s := openLibrary(t)
	for _, name := range []string{"los", "optimizer", "optimizer.", "", "lr; DROP TABLE runs", `a"b`, "$", "loss[0]", "Loss"} {
		for _, f := range []Filter{{Where: []Condition{{Field: name, Op: Equal, Value: "1"}}}, {Sort: name + " "}} {
			var unknown *UnknownFieldError
			_, err := s.List(t.Context(), f)
			if !errors.As(err, &unknown) {
				t.Errorf("field %q: got error %v", name, err)
				continue
			}
			for _, known := range []string{"loss", "optimizer.lr", "loss.gamma", "ece"} {
				if !slices.Contains(unknown.Known, known) {
					t.Errorf("the known fields %v lack %q", unknown.Known, known)
				}
			}
		}
	}
	for _, c := range []Condition{{Field: "seed", Op: Equal, Value: "one"}, {Field: "ece", Op: Less, Value: "nan"}, {Field: "model.batch_norm", Op: Equal, Value: "1"}, {Field: "loss.gamma", Op: Greater, Value: ""}} {
		var wrong *ValueError
		if _, err := s.List(t.Context(), Filter{Where: []Condition{c}}); !errors.As(err, &wrong) {
			t.Errorf("%v: got error %v", c, err)
		}
	}
	if _, err := s.List(t.Context(), Filter{Where: []Condition{{Field: "seed", Op: "= 1 OR 1 =", Value: "2"}}}); err == nil {
		t.Error("a comparison can be any text")
	}
}

func TestParseCondition(t *testing.T) {
	for text, want := range map[string][3]string{
		"loss=focal":         {"loss", "=", "focal"},
		" optimizer.lr >= 1": {"optimizer.lr", ">=", "1"},
		"a<=b":               {"a", "<=", "b"},
		"a<-1":               {"a", "<", "-1"},
		"a>b=c":              {"a", ">", "b=c"},
		"a!=":                {"a", "!=", ""},
		"label~a=b":          {"label", "~", "a=b"},
		"label~ =b":          {"label", "~", "=b"},
		"label=focal γ=3":    {"label", "=", "focal γ=3"},
	} {
		c, err := ParseCondition(text)
		if got := [3]string{c.Field, string(c.Op), c.Value}; err != nil || got != want {
			t.Errorf("ParseCondition(%q) = %q, %v, want %q", text, got, err, want)
		}
	}
}

// What is wrong with a condition is said of the part that is: marked here as in what users read.
func TestConditionErrors(t *testing.T) {
	s := openLibrary(t)
	for _, c := range []struct{ text, mark, want string }{
		{"", "", "the condition is empty"},
		{"  ", "^^", "the condition is empty"},
		{"loss", "    |", "there is no comparison"},
		{"loss ", "    |", "there is no comparison"},
		{"=focal", "|", "there is no field before the comparison"},
		{"  <1", "|", "there is no field before the comparison"},
		{"a!b", " ^", `there is no comparison "!"`},
		{"loss == focal", "     ^^", `there is no comparison "=="`},
		{"ece=<0.1", "   ^^", `there is no comparison "=<"`},
		{"los=focal", "^^^", `no run has a field "los"`},
		{" los = focal", " ^^^", `no run has a field "los"`},
		{"ece<abc", "    ^^^", `ece takes a number, not "abc"`},
		{"ece < ", "     |", `ece takes a number, not ""`},
		{"ece=nan", "    ^^^", `ece takes a number, not "nan"`},
		{"model.batch_norm!=maybe", "                  ^^^^^", `model.batch_norm takes true or false, not "maybe"`},
		{"a=a", "^", `no run has a field "a"`},
	} {
		condition, err := ParseCondition(c.text)
		if err == nil {
			_, err = s.List(t.Context(), Filter{Where: []Condition{condition}})
		}
		var wrong *ConditionError
		if !errors.As(err, &wrong) {
			t.Errorf("%q: got error %v", c.text, err)
			continue
		}
		mark := strings.Repeat(" ", wrong.Start) + strings.Repeat("^", wrong.End-wrong.Start)
		if wrong.Start == wrong.End && c.text != "" {
			mark += "|"
		}
		if wrong.Text != c.text || mark != c.mark || wrong.Err.Error() != c.want {
			t.Errorf("of %q, the part %q is wrong: %v; want %q, %s", wrong.Text, mark, wrong.Err, c.mark, c.want)
		}
	}
}

func TestEverySettingIsFoundByItsOwnValue(t *testing.T) {
	s, _ := openTemporary(t)
	rapid.Check(t, func(rt *rapid.T) {
		lr := drawFloat().Draw(rt, "lr")
		r := newRun(t, "focal gamma=2", 0, run.Field{Path: "x.rate", Value: lr})
		putSweepOf(t, s, "x", Replace, r)
		f := Filter{Where: []Condition{{Field: "x.rate", Op: Equal, Value: fmt.Sprint(lr)}}}
		if got := labels(t, s.Reader, f); len(got) != 1 {
			rt.Errorf("nothing is found by %v", lr)
		}
	})
}

func TestResolve(t *testing.T) {
	s, _ := openTemporary(t)
	var runs []run.Run
	for seed := range int64(40) {
		runs = append(runs, newRun(t, "focal gamma=2", seed))
	}
	putSweepOf(t, s, "x", Replace, runs...)
	for _, r := range runs {
		for _, prefix := range []string{string(r.Key), string(r.Key[:12])} {
			if got, err := s.Resolve(t.Context(), prefix); err != nil || got != r.Key {
				t.Errorf("Resolve(%q) = %q, %v", prefix, got, err)
			}
		}
	}
	most := 0
	for _, digit := range "0123456789abcdef" {
		want := 0
		for _, r := range runs {
			if r.Key[0] == byte(digit) {
				want++
			}
		}
		_, err := s.Resolve(t.Context(), string(digit))
		var ambiguous *AmbiguousError
		var unknown *UnknownRunError
		switch {
		case want == 0 && !errors.As(err, &unknown), want == 1 && err != nil, want > 1 && !errors.As(err, &ambiguous):
			t.Errorf("%d runs start with %c: %v", want, digit, err)
		case want > 1 && len(ambiguous.Candidates) != want:
			t.Errorf("%d runs start with %c: %v", want, digit, ambiguous)
		}
		most = max(most, want)
	}
	if most < 2 {
		t.Error("no prefix was ambiguous")
	}
	for _, prefix := range []string{"", "xyz", "%", "_", "' OR 1 --", "0123456789ab"} {
		var unknown *UnknownRunError
		if _, err := s.Resolve(t.Context(), prefix); !errors.As(err, &unknown) {
			t.Errorf("Resolve(%q): %v", prefix, err)
		}
	}
}
