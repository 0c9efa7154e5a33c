package main

import (
	"slices"
	"testing"

	"experiment/pipelines/catalogue"
)

// Every loss can be asked for by its name alone, and with each of its parameters at its default.
func TestEveryLossCanBeAskedFor(t *testing.T) {
	for _, choice := range catalogue.Losses() {
		text := choice.Name
		var defaults []float64
		for _, q := range choice.Parameters {
			text += "," + q.Name + "=" + catalogue.FormatValue(q.Default)
			value, ok := q.Default.(float64)
			if !ok {
				t.Fatalf("%s.%s is not a number", choice.Name, q.Name)
			}
			defaults = append(defaults, value)
		}
		for _, asked := range []string{choice.Name, text} {
			l, err := parseLoss(asked, false)
			if err != nil || l.text != asked || l.loss.Name != choice.Name || !slices.Equal(l.loss.Parameters, defaults) || l.ofBatch != choice.OfBatch {
				t.Errorf("--loss %s: %+v, %v", asked, l, err)
			}
		}
	}
}

// What stands before the first "=" is a name, unless it is written like a path.
func TestNamedFiles(t *testing.T) {
	for word, want := range map[string]namedFile{
		"a.npy":          {path: "a.npy"},
		"a=b.npy":        {name: "a", path: "b.npy"},
		"a=b=c.npy":      {name: "a", path: "b=c.npy"},
		"./a=b.npy":      {path: "./a=b.npy"},
		"/tmp/x=1/z.npy": {path: "/tmp/x=1/z.npy"},
		"a=/tmp/x=1.npy": {name: "a", path: "/tmp/x=1.npy"},
		"0.5_b-c=z":      {name: "0.5_b-c", path: "z"},
	} {
		want.word = word
		if got, err := parseNamedFile("logits", word); err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", word, got, err, want)
		}
	}
	for _, word := range []string{"=z", ".a=z", "-a=z", "a b=z", "a=", "ä=z"} {
		if got, err := parseNamedFile("logits", word); err == nil {
			t.Errorf("%s: %+v, want an error", word, got)
		}
	}
}

// What a report says to type is read by a shell as what was typed.
func TestShellWords(t *testing.T) {
	for word, want := range map[string]string{
		"a=b/c.npy": "a=b/c.npy", "": "''", "two models": "'two models'", "it's": `'it'\''s'`, "$HOME": "'$HOME'", "focal,gamma=3": "focal,gamma=3", "x\n": "'x\n'",
	} {
		if got := shellWord(word); got != want {
			t.Errorf("%q is written %s, want %s", word, got, want)
		}
	}
}
