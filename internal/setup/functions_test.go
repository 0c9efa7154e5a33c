package setup

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// extents writes what findFunctions finds in a form that is easy to compare.
func extents(text string) string {
	var lines []string
	for _, f := range findFunctions(text) {
		lines = append(lines, f.ReturnType+"|"+f.Name+"|"+strings.ReplaceAll(text[f.body:f.end], "\n", " "))
	}
	return strings.Join(lines, "\n")
}

func TestFindFunctions(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"none", "int x = 3;\nvoid f(int);\n", ""},
		{"one on a line", "void at_free(tensor t) { delete (t); }\n", "void|at_free|{ delete (t); }"},
		{"a pointer", "tensor *atg_a(tensor *x,\n  int n)\n{\n}\n", "tensor *|atg_a|{ }"},
		{"a template", "template <typename T>\nT at_value(tensor t) { return T(); }", "T|at_value|{ return T(); }"},
		{"inner braces", "int f(int a) { if (a) { return {}; } return 1; }\nvoid g() {}", "int|f|{ if (a) { return {}; } return 1; }\nvoid|g|{}"},
		{"braces that are not code", "void f() { /* } */ s = \"}\\\"}\"; c = '}'; // }\n}\nvoid g() {}", "void|f|{ /* } */ s = \"}\\\"}\"; c = '}'; // } }\nvoid|g|{}"},
		{"a raw string", "void f() { s = R\"x(}\")x\"; }\nvoid g() {}", "void|f|{ s = R\"x(}\")x\"; }\nvoid|g|{}"},
		{"a digit separator", "void f() { x = 1'000; }\nvoid g() { c = '}'; }", "void|f|{ x = 1'000; }\nvoid|g|{ c = '}'; }"},
		{"preprocessor lines", "#define PROTECT(x) try { \\\n  x\n#include \"a.h\"\nvoid f() {}", "void|f|{}"},
		{"comments before it", "// void old() {\n/* { */ void f() {}", "void|f|{}"},
		{"extern C and namespaces", "extern \"C\" {\nnamespace a {\nvoid f() {}\n}\nvoid g() {}\n}", "void|f|{}\nvoid|g|{}"},
		{"a struct's methods are not at the top", "struct S { void f() {} };\nvoid g() {}", "void|g|{}"},
		{"an array is not a function", "int a[] = {1, 2};\nvoid g() {}", "void|g|{}"},
		{"not closed", "void f() { {", ""},
	} {
		if got := extents(test.text); got != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", test.name, got, test.want)
		}
	}
}

func TestFunctionLines(t *testing.T) {
	text := "int x;\n\n// about f\nvoid\natg_f(int a)\n{\n}\ntensor atg_g() { }\n"
	functions := findFunctions(text)
	if len(functions) != 2 {
		t.Fatalf("found %d functions, want 2", len(functions))
	}
	for line, want := range map[int]string{4: "atg_f", 5: "atg_f", 7: "atg_f", 8: "atg_g", 1: "", 9: ""} {
		if f, _ := functionAt(functions, line); f.Name != want {
			t.Errorf("line %d lies in %q, want %q", line, f.Name, want)
		}
	}
}

func TestStub(t *testing.T) {
	text := "void atg_a() { x; }\nint atg_b() {\n  return y;\n}\ntensor atg_c() { z; }\n"
	got := stub(text, findFunctions(text), map[string]bool{"atg_b": true, "atg_c": true})
	want := `void atg_a() { x; }
int atg_b() {
  PROTECT(throw std::runtime_error("atg_b: not available in this libtorch");)
  return {};
}
tensor atg_c() {
  PROTECT(throw std::runtime_error("atg_c: not available in this libtorch");)
  return {};
}
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Whatever functions stand in a text, stubbing some leaves the others as they were, and all of them in their order.
func TestStubKeepsTheRest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bodies := rapid.SliceOfN(rapid.SampledFrom([]string{
			"{}", "{ return {1, 2}; }", "{\n  // }\n  if (x) { y; }\n}", "{ s = \"{\"; c = '{'; }", "{ /* { */ }",
		}), 1, 8).Draw(t, "bodies")
		var text strings.Builder
		names := map[string]bool{}
		for i, body := range bodies {
			name := "atg_" + strings.Repeat("f", i+1)
			names[name] = rapid.Bool().Draw(t, name)
			text.WriteString("// about it\nvoid " + name + "(int x) " + body + "\n\n")
		}
		before := findFunctions(text.String())
		changed := stub(text.String(), before, names)
		after := findFunctions(changed)
		if len(after) != len(bodies) || len(before) != len(bodies) {
			t.Fatalf("found %d functions before and %d after, want %d", len(before), len(after), len(bodies))
		}
		for i, f := range after {
			body := changed[f.body:f.end]
			if f.Name != before[i].Name {
				t.Fatalf("function %d is %s, want %s", i, f.Name, before[i].Name)
			}
			if stubbed := strings.Contains(body, "not available"); stubbed != names[f.Name] || !stubbed && body != bodies[i] {
				t.Fatalf("%s has the body %s", f.Name, body)
			}
		}
	})
}

// No text makes the finder panic or find a function whose extent is not one.
func FuzzFindFunctions(f *testing.F) {
	f.Add("void f() { \"\\\" } /* // ' }")
	f.Add("#define a \\\n{\nR\"(}")
	f.Add("extern \"C\" { int f(int a) { return '}'; } }")
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, found := range findFunctions(text) {
			if found.body < end || found.end <= found.body || found.end > len(text) || text[found.body] != '{' || text[found.end-1] != '}' {
				t.Fatalf("extent %d to %d after %d", found.body, found.end, end)
			}
			if found.First > found.Last || found.Name == "" {
				t.Fatalf("function %q on lines %d to %d", found.Name, found.First, found.Last)
			}
			end = found.end
		}
	})
}
