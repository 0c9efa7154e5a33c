package sweep

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemaFile is where the schema lies for editors, beside the sweeps that ship.
const schemaFile = "../../sweeps/schema.json"

func TestSchemaFileIsUpToDate(t *testing.T) {
	got, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(schemaFile, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from the catalogue; run: go test ./internal/sweep -update", schemaFile)
	}
}

func TestShippedSweeps(t *testing.T) {
	schema := compiledSchema(t)
	files, err := filepath.Glob("../../sweeps/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d sweeps ship with the project, error %v", len(files), err)
	}
	for _, file := range files {
		sweep, err := Load(file)
		if err != nil {
			t.Error(err)
			continue
		}
		if want := filepath.Base(file); sweep.Name+".yaml" != want {
			t.Errorf("%s names its report %s", want, sweep.Name)
		}
		if len(sweep.Warnings) > 0 || sweep.Duplicates > 0 {
			t.Errorf("%s: %d duplicates, warnings %v", file, sweep.Duplicates, sweep.Warnings)
		}
		if err := schema.Validate(instance(t, file, sweep.Source)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestSchemaAcceptsGoodSweeps(t *testing.T) {
	schema := compiledSchema(t)
	for _, c := range archiveCases(t, "testdata/good.txtar") {
		if err := schema.Validate(instance(t, c.name, c.source)); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// beyondSchema lists the sweeps that only Parse can refuse: for what is right in its place, and wrong
// beside another part of the file or on the command line, and for what is a matter of YAML.
var beyondSchema = []string{
	"range-of-the-other-choice.yaml", "grid-does-not-fit-block.yaml",
	"grid-does-not-fit-default.yaml", "base-does-not-fit-block.yaml", "set-twice-in-a-layer.yaml",
	"grid-and-zip.yaml", "exclude-everything.yaml", "rules.yaml", "rule-of-the-default.yaml",
	"too-many-runs.yaml", "far-too-many-runs.yaml",
	"set.yaml", "set-twice.yaml", "set-does-not-fit.yaml",
}

func TestSchemaRefusesBadSweeps(t *testing.T) {
	schema := compiledSchema(t)
	refused, accepted := 0, 0
	for _, c := range archiveCases(t, "testdata/bad.txtar") {
		root := tree(c.name, c.source)
		if root == nil {
			continue // no YAML, or none of the kind that a sweep file may be
		}
		err := schema.Validate(root.value())
		if accepts := slices.Contains(beyondSchema, c.name); accepts != (err == nil) {
			t.Errorf("%s: listed as beyond the schema is %t, and the schema says %v", c.name, accepts, err)
		}
		if err != nil {
			refused++
		} else {
			accepted++
		}
	}
	if accepted != len(beyondSchema) || refused < 20 {
		t.Errorf("the schema accepted %d sweeps of %d that are listed, and refused %d", accepted, len(beyondSchema), refused)
	}
}

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	data, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func archiveCases(t *testing.T, path string) []goldenCase {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return goldenCases(t, archive)
}

// instance returns a sweep file as the value that a validator takes.
func instance(t *testing.T, name string, source []byte) any {
	t.Helper()
	root := tree(name, source)
	if root == nil {
		t.Fatalf("%s cannot be read", name)
	}
	return root.value()
}

// tree returns the tree of a sweep file, or nil where it cannot be read.
func tree(name string, source []byte) *node {
	found := &problems{}
	src, text := newSource(name, source, found)
	root := parseTree(src, text, found)
	if found.err() != nil {
		return nil
	}
	return root
}

// value returns the node as encoding/json would.
func (n *node) value() any {
	switch n.kind {
	case mappingNode:
		object := make(map[string]any)
		for _, e := range n.entries {
			object[e.key] = e.value.value()
		}
		return object
	case listNode:
		array := []any{}
		for _, item := range n.items {
			array = append(array, item.value())
		}
		return array
	}
	switch n.scalar.kind {
	case nullScalar:
		return nil
	case boolScalar:
		return n.scalar.text == "true" || n.scalar.text == "True" || n.scalar.text == "TRUE"
	case intScalar, floatScalar:
		if v, err := n.scalar.number(); err == nil {
			return v
		}
	}
	return n.scalar.text
}
