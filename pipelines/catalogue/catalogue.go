// Package catalogue lists what there is to choose from: pipelines, data sets, models, losses, optimisers
// and schedules, each with its parameters, their defaults and ranges, its formula and its source. What
// validates a sweep, completes it, documents it or lists it reads this; nothing here computes.
package catalogue

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Kind is the type of a parameter's value.
type Kind int

// The kinds, and the Go type of a value of each.
const (
	Int   Kind = iota // int64
	Float             // float64
	Text              // string
	Bool              // bool
)

func (k Kind) String() string {
	return [...]string{"a whole number", "a number", "a text", "true or false"}[k]
}

// Parameter is one setting of a choice or a section.
type Parameter struct {
	Name    string // as in sweep files
	Symbol  string // as in labels and formulas, such as "γ"; empty where the name serves
	Kind    Kind
	Default any      // of the Go type of Kind
	Min     float64  // least value of an Int or a Float
	Max     float64  // greatest value, inclusive
	Above   bool     // Min itself is not allowed
	Below   bool     // Max itself is not allowed
	Values  []string // all that a Text may be; nil where it may be anything
	Doc     string
	// Added marks a parameter that came after runs had been recorded: a configuration leaves it out
	// while it has its default, which must keep the old behaviour, so that old runs keep their keys.
	Added bool
}

// Range describes the values that are allowed: "> 0", "0 to 1", "float32, tf32", or "" where all are.
func (p Parameter) Range() string {
	if p.Kind == Text {
		return strings.Join(p.Values, ", ")
	}
	if p.Kind != Int && p.Kind != Float {
		return ""
	}
	lower, upper := FormatBound(p.Min), FormatBound(p.Max)
	switch noMin, noMax := math.IsInf(p.Min, -1), math.IsInf(p.Max, 1); {
	case noMin && noMax:
		return ""
	case noMin && p.Below:
		return "< " + upper
	case noMin:
		return "≤ " + upper
	case noMax && p.Above:
		return "> " + lower
	case noMax:
		return "≥ " + lower
	case p.Above && p.Below:
		return lower + " to " + upper + ", both excluded"
	case p.Above:
		return "> " + lower + " to " + upper
	case p.Below:
		return lower + " to < " + upper
	default:
		return lower + " to " + upper
	}
}

// FormatBound writes a bound of a range, whole numbers with all their digits.
func FormatBound(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// Contains says whether a number lies in the parameter's range.
func (p Parameter) Contains(v float64) bool {
	if v < p.Min || v > p.Max || math.IsNaN(v) || math.IsInf(v, 0) {
		return false
	}
	return !(p.Above && v == p.Min) && !(p.Below && v == p.Max)
}

// Allows says whether a text is one of the parameter's values.
func (p Parameter) Allows(text string) bool {
	return p.Values == nil || slices.Contains(p.Values, text)
}

// Choice is one of the alternatives of a section: a loss, a model, a data set.
type Choice struct {
	Name       string
	Formula    string // empty where there is none
	Doc        string
	Source     string // paper or origin
	Input      Input  // what a data set gives, or a model needs
	Parameters []Parameter
	OfBatch    bool // of a loss: that of an example depends on the others of its batch
	OfLogits   bool // of a loss: the probabilities alone do not determine it
}

// Input is the shape of an example.
type Input int

// The shapes. A model that takes a Vector takes an Image too, as the vector of its pixels.
const (
	Vector Input = iota
	Image
)

// Parameter returns the parameter of that name.
func (c Choice) Parameter(name string) (Parameter, bool) { return find(c.Parameters, name) }

// Section is a group of settings under one path. One with choices has the setting "name" and the
// parameters of the choice named; one without has parameters of its own.
type Section struct {
	Path       string // "loss", "optimizer.schedule"
	Doc        string
	Choices    []Choice
	Default    string // name of the choice that is taken when none is named
	Parameters []Parameter
}

// Choice returns the choice of that name.
func (s Section) Choice(name string) (Choice, bool) {
	i := slices.IndexFunc(s.Choices, func(c Choice) bool { return c.Name == name })
	if i < 0 {
		return Choice{}, false
	}
	return s.Choices[i], true
}

// Names lists the names of the choices in their order.
func (s Section) Names() []string {
	names := make([]string, len(s.Choices))
	for i, c := range s.Choices {
		names[i] = c.Name
	}
	return names
}

// Rule ties settings together that are right one by one but not side by side.
type Rule struct {
	Path  string // the setting that an error is reported at
	Check func(Settings) error
}

// Settings gives access to the values of a resolved configuration by path.
type Settings interface {
	Text(path string) string
	Int(path string) int64
	Float(path string) float64
	Get(path string) (any, bool)
}

// Pipeline is a kind of run: the sections that its configuration has.
type Pipeline struct {
	Name     string
	Doc      string
	Sections []Section
	Rules    []Rule
	// Label names the sections whose choice, where they have one, and parameters make up the label of a run.
	Label []string
}

// Section returns the section at a path.
func (p Pipeline) Section(path string) (Section, bool) {
	i := slices.IndexFunc(p.Sections, func(s Section) bool { return s.Path == path })
	if i < 0 {
		return Section{}, false
	}
	return p.Sections[i], true
}

// LabelOf names a run for people by its choices and parameters in the sections that the pipeline is labelled by:
// "focal γ=3".
func (p Pipeline) LabelOf(settings Settings) string {
	var words []string
	for _, path := range p.Label {
		section, ok := p.Section(path)
		if !ok {
			panic(fmt.Sprintf("catalogue: pipeline %s is labelled by %s, which it lacks", p.Name, path))
		}
		parameters := section.Parameters
		if len(section.Choices) > 0 {
			name := settings.Text(path + ".name")
			words = append(words, name)
			choice, _ := section.Choice(name)
			parameters = choice.Parameters
		}
		for _, parameter := range parameters {
			value, ok := settings.Get(path + "." + parameter.Name)
			if !ok {
				continue
			}
			symbol := parameter.Symbol
			if symbol == "" {
				symbol = parameter.Name
			}
			words = append(words, symbol+"="+FormatValue(value))
		}
	}
	return strings.Join(words, " ")
}

// FormatValue writes a parameter's value for people: 0.05, 1e-05, mnist.
func FormatValue(value any) string {
	if f, ok := value.(float64); ok {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return fmt.Sprint(value)
}

// Pipelines lists the pipelines; the first is the default.
func Pipelines() []Pipeline { return []Pipeline{Classification(), Bound()} }

// FindPipeline returns the pipeline of that name.
func FindPipeline(name string) (Pipeline, bool) {
	pipelines := Pipelines()
	i := slices.IndexFunc(pipelines, func(p Pipeline) bool { return p.Name == name })
	if i < 0 {
		return Pipeline{}, false
	}
	return pipelines[i], true
}

func find(parameters []Parameter, name string) (Parameter, bool) {
	i := slices.IndexFunc(parameters, func(p Parameter) bool { return p.Name == name })
	if i < 0 {
		return Parameter{}, false
	}
	return parameters[i], true
}
