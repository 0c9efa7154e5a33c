package store

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"experiment/internal/run"
)

func where(t testing.TB, conditions ...string) []Condition {
	t.Helper()
	var list []Condition
	for _, text := range conditions {
		c, err := ParseCondition(text)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, c)
	}
	return list
}

func TestSelect(t *testing.T) {
	s := openLibrary(t)
	key := string(newRun(t, "focal gamma=2", 0).Key)
	tests := []struct {
		name   string
		filter Filter
		fields []string
		want   [][]any
	}{
		{"in the order given", Filter{Where: where(t, "run="+key)}, []string{"seed", "ece", "run", "loss.gamma", "model.batch_norm", "train.epochs", "sweeps", "seconds"},
			[][]any{{int64(0), 0.1, key, 2.0, true, int64(15), "x", 20.0}}},
		{"what a run lacks is nil", Filter{Statuses: []run.Status{run.Finished}, Sort: "seconds"}, []string{"loss.gamma", "nll", "ece"},
			[][]any{{nil, math.Inf(1), 0.3}, {2.0, 0.5, 0.1}, {nil, 0.25, nil}}},
		{"why it failed", Filter{Statuses: []run.Status{run.Failed}}, []string{"status", "reason", "device"}, [][]any{{"failed", "out of memory", "cpu"}}},
		{"another split", Filter{Split: run.Validation, Calibration: run.TemperatureScale, Where: where(t, "ece>0.01")}, []string{"loss", "ece"}, [][]any{{"focal", 0.02}}},
		{"nothing", Filter{Where: where(t, "seed=99")}, []string{"run"}, nil},
	}
	for _, test := range tests {
		got, err := s.Select(t.Context(), test.filter, test.fields)
		if err != nil || !reflect.DeepEqual(got.Rows, test.want) {
			t.Errorf("%s: got %v, %v, want %v", test.name, got.Rows, err, test.want)
		}
		for i, f := range got.Fields {
			if f.Name != test.fields[i] {
				t.Errorf("%s: column %d is %s", test.name, i, f.Name)
			}
		}
		test.filter.Limit = 1
		if n, err := s.Count(t.Context(), test.filter); err != nil || n != len(test.want) {
			t.Errorf("%s: counted %d, %v, want %d", test.name, n, err, len(test.want))
		}
	}
	var unknown *UnknownFieldError
	if _, err := s.Select(t.Context(), Filter{}, []string{"run", "los"}); !errors.As(err, &unknown) || unknown.Field != "los" {
		t.Errorf("got error %v", err)
	}
}

func TestKeysKeepTheirOrder(t *testing.T) {
	s := openLibrary(t)
	a, b := newRun(t, "cross_entropy", 0).Key, newRun(t, "focal gamma=3", 1).Key
	for _, keys := range [][]run.Key{{a, b}, {b, a}} {
		list, err := s.List(t.Context(), Filter{Keys: append(keys, keys[0], "ff")})
		if err != nil || len(list) != 2 || list[0].Key != keys[0] || list[1].Key != keys[1] {
			t.Errorf("asked for %v, got %v, %v", keys, list, err)
		}
	}
}

// A run that is recorded as running, and whose process is gone, is an interrupted one to every part of a filter.
func TestLostRunsAreInterrupted(t *testing.T) {
	s := openLibrary(t)
	lost, alive := newRun(t, "focal gamma=2.5", 7), newRun(t, "focal gamma=3", 1)
	begin(t, s, lost)
	begin(t, s, alive)
	gone := []run.Key{lost.Key, newRun(t, "cross_entropy", 0).Key} // the second has finished meanwhile
	for _, c := range []struct {
		filter Filter
		want   int64
	}{
		{Filter{Statuses: []run.Status{run.Interrupted}}, 7},
		{Filter{Where: where(t, "status=interrupted")}, 7},
		{Filter{Sort: "status", Descending: true, Limit: 1}, 1},
		{Filter{Statuses: []run.Status{run.Running}}, 1},
		{Filter{Where: where(t, "status=running")}, 1},
	} {
		c.filter.Lost = gone
		list, err := s.Select(t.Context(), c.filter, []string{"seed"})
		if err != nil || !reflect.DeepEqual(list.Rows, [][]any{{c.want}}) {
			t.Errorf("%v: got %v, %v, want the run of seed %d", c.filter, list.Rows, err, c.want)
		}
	}
	groups, err := s.Group(t.Context(), Filter{Lost: gone, Sort: "status"}, []string{"status"}, nil)
	want := [][]any{{"finished", int64(3), int64(3)}, {"interrupted", int64(1), int64(0)}, {"running", int64(1), int64(0)}}
	if err != nil || !reflect.DeepEqual(groups.Rows, want) {
		t.Errorf("got %v, %v, want %v", groups.Rows, err, want)
	}
}

func TestGroup(t *testing.T) {
	s := openLibrary(t)
	finish(t, s, newRun(t, "focal gamma=2", 1), 40, measured("ece", 0.4), measured("nll", 0.25))
	n := func(i int64) any { return i }
	tests := []struct {
		name   string
		filter Filter
		by     []string
		means  []string
		want   [][]any
	}{
		{"means over what finished", Filter{}, []string{"loss"}, []string{"nll", "ece", "seconds"}, [][]any{
			{"focal", n(4), n(2), 0.375, 0.25, 30.0},
			{"label_smoothing", n(1), n(1), 0.25, nil, 30.0},
			{"cross_entropy", n(1), n(1), math.Inf(1), 0.3, 10.0},
		}},
		{"two fields, one of which some lack", Filter{}, []string{"loss.gamma", "seed"}, nil, [][]any{
			{2.5, n(7), n(1), n(0)}, {3.0, n(1), n(1), n(0)}, {nil, n(1), n(1), n(1)},
			{2.0, n(0), n(1), n(1)}, {nil, n(0), n(1), n(1)}, {2.0, n(1), n(1), n(1)},
		}},
		{"a switch", Filter{}, []string{"model.batch_norm"}, nil, [][]any{{true, n(6), n(4)}}},
		{"sorted by a field", Filter{Sort: "loss"}, []string{"loss"}, nil, [][]any{{"cross_entropy", n(1), n(1)}, {"focal", n(4), n(2)}, {"label_smoothing", n(1), n(1)}}},
		{"sorted by size", Filter{Sort: "runs", Descending: true, Limit: 1}, []string{"loss"}, nil, [][]any{{"focal", n(4), n(2)}}},
		{"sorted by what finished", Filter{Sort: "finished", Descending: true, Limit: 1}, []string{"loss"}, nil, [][]any{{"focal", n(4), n(2)}}},
		{"sorted by a mean that is not shown", Filter{Sort: "ece"}, []string{"loss"}, []string{"nll"}, [][]any{
			{"focal", n(4), n(2), 0.375}, {"cross_entropy", n(1), n(1), math.Inf(1)}, {"label_smoothing", n(1), n(1), 0.25},
		}},
		{"sorted by the mean of a setting", Filter{Sort: "loss.gamma", Descending: true, Limit: 1}, []string{"loss"}, nil, [][]any{{"focal", n(4), n(2)}}},
		{"backwards", Filter{Descending: true, Limit: 1}, []string{"loss"}, nil, [][]any{{"cross_entropy", n(1), n(1)}}},
		{"of a sweep", Filter{Sweep: "x", Where: where(t, "loss=focal")}, []string{"pipeline"}, []string{"loss.gamma"}, [][]any{{"classification", n(3), n(1), 2.0}}},
		{"nothing", Filter{Where: where(t, "seed=99")}, []string{"loss"}, nil, nil},
	}
	for _, test := range tests {
		got, err := s.Group(t.Context(), test.filter, test.by, test.means)
		if err != nil || !reflect.DeepEqual(got.Rows, test.want) {
			t.Errorf("%s:\ngot  %v, %v\nwant %v", test.name, got.Rows, err, test.want)
		}
	}
	var wrong *NoMeanError
	for _, f := range []Filter{{}, {Sort: "device"}} {
		means := []string{"label"}
		if f.Sort != "" {
			means = nil
		}
		if _, err := s.Group(t.Context(), f, []string{"loss"}, means); !errors.As(err, &wrong) {
			t.Errorf("got error %v", err)
		}
	}
}

func TestFieldNamesAndValues(t *testing.T) {
	s := openLibrary(t)
	var unknown *UnknownFieldError
	if _, err := s.Select(t.Context(), Filter{}, []string{"los"}); !errors.As(err, &unknown) {
		t.Fatal(err)
	}
	names := unknown.Known
	for _, name := range []string{"run", "sweeps", "loss.gamma", "loss.epsilon", "note", "model.batch_norm", "ece"} {
		if !slices.Contains(names, name) {
			t.Errorf("the fields %v lack %s", names, name)
		}
	}
	for _, name := range names {
		if _, err := s.Select(t.Context(), Filter{}, []string{name}); err != nil {
			t.Errorf("%s is listed, and is no field: %v", name, err)
		}
		if n := len(slices.DeleteFunc(slices.Clone(names), func(o string) bool { return o != name })); n > 1 {
			t.Errorf("%s stands %d times", name, n)
		}
	}
	for _, c := range []struct {
		name string
		most int
		want []any
	}{
		{"loss", 3, []any{"cross_entropy", "focal", "label_smoothing"}},
		{"loss", 2, nil},
		{"loss.gamma", 9, []any{2.0, 2.5, 3.0}},
		{"model.batch_norm", 9, []any{true}},
		{"seed", 9, []any{int64(0), int64(1), int64(7)}},
	} {
		if got, err := s.FieldValues(t.Context(), c.name, c.most); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("at most %d values of %s: got %v, %v, want %v", c.most, c.name, got, err, c.want)
		}
	}
}

func TestShapeIsWhatSettingsShare(t *testing.T) {
	shape := func(text string) string { return string(appendShape(nil, []byte(text))) }
	same := []string{`{"a":{"b":1.5,"c":"x"},"d":true}`, `{"a":{"b":-2e-7,"c":"\"},{\\"},"d":false}`}
	if shape(same[0]) != shape(same[1]) {
		t.Errorf("%s and %s have other shapes", same[0], same[1])
	}
	for _, other := range []string{`{"a":{"b":1.5},"d":true}`, `{"a":{"b":1.5,"x":"c"},"d":true}`, `{"a":{"b":1.5},"c":"x","d":true}`, `{"a":1}`} {
		if shape(same[0]) == shape(other) {
			t.Errorf("%s and %s have one shape", same[0], other)
		}
	}
	if got := shape(`{"a":"unfinished`); !strings.HasPrefix(got, `{"a"`) {
		t.Errorf("got %s", got)
	}
}
