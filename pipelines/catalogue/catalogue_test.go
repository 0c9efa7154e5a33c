package catalogue_test

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"experiment/pipelines/catalogue"
)

// named is a choice with the path it stands at.
type named struct {
	path   string
	choice catalogue.Choice
}

// everyChoice lists the choices of all sections; a section without any is one choice without a name.
func everyChoice() []named {
	var list []named
	for _, p := range catalogue.Pipelines() {
		for _, s := range p.Sections {
			for _, c := range s.Choices {
				list = append(list, named{p.Name + ": " + s.Path, c})
			}
			if len(s.Choices) == 0 {
				list = append(list, named{p.Name + ": " + s.Path, catalogue.Choice{Parameters: s.Parameters}})
			}
		}
	}
	return list
}

func TestParametersAreSound(t *testing.T) {
	name := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	for _, n := range everyChoice() {
		seen := map[string]bool{"name": true}
		for _, p := range n.choice.Parameters {
			at := n.path + " " + n.choice.Name + "." + p.Name
			if !name.MatchString(p.Name) || seen[p.Name] || p.Symbol != "" && seen[p.Symbol] {
				t.Errorf("%s: the name or the symbol %q is malformed or taken", at, p.Symbol)
			}
			seen[p.Name], seen[p.Symbol] = true, true
			if p.Doc == "" || strings.HasSuffix(p.Doc, ".") {
				t.Errorf("%s: documented as %q", at, p.Doc)
			}
			if !defaultFits(p) {
				t.Errorf("%s: the default %v is not %v in the range %s", at, p.Default, p.Kind, p.Range())
			}
		}
	}
}

// defaultFits says whether a default has the Go type of its kind and lies in its range.
func defaultFits(p catalogue.Parameter) bool {
	switch v := p.Default.(type) {
	case int64:
		return p.Kind == catalogue.Int && p.Contains(float64(v))
	case float64:
		return p.Kind == catalogue.Float && p.Contains(v)
	case string:
		return p.Kind == catalogue.Text
	case bool:
		return p.Kind == catalogue.Bool
	}
	return false
}

func TestSectionsAreSound(t *testing.T) {
	name := regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
	for _, p := range catalogue.Pipelines() {
		var paths []string
		for _, s := range p.Sections {
			if s.Doc == "" || slices.Contains(paths, s.Path) {
				t.Errorf("%s: section %s stands twice, or has no documentation", p.Name, s.Path)
			}
			paths = append(paths, s.Path)
			if _, ok := s.Choice(s.Default); ok == (len(s.Choices) == 0) {
				t.Errorf("%s: the default of %s is %q", p.Name, s.Path, s.Default)
			}
			if len(s.Choices) > 0 && len(s.Parameters) > 0 {
				t.Errorf("%s: section %s has choices and parameters of its own", p.Name, s.Path)
			}
			for i, c := range s.Choices {
				if !name.MatchString(c.Name) || slices.Contains(s.Names()[:i], c.Name) || c.Doc == "" {
					t.Errorf("%s: choice %q of %s is malformed, stands twice, or is not documented", p.Name, c.Name, s.Path)
				}
			}
		}
		for _, path := range p.Label {
			if _, ok := p.Section(path); !ok {
				t.Errorf("%s is labelled by %s, which it lacks", p.Name, path)
			}
		}
		for _, rule := range p.Rules {
			section := rule.Path[:strings.LastIndexByte(rule.Path, '.')]
			if !slices.Contains(paths, section) {
				t.Errorf("%s: a rule is reported at %s, which is nowhere", p.Name, rule.Path)
			}
		}
		if found, ok := catalogue.FindPipeline(p.Name); !ok || found.Name != p.Name {
			t.Errorf("pipeline %s is not found by its name", p.Name)
		}
	}
	if _, ok := catalogue.FindPipeline("none"); ok {
		t.Error("a pipeline that does not exist is found")
	}
}

func TestEveryLossHasAFormulaAndASource(t *testing.T) {
	for _, c := range catalogue.Losses() {
		if c.Formula == "" || c.Source == "" {
			t.Errorf("%s: formula %q, source %q", c.Name, c.Formula, c.Source)
		}
	}
}

func TestRange(t *testing.T) {
	inf := math.Inf(1)
	for want, p := range map[string]catalogue.Parameter{
		"":                      {Kind: catalogue.Float, Min: -inf, Max: inf},
		"> 0":                   {Kind: catalogue.Float, Max: inf, Above: true},
		"≥ 0":                   {Kind: catalogue.Float, Max: inf},
		"< 2.5":                 {Kind: catalogue.Float, Min: -inf, Max: 2.5, Below: true},
		"≤ 2.5":                 {Kind: catalogue.Float, Min: -inf, Max: 2.5},
		"0 to 1":                {Kind: catalogue.Float, Max: 1},
		"> 0 to 1":              {Kind: catalogue.Float, Max: 1, Above: true},
		"0 to < 1":              {Kind: catalogue.Float, Max: 1, Below: true},
		"0 to 1, both excluded": {Kind: catalogue.Float, Max: 1, Above: true, Below: true},
		"1 to 2147483647":       {Kind: catalogue.Int, Min: 1, Max: math.MaxInt32},
		"0 to 9007199254740991": {Kind: catalogue.Int, Max: 1<<53 - 1},
		"1e-08 to 1e+300":       {Kind: catalogue.Float, Min: 1e-8, Max: 1e300},
	} {
		if got := p.Range(); got != want {
			t.Errorf("range %q, want %q", got, want)
		}
	}
	for _, kind := range []catalogue.Kind{catalogue.Text, catalogue.Bool} {
		if got := (catalogue.Parameter{Kind: kind, Max: 1}).Range(); got != "" {
			t.Errorf("%v has the range %q", kind, got)
		}
	}
}

// TestContainsKeepsWhatRangeSays: the bounds belong to the range unless they are excluded, what lies
// between them does, and nothing else.
func TestContainsKeepsWhatRangeSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bound := rapid.Float64Range(-1e6, 1e6)
		low := bound.Draw(t, "low")
		high := rapid.Float64Range(low, 2e6).Draw(t, "high")
		p := catalogue.Parameter{
			Kind: catalogue.Float, Min: low, Max: high,
			Above: rapid.Bool().Draw(t, "above"), Below: rapid.Bool().Draw(t, "below"),
		}
		v := rapid.OneOf(rapid.Just(low), rapid.Just(high), rapid.Float64Range(-3e6, 3e6)).Draw(t, "value")
		want := v > low && v < high || v == low && !p.Above && (v != high || !p.Below) || v == high && !p.Below && (v != low || !p.Above)
		if p.Contains(v) != want {
			t.Fatalf("%v in %s: %t", v, p.Range(), p.Contains(v))
		}
		if p.Contains(math.NaN()) || p.Contains(math.Inf(1)) || p.Contains(math.Inf(-1)) {
			t.Fatal("what is not finite is in range")
		}
	})
}

func TestUnboundedContainsNoInfinity(t *testing.T) {
	p := catalogue.Parameter{Kind: catalogue.Float, Min: math.Inf(-1), Max: math.Inf(1)}
	if p.Contains(math.Inf(1)) || p.Contains(math.Inf(-1)) || p.Contains(math.NaN()) || !p.Contains(-1e308) {
		t.Error("the range is not that of all finite numbers")
	}
}
