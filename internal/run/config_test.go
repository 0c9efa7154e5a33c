package run_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"experiment/internal/run"
)

// drawFields draws the settings of a configuration: distinct paths of which none is inside another.
func drawFields(t *rapid.T) []run.Field {
	groups := rapid.SampledFrom([]string{"", "a.", "a_b.", "a.b.", "a.b.c.", "z9."})
	value := rapid.OneOf(
		rapid.Int64().AsAny(), rapid.Float64().AsAny(), rapid.Bool().AsAny(), rapid.String().AsAny(),
		rapid.SampledFrom([]any{0.0, math.Copysign(0, -1), 1.0, 1e21, 5e-324, math.MaxFloat64, int64(math.MinInt64), "<&>\u2028"}).AsAny(),
	)
	var fields []run.Field
	for range rapid.IntRange(0, 12).Draw(t, "fields") {
		path := groups.Draw(t, "group") + rapid.StringMatching(`v[a-z0-9_]{0,3}`).Draw(t, "name")
		if slices.ContainsFunc(fields, func(f run.Field) bool { return f.Path == path }) {
			continue
		}
		fields = append(fields, run.Field{Path: path, Value: value.Draw(t, "value")})
	}
	return fields
}

func TestCanonicalJSONIsAFixedPoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		config, err := run.NewConfig(drawFields(t))
		if err != nil {
			t.Fatal(err)
		}
		first, err := json.Marshal(config)
		if err != nil {
			t.Fatal(err)
		}
		var read run.Config
		if err := json.Unmarshal(first, &read); err != nil {
			t.Fatalf("reading %s: %v", first, err)
		}
		second, err := json.Marshal(read)
		if err != nil || string(first) != string(second) || read.Key() != config.Key() {
			t.Fatalf("%s is read as %s, error %v", first, second, err)
		}
		for i, f := range config.Fields() {
			if g := read.Fields()[i]; g != f {
				t.Fatalf("%v is read as %v", f, g)
			}
		}
	})
}

func TestOrderOfFieldsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fields := drawFields(t)
		one, err := run.NewConfig(fields)
		if err != nil {
			t.Fatal(err)
		}
		other, err := run.NewConfig(rapid.Permutation(fields).Draw(t, "order"))
		if err != nil || one.Key() != other.Key() {
			t.Fatalf("another order gives another key, error %v", err)
		}
		for _, f := range fields {
			if v, ok := other.Get(f.Path); !ok || v != f.Value {
				t.Fatalf("%s is %v, not %v", f.Path, v, f.Value)
			}
		}
	})
}

func TestCanonicalBytesAndKey(t *testing.T) {
	for name, c := range map[string]struct {
		fields []run.Field
		json   string
		key    run.Key
	}{
		"nothing": {nil, `{}`, "216b73ccd0398996375f0b1c4c1795885aa99f246dfc2a97e251632a693591c4"},
		"nested": {
			[]run.Field{
				{Path: "seed", Value: int64(3)}, {Path: "optimizer.schedule.name", Value: "cosine"}, {Path: "optimizer.lr", Value: 0.05},
				{Path: "optimizer.schedule.warmup", Value: 1.0}, {Path: "optimizer.weight_decay", Value: 5e-4}, {Path: "optimizer.nesterov", Value: true},
				{Path: "optimizer_x", Value: "<&>\"é\n"}, {Path: "a.b.c.d", Value: 1e-9}, {Path: "a.x.c.d", Value: -1e300},
			},
			`{"a":{"b":{"c":{"d":1e-09}},"x":{"c":{"d":-1e+300}}},"optimizer":{"lr":0.05,"nesterov":true,"schedule":{"name":"cosine",` +
				`"warmup":1.0},"weight_decay":0.0005},"optimizer_x":"<&>\"é\n","seed":3}`,
			"3a073ffa1e237b6cfe5e71341b372c8228da27dc86067793bdca8becb53bb302",
		},
	} {
		config, err := run.NewConfig(c.fields)
		if err != nil {
			t.Fatal(err)
		}
		got, err := config.MarshalJSON()
		if err != nil || string(got) != c.json {
			t.Errorf("%s: got\n%s\nwant\n%s\nerror %v", name, got, c.json, err)
		}
		if config.Key() != c.key {
			t.Errorf("%s: key %s, not %s: the runs of everybody's databases would be lost", name, config.Key(), c.key)
		}
	}
}

// TestEveryFieldCounts: a value, a type or a path that differs gives another run.
func TestEveryFieldCounts(t *testing.T) {
	seen := make(map[run.Key]run.Field)
	for _, f := range []run.Field{
		{Path: "a", Value: int64(1)}, {Path: "a", Value: 1.0}, {Path: "a", Value: "1"}, {Path: "a", Value: true}, {Path: "a", Value: "true"},
		{Path: "a", Value: 1.0000000000000002}, {Path: "a.b", Value: int64(1)}, {Path: "a_b", Value: int64(1)}, {Path: "ab", Value: int64(1)},
	} {
		config, err := run.NewConfig([]run.Field{f})
		if err != nil {
			t.Fatal(err)
		}
		if other, twice := seen[config.Key()]; twice {
			t.Errorf("%v and %v have one key", f, other)
		}
		seen[config.Key()] = f
	}
}

func TestNewConfigRefuses(t *testing.T) {
	one := func(path string, value any) []run.Field { return []run.Field{{Path: path, Value: value}} }
	for want, fields := range map[string][]run.Field{
		`path "" is malformed`:            one("", 1.0),
		`path ".a" is malformed`:          one(".a", 1.0),
		`path "a." is malformed`:          one("a.", 1.0),
		`path "a..b" is malformed`:        one("a..b", 1.0),
		`path "A" is malformed`:           one("A", 1.0),
		`path "a\"b" is malformed`:        one(`a"b`, 1.0),
		`"a" is NaN, not a finite number`: one("a", math.NaN()),
		`"a" is +Inf, not a finite`:       one("a", math.Inf(1)),
		`"a" is no UTF-8`:                 one("a", "\xff"),
		`"a" has the type int`:            one("a", 1),
		`"a" has the type <nil>`:          one("a", nil),
		`"a" stands twice`:                append(one("a", 1.0), one("a", 2.0)...),
		`"a" is a value and a group`:      append(one("a.b", 1.0), one("a", 2.0)...),
		`"a.b" is a value and a group`:    append(append(one("a.b.c", 1.0), one("a.b", 2.0)...), one("a.b_c", 2.0)...),
	} {
		if _, err := run.NewConfig(fields); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestConfigUnmarshalRefuses(t *testing.T) {
	for _, text := range []string{``, `[]`, `1`, `{"a":null}`, `{"a":[1]}`, `{"a":1e999}`, `{"a":99999999999999999999}`, `{"A":1}`, `{"a":{"":1}}`, `{"a":1}x`} {
		var c run.Config
		if err := json.Unmarshal([]byte(text), &c); err == nil {
			t.Errorf("%s is read as %v", text, c.Fields())
		}
	}
}

func TestAccessors(t *testing.T) {
	c, err := run.NewConfig([]run.Field{
		{Path: "pipeline", Value: "p"}, {Path: "seed", Value: int64(7)}, {Path: "x", Value: 0.5}, {Path: "b", Value: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Pipeline() != "p" || c.Seed() != 7 || c.Float("x") != 0.5 || c.Float("seed") != 7 {
		t.Errorf("read %q, %d, %v, %v", c.Pipeline(), c.Seed(), c.Float("x"), c.Float("seed"))
	}
	if c.Text("x") != "" || c.Int("x") != 0 || c.Float("b") != 0 || c.Text("none") != "" {
		t.Error("a value of another type, or none, is not the zero value")
	}
	if _, ok := c.Get("zzz"); ok {
		t.Error("there is a field that was never set")
	}
}
