package catalogue_test

import (
	"strings"
	"testing"

	"experiment/pipelines/catalogue"
)

// settings are the values of a configuration by path.
type settings map[string]any

func (s settings) Get(path string) (any, bool) { v, ok := s[path]; return v, ok }
func (s settings) Text(path string) string     { v, _ := s[path].(string); return v }
func (s settings) Int(path string) int64       { v, _ := s[path].(int64); return v }
func (s settings) Float(path string) float64   { v, _ := s[path].(float64); return v }

// defaults returns the settings of a classification with the choices given and everything else, and
// whatever changes are given, on top of the defaults.
func defaults(changes settings) settings {
	s := settings{}
	for _, section := range catalogue.Classification().Sections {
		parameters := section.Parameters
		if len(section.Choices) > 0 {
			name := section.Default
			if chosen, ok := changes[section.Path+".name"].(string); ok {
				name = chosen
			}
			choice, _ := section.Choice(name)
			s[section.Path+".name"], parameters = name, choice.Parameters
		}
		for _, p := range parameters {
			if !p.Added { // left out at its default
				s[section.Path+"."+p.Name] = p.Default
			}
		}
	}
	for path, v := range changes {
		s[path] = v
	}
	return s
}

func TestLabels(t *testing.T) {
	for want, changes := range map[string]settings{
		"cross_entropy":           nil,
		"label_smoothing ε=0.1":   {"loss.name": "label_smoothing"},
		"focal γ=3":               {"loss.name": "focal"},
		"focal γ=3 ε=0.1":         {"loss.name": "focal", "loss.epsilon": 0.1},
		"poly1 ε=1":               {"loss.name": "poly1"},
		"logit_norm τ=0.04":       {"loss.name": "logit_norm"},
		"mmce λ=2 γ=0":            {"loss.name": "mmce"},
		"mdca β=1 γ=0":            {"loss.name": "mdca"},
		"focal γ=0.5":             {"loss.name": "focal", "loss.gamma": 0.5},
		"focal γ=1e-05":           {"loss.name": "focal", "loss.gamma": 1e-5},
		"entropy_regularised γ=0": {"loss.name": "entropy_regularised", "loss.gamma": 0.0},
	} {
		if got := catalogue.Classification().LabelOf(defaults(changes)); got != want {
			t.Errorf("labelled %q, not %q", got, want)
		}
	}
	margin := defaults(settings{"loss.name": "margin_label_smoothing"})
	if got := catalogue.Classification().LabelOf(margin); got != "margin_label_smoothing margin=10 α=0.1" {
		t.Errorf("labelled %q", got)
	}
	theory := settings{"data.classes": int64(10), "data.sharpness": 1.0, "model.sharpness": 2.5, "loss.gamma": 3.0, "loss.epsilon": 0.1}
	if got := catalogue.Bound().LabelOf(theory); got != "K=10 t=1 s=2.5 γ=3 ε=0.1" {
		t.Errorf("labelled %q", got)
	}
	bare := settings{"loss.name": "focal"}
	if got := catalogue.Classification().LabelOf(bare); got != "focal" {
		t.Errorf("without its parameter, labelled %q", got)
	}
}

func TestLabelWithoutSymbol(t *testing.T) {
	p := catalogue.Pipeline{Label: []string{"a", "b"}, Sections: []catalogue.Section{
		{Path: "a", Choices: []catalogue.Choice{{Name: "x", Parameters: []catalogue.Parameter{{Name: "width"}, {Name: "on"}}}}},
		{Path: "b", Choices: []catalogue.Choice{{Name: "y"}}},
	}}
	got := p.LabelOf(settings{"a.name": "x", "a.width": int64(16), "a.on": true, "b.name": "y"})
	if got != "x width=16 on=true y" {
		t.Errorf("labelled %q", got)
	}
}

func TestDefaultsBreakNoRule(t *testing.T) {
	for _, data := range catalogue.DataSets() {
		for _, model := range catalogue.Models() {
			if model.Input == catalogue.Image && data.Input != catalogue.Image {
				continue
			}
			for _, path := range broken(defaults(settings{"data.name": data.Name, "model.name": model.Name})) {
				t.Errorf("%s on %s breaks the rule of %s", model.Name, data.Name, path)
			}
		}
	}
}

// broken returns the paths of the rules that settings break, with the message.
func broken(s settings) []string {
	var list []string
	for _, rule := range catalogue.Classification().Rules {
		if err := rule.Check(s); err != nil {
			list = append(list, rule.Path+": "+err.Error())
		}
	}
	return list
}

func TestRules(t *testing.T) {
	for name, c := range map[string]struct {
		changes settings
		want    string // of the one rule that is broken, or "" where none is
	}{
		"images for a cnn":           {settings{"model.name": "cnn", "data.name": "mnist"}, ""},
		"no images for a cnn":        {settings{"model.name": "cnn"}, `model.name: model "cnn" needs images`},
		"nesterov with momentum":     {settings{"optimizer.nesterov": true}, ""},
		"nesterov without":           {settings{"optimizer.nesterov": true, "optimizer.momentum": 0.0}, "optimizer.nesterov: nesterov needs"},
		"adamw has no nesterov":      {settings{"optimizer.name": "adamw"}, ""},
		"warm-up to the end":         {settings{"optimizer.schedule.warmup": 15.0}, ""},
		"warm-up past the end":       {settings{"optimizer.schedule.warmup": 15.5}, "optimizer.schedule.warmup: warmup of 15.5 epochs"},
		"all images":                 {settings{"data.name": "mnist", "data.train": int64(55000), "data.validation": int64(5000)}, ""},
		"one image too many":         {settings{"data.name": "mnist", "data.train": int64(55001)}, "data.train: train and validation together are 60001"},
		"too many for testing":       {settings{"data.name": "fashion-mnist", "data.test": int64(10001)}, "data.train: test is 10001"},
		"gaussians have no such end": {settings{"data.train": int64(1e6), "data.test": int64(1e6)}, ""},
	} {
		got := strings.Join(broken(defaults(c.changes)), "; ")
		if (got == "") != (c.want == "") || !strings.HasPrefix(got, c.want) || strings.Contains(got, "; ") {
			t.Errorf("%s: broken %q, want %q", name, got, c.want)
		}
	}
}
