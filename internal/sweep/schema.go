package sweep

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/invopop/jsonschema"

	"experiment/pipelines/catalogue"
)

// Schema returns the JSON Schema (draft 2020-12) of a sweep file, for completion and checks in editors.
// It is made of the catalogue. A schema cannot tell everything that Parse does: what one layer means for
// another, and what rules tie settings together.
func Schema() ([]byte, error) {
	data, err := json.MarshalIndent(fileSchema(catalogue.Pipelines()), "", " ")
	if err != nil {
		return nil, fmt.Errorf("writing the schema of sweep files: %w", err)
	}
	return append(data, '\n'), nil
}

func fileSchema(pipelines []catalogue.Pipeline) *jsonschema.Schema {
	root := object("experiment sweep file")
	root.Version = jsonschema.Version
	root.Title = "Sweep"
	root.Required = []string{"name"}
	root.Definitions = jsonschema.Definitions{}
	var names []any
	for i, p := range pipelines {
		names = append(names, p.Name)
		b := newSchemaBuilder(p, root.Definitions)
		b.define()
		root.AllOf = append(root.AllOf, b.file(i == 0))
	}
	for _, p := range []struct {
		key    string
		doc    string
		schema *jsonschema.Schema
		full   bool // may not be left empty
	}{
		{"name", "names the report", &jsonschema.Schema{Type: "string", Pattern: namePattern}, true},
		{"description", "what the sweep is to find out", &jsonschema.Schema{Type: "string"}, false},
		{pipelineKey, "what a run computes", &jsonschema.Schema{Enum: names, Default: names[0]}, false},
		{"base", "what every run starts from", &jsonschema.Schema{Type: "object"}, false},
		{"runs", "blocks of runs, united; within one a list is an axis, and axes are crossed", list(&jsonschema.Schema{Type: "object"}), false},
		{"grid", "axes that are crossed with every block", &jsonschema.Schema{Type: "object"}, false},
		{"zip", "axes that are walked side by side, and crossed with the others", &jsonschema.Schema{Type: "object"}, false},
		{"exclude", "runs to leave out: those that have all of the values of an entry", array(&jsonschema.Schema{Type: "object"}), false},
		{"seeds", "how many seeds, from 0, or which; 1 when left out", seedsSchema(), false},
	} {
		schema := p.schema
		if !p.full {
			schema = orNull(schema)
		}
		root.Properties.Set(p.key, described(schema, p.doc))
	}
	return root
}

// pipelineKey is the key of a sweep file that names the pipeline.
const pipelineKey = "pipeline"

// file says which settings a file has where it names the pipeline or, for the default one, names none.
func (b *schemaBuilder) file(isDefault bool) *jsonschema.Schema {
	named := &jsonschema.Schema{Properties: jsonschema.NewProperties(), Required: []string{pipelineKey}}
	named.Properties.Set(pipelineKey, &jsonschema.Schema{Const: b.words.pipeline.Name})
	if isDefault {
		named.Properties.Set(pipelineKey, &jsonschema.Schema{Enum: []any{b.words.pipeline.Name, nil}})
		named.Required = nil
	}
	then := &jsonschema.Schema{Properties: jsonschema.NewProperties()}
	for _, p := range []struct {
		key    string
		schema *jsonschema.Schema
	}{
		{"base", b.reference(settingsName + string(single))}, {"runs", list(b.reference(settingsName + string(axes)))},
		{"grid", b.reference(settingsName + string(axes))}, {"zip", b.reference(settingsName + string(lists))},
		{"exclude", array(b.reference(settingsName + string(axes)))},
	} {
		then.Properties.Set(p.key, orNull(p.schema))
	}
	return &jsonschema.Schema{If: named, Then: then}
}

// form is what the value of a setting may be.
type form string

// The forms: one value, as in base; one or a list; a list, as in zip.
const (
	single form = ""
	axes   form = ".axes"
	lists  form = ".lists"
)

// apply returns the schema of a setting in a form, of the schema of one value.
func (f form) apply(value *jsonschema.Schema) *jsonschema.Schema {
	switch f {
	case axes:
		return anyOf(value, list(value))
	case lists:
		return list(value)
	}
	return value
}

// settingsName is the definition of a layer of settings; the forms are told apart by their suffix.
const settingsName = "settings"

// schemaBuilder defines the settings of one pipeline.
type schemaBuilder struct {
	words       *vocabulary
	definitions jsonschema.Definitions
}

func newSchemaBuilder(p catalogue.Pipeline, definitions jsonschema.Definitions) *schemaBuilder {
	return &schemaBuilder{words: newVocabulary(p), definitions: definitions}
}

// name returns what a definition of the pipeline is called: pipelines have settings of the same path.
func (b *schemaBuilder) name(definition string) string {
	return b.words.pipeline.Name + "." + definition
}

func (b *schemaBuilder) reference(definition string) *jsonschema.Schema {
	return &jsonschema.Schema{Ref: "#/$defs/" + b.name(definition)}
}

// define adds the definitions of every setting and section, and of a whole layer, in each form.
func (b *schemaBuilder) define() {
	for path, l := range b.words.leaves {
		b.definitions[b.name(path)] = leafSchema(l)
	}
	for _, form := range []form{single, axes, lists} {
		for path, section := range b.words.sections {
			b.definitions[b.name(path+string(form))] = b.section(section, form)
		}
		layer := object("settings of runs")
		b.addProperties(layer, "", form)
		if form == axes {
			layer.Properties.Set(seedPath, described(form.apply(parameterSchema(seedParameter)), "the seed, in exclude only"))
		}
		b.definitions[b.name(settingsName+string(form))] = layer
	}
}

// addProperties adds all settings and sections below a prefix, by their path from there.
func (b *schemaBuilder) addProperties(o *jsonschema.Schema, prefix string, form form) {
	for _, path := range b.words.paths {
		relative, below := strings.CutPrefix(path, prefix)
		if !below {
			continue
		}
		if _, isSection := b.words.sections[path]; isSection {
			o.Properties.Set(relative, b.reference(path+string(form)))
		} else {
			o.Properties.Set(relative, form.apply(b.reference(path)))
		}
	}
}

// section returns the schema of a section: its settings, or where it has choices the name of one alone.
func (b *schemaBuilder) section(section *catalogue.Section, form form) *jsonschema.Schema {
	o := object(section.Doc)
	b.addProperties(o, section.Path+".", form)
	if len(section.Choices) == 0 {
		return o
	}
	for _, c := range section.Choices {
		o.AllOf = append(o.AllOf, b.condition(section, c, o, form))
	}
	name := form.apply(b.reference(section.Path + "." + nameKey))
	return described(anyOf(o, name), section.Doc)
}

// condition says which settings a section has where it names a choice, and how they are bounded.
func (b *schemaBuilder) condition(section *catalogue.Section, c catalogue.Choice, o *jsonschema.Schema, form form) *jsonschema.Schema {
	named := &jsonschema.Schema{Properties: jsonschema.NewProperties(), Required: []string{nameKey}}
	named.Properties.Set(nameKey, &jsonschema.Schema{Const: c.Name})
	then := &jsonschema.Schema{Properties: jsonschema.NewProperties()}
	var allowed []any
	for pair := o.Properties.Oldest(); pair != nil; pair = pair.Next() {
		if pair.Key == nameKey || b.words.leaves[section.Path+"."+pair.Key].section != section {
			allowed = append(allowed, pair.Key)
		}
	}
	for _, p := range c.Parameters {
		allowed = append(allowed, p.Name)
		then.Properties.Set(p.Name, described(form.apply(parameterSchema(p)), p.Doc))
	}
	then.PropertyNames = &jsonschema.Schema{Enum: allowed}
	return &jsonschema.Schema{If: named, Then: then}
}

// leafSchema returns the schema of one value of a setting, for all choices that have it.
func leafSchema(l leaf) *jsonschema.Schema {
	section := l.section
	if len(section.Choices) == 0 {
		p, _ := parameter(section, "", l.name)
		return described(parameterSchema(p), p.Doc)
	}
	var alternatives []*jsonschema.Schema
	var docs []string
	for _, c := range section.Choices {
		if l.name == nameKey {
			alternatives = append(alternatives, &jsonschema.Schema{Const: c.Name, Description: c.Doc})
		} else if p, ok := c.Parameter(l.name); ok {
			alternatives = append(alternatives, parameterSchema(p))
			docs = append(docs, fmt.Sprintf("%s: %s (default %s)", c.Name, p.Doc, catalogue.FormatValue(p.Default)))
		}
	}
	if l.name == nameKey {
		return &jsonschema.Schema{Description: section.Doc, AnyOf: alternatives, Default: section.Default}
	}
	if len(alternatives) == 1 {
		return described(alternatives[0], strings.Join(docs, "; "))
	}
	return described(anyOf(alternatives...), strings.Join(docs, "; "))
}

// parameterSchema returns the schema of one value of a parameter.
func parameterSchema(p catalogue.Parameter) *jsonschema.Schema {
	s := &jsonschema.Schema{Default: p.Default}
	switch p.Kind {
	case catalogue.Bool:
		s.Type = "boolean"
		return s
	case catalogue.Text:
		s.Type = "string"
		for _, value := range p.Values {
			s.Enum = append(s.Enum, value)
		}
		return s
	case catalogue.Int:
		s.Type = "integer"
	case catalogue.Float:
		s.Type = "number"
	}
	if p.Above {
		s.ExclusiveMinimum = bound(p.Min)
	} else {
		s.Minimum = bound(p.Min)
	}
	if p.Below {
		s.ExclusiveMaximum = bound(p.Max)
	} else {
		s.Maximum = bound(p.Max)
	}
	return s
}

// bound writes a bound, or nothing for one that is infinite.
func bound(v float64) json.Number {
	if math.IsInf(v, 0) {
		return ""
	}
	return json.Number(catalogue.FormatBound(v))
}

func seedsSchema() *jsonschema.Schema {
	count := parameterSchema(seedParameter)
	count.Minimum, count.Maximum, count.Default = "1", bound(MaxRuns), 1
	each := parameterSchema(seedParameter)
	each.Default = nil
	return anyOf(count, list(each))
}

func object(doc string) *jsonschema.Schema {
	return &jsonschema.Schema{
		Description: doc, Type: "object",
		Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema,
	}
}

func anyOf(alternatives ...*jsonschema.Schema) *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: alternatives}
}

func orNull(s *jsonschema.Schema) *jsonschema.Schema {
	return anyOf(s, &jsonschema.Schema{Type: "null"})
}

func array(items *jsonschema.Schema) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "array", Items: items}
}

// list is an array that is not empty.
func list(items *jsonschema.Schema) *jsonschema.Schema {
	s, one := array(items), uint64(1)
	s.MinItems = &one
	return s
}

func described(s *jsonschema.Schema, doc string) *jsonschema.Schema {
	s.Description = doc
	return s
}
