package sweep

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "small.yaml")
	if err := os.WriteFile(path, []byte("name: small\nseeds: 3\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	sweep, err := Load(path, "loss=focal", "seeds=2")
	if err != nil || len(sweep.Runs) != 2 || sweep.Runs[1].Label != "focal γ=3" {
		t.Errorf("loaded %+v, error %v", sweep, err)
	}
	if _, err := Load(filepath.Join(dir, "none.yaml")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is missing gives: %v", err)
	}
	if _, err := Load(dir); err == nil || !strings.HasPrefix(err.Error(), "reading sweep: ") {
		t.Errorf("a folder gives: %v", err)
	}
}

func TestEncodings(t *testing.T) {
	plain, err := Parse("x", []byte("name: x\nruns:\n  - loss: focal\n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, source := range map[string]string{
		"byte order mark":          "\uFEFFname: x\nruns:\n  - loss: focal\n",
		"windows line ends":        "name: x\r\nruns:\r\n  - loss: focal\r\n",
		"no line end":              "name: x\nruns:\n  - loss: focal",
		"document marks, comments": "# a\n---\nname: x # b\nruns:\n# c\n  - loss: focal\n...\n",
	} {
		sweep, err := Parse("x", []byte(source))
		if err != nil || len(sweep.Runs) != 1 || sweep.Runs[0].Key != plain.Runs[0].Key {
			t.Errorf("%s: %d runs, error %v", name, len(sweep.Runs), err)
		}
	}
}

// TestErrorPositions: what cannot stand in a golden file, since an editor would change it.
func TestErrorPositions(t *testing.T) {
	for name, c := range map[string]struct {
		source       string
		line, column int
		text         string
	}{
		"after a byte order mark": {"\uFEFFnane: x\n", 1, 1, "nane: x"},
		"windows line ends":       {"name: x\r\nbase:\r\n  lose: focal\r\n", 3, 3, "  lose: focal"},
		"latin 1":                 {"name: x\n# caf\xe9\n", 2, 6, "# caf\uFFFD"},
		"zero byte":               {"name: \"\x00\"\n", 1, 8, "name: \"\x00\""},
		"escape sequence":         {"name: x\n\x1b[31m: 1\n", 2, 1, "\x1b[31m: 1"},
		"after a wide character":  {"name: x\ndescription: 学\nbase: {\"学\": 1, a: 1, loss: focla}\n", 3, 8, `base: {"学": 1, a: 1, loss: focla}`},
	} {
		_, err := Parse("f.yaml", []byte(c.source))
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: error %v", name, err)
			continue
		}
		if e.File != "f.yaml" || e.Line != c.line || e.Column != c.column || e.Text != c.text {
			t.Errorf("%s: at %s:%d:%d in %q", name, e.File, e.Line, e.Column, e.Text)
		}
	}
}

func TestErrorText(t *testing.T) {
	for name, c := range map[string]struct {
		err  Error
		want string
	}{
		"no place":     {Error{File: "f", Message: "m"}, "f: m"},
		"no line":      {Error{File: "f", Line: 2, Column: 3, Message: "m", Hint: "h"}, "f:2:3: m\n  h"},
		"wide":         {Error{File: "f", Line: 1, Column: 3, Message: "m", Text: "学習a"}, "f:1:3: m\n  学習a\n      ^"},
		"tab":          {Error{File: "f", Line: 1, Column: 2, Message: "m", Text: "\ta\x1b[31m"}, "f:1:2: m\n   a\uFFFD[31m\n   ^"},
		"past the end": {Error{File: "f", Line: 1, Column: 99, Message: "m", Text: "ab"}, "f:1:99: m\n  ab\n    ^"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

func TestTooLargeAFile(t *testing.T) {
	source := []byte("name: x\n" + strings.Repeat("# 0123456789\n", maxSource/13+1))
	if _, err := Parse("x", source); err == nil || !strings.Contains(err.Error(), "is the most") {
		t.Errorf("%d bytes give: %v", len(source), err)
	}
}
