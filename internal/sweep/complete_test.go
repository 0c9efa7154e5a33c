package sweep

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"experiment/internal/run"
	"experiment/pipelines/catalogue"
)

// testPipeline has one section with a parameter that came later.
func testPipeline() catalogue.Pipeline {
	return catalogue.Pipeline{
		Name:  "test",
		Label: []string{"loss"},
		Sections: []catalogue.Section{{
			Path: "loss", Default: "plain",
			Choices: []catalogue.Choice{{Name: "plain", Parameters: []catalogue.Parameter{
				{Name: "scale", Kind: catalogue.Int, Default: int64(1), Max: 10},
				{Name: "shift", Kind: catalogue.Float, Default: 0.5, Max: 10, Added: true},
			}}},
		}},
		Rules: []catalogue.Rule{{Path: "loss.shift", Check: needsShift}},
	}
}

// needsShift fails where the settings lack the parameter that came later.
func needsShift(s catalogue.Settings) error {
	if _, ok := s.Get("loss.shift"); !ok {
		return errors.New("no shift")
	}
	return nil
}

// expandTest expands a sweep of testPipeline with one block and at most one exclude entry.
func expandTest(t *testing.T, settings, exclude string) []run.Run {
	t.Helper()
	found := &problems{}
	words := newVocabulary(testPipeline())
	s := &spec{words: words, base: &layer{}, grid: &layer{}, zip: &layer{}, overrides: &layer{}, seeds: []int64{0}}
	read := func(l *layer, text string) {
		r := layerReader{words: words, found: found, layer: l}
		r.read("", tree("test.yaml", []byte(text)))
		l.check(found)
	}
	only := &block{}
	read(&only.layer, settings)
	s.blocks = []*block{only}
	if exclude != "" {
		e := &exclusion{}
		read(&e.layer, exclude)
		s.exclude = []*exclusion{e}
	}
	sweep := s.expand(found)
	if err := found.err(); err != nil {
		t.Fatal(err)
	}
	return sweep.Runs
}

// TestAddedParameter: a parameter that came after runs had been recorded is left out of a configuration
// while it has its default, so that old runs keep their keys; rules and exclusions see it all the same.
func TestAddedParameter(t *testing.T) {
	runs := expandTest(t, "loss: {shift: [0.5, 0.25, 5e-1]}", "")
	if len(runs) != 2 {
		t.Fatalf("%d runs, and 2 are different", len(runs))
	}
	old, err := run.NewConfig([]run.Field{
		{Path: "pipeline", Value: "test"}, {Path: "seed", Value: int64(0)},
		{Path: "loss.name", Value: "plain"}, {Path: "loss.scale", Value: int64(1)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if runs[0].Key != old.Key() {
		t.Error("the default of the new parameter changes the key of an old run")
	}
	if _, ok := runs[1].Config.Get("loss.shift"); !ok || runs[1].Key == old.Key() {
		t.Error("another value of the new parameter is not part of the run")
	}
	completed, err := complete(testPipeline(), old)
	if err != nil || completed.Float("loss.shift") != 0.5 {
		t.Errorf("completed to a shift of %v, error %v", completed.Float("loss.shift"), err)
	}
	if left := expandTest(t, "loss: {shift: [0.5, 0.25]}", "loss: {shift: 0.5}"); len(left) != 1 || left[0].Key != runs[1].Key {
		t.Errorf("an exclusion by the default leaves %d runs", len(left))
	}
}

func TestCompleteFillsIn(t *testing.T) {
	sweep, err := Parse("x", []byte("name: x\n"))
	if err != nil {
		t.Fatal(err)
	}
	bare, err := run.NewConfig([]run.Field{{Path: "pipeline", Value: "classification"}, {Path: "seed", Value: int64(0)}})
	if err != nil {
		t.Fatal(err)
	}
	completed, err := Complete(bare)
	if err != nil {
		t.Fatal(err)
	}
	// What was added later is filled in, though it stands in no configuration while it has its default.
	fields := slices.DeleteFunc(slices.Clone(completed.Fields()), func(f run.Field) bool { return f.Path == "train.precision" && f.Value == "float32" })
	old, err := run.NewConfig(fields)
	if err != nil || len(fields) != len(completed.Fields())-1 || old.Key() != sweep.Runs[0].Key {
		t.Errorf("completed to %v, error %v", completed.Fields(), err)
	}
}

func TestCompleteRefuses(t *testing.T) {
	for want, extra := range map[string][]run.Field{
		`no pipeline ""`:                                              {{Path: "seed", Value: int64(0)}},
		`no pipeline "other"`:                                         {{Path: "pipeline", Value: "other"}, {Path: "seed", Value: int64(0)}},
		"seed must be":                                                {{Path: "pipeline", Value: "classification"}},
		"seed must be a whole":                                        {{Path: "pipeline", Value: "classification"}, {Path: "seed", Value: int64(-1)}},
		"optimizer.lr is 0, and its range is > 0":                     with("optimizer.lr", 0.0),
		"optimizer.lr is 1 of type int64, not a number":               with("optimizer.lr", int64(1)),
		"train.epochs is 1.5 of type float64, not a whole number":     with("train.epochs", 1.5),
		"optimizer.nesterov is yes of type string, not true or false": with("optimizer.nesterov", "yes"),
		`no loss "other"`:                                             with("loss.name", "other"),
		"loss.name is true of type bool, not a text":                  with("loss.name", true),
		`no setting "loss.gamma"`:                                     with("loss.gamma", 1.0),
		"model.name: model \"cnn\" needs ima":                         with("model.name", "cnn"),
	} {
		config, err := run.NewConfig(extra)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Complete(config); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// with returns the fields of a bare configuration and one more.
func with(path string, value any) []run.Field {
	return []run.Field{{Path: "pipeline", Value: "classification"}, {Path: "seed", Value: int64(0)}, {Path: path, Value: value}}
}

// sameRun says whether a completed configuration is the recorded one with nothing but parameters that came
// later added to it, at their defaults.
func sameRun(completed, recorded run.Config) bool {
	pipeline, _ := catalogue.FindPipeline(recorded.Pipeline())
	var kept []run.Field
	for _, f := range completed.Fields() {
		if _, ok := recorded.Get(f.Path); ok || !addedAtDefault(pipeline, completed, f) {
			kept = append(kept, f)
		}
	}
	config, err := run.NewConfig(kept)
	return err == nil && config.Key() == recorded.Key()
}

func addedAtDefault(pipeline catalogue.Pipeline, config run.Config, f run.Field) bool {
	for _, section := range pipeline.Sections {
		for _, p := range parameters(&section, config.Text(section.Path+"."+nameKey)) {
			if section.Path+"."+p.Name == f.Path {
				return p.Added && p.Default == f.Value
			}
		}
	}
	return false
}

// TestSmoothedFocal: focal had no epsilon at first. Without smoothing, its runs have the keys and labels of
// that time, and belong to one run whether epsilon is written or not.
func TestSmoothedFocal(t *testing.T) {
	expanded := func(axis string) []run.Run {
		sweep, err := Parse("x.yaml", []byte("name: x\nbase: {loss: {name: focal, gamma: 2}}\n"+axis))
		if err != nil {
			t.Fatal(err)
		}
		return sweep.Runs
	}
	runs, plain := expanded("grid: {loss.epsilon: [0, 0.05]}\n"), expanded("")
	if len(runs) != 2 || len(plain) != 1 {
		t.Fatalf("%d runs and %d", len(runs), len(plain))
	}
	if _, ok := plain[0].Config.Get("loss.epsilon"); ok || plain[0].Key != runs[0].Key {
		t.Error("an epsilon of 0 is part of the run")
	}
	if runs[0].Label != "focal γ=2" || runs[1].Label != "focal γ=2 ε=0.05" {
		t.Errorf("labels %q and %q", runs[0].Label, runs[1].Label)
	}
}
