package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/clipperhouse/displaywidth"
)

// Every command teaches: an example, in lines that no terminal breaks.
func TestHelp(t *testing.T) {
	var all bytes.Buffer
	p := testProgram()
	p.out = &all
	if err := p.writeProgramHelp(p.commands()); err != nil {
		t.Fatal(err)
	}
	for _, c := range p.commands() {
		if !strings.Contains(all.String(), "\n  "+c.Name+" ") {
			t.Errorf("the help of the program lacks %s", c.Name)
		}
		var own bytes.Buffer
		p.out = &own
		if err := p.writeCommandHelp(c); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(own.String(), "\nExamples:\n  ") || !strings.Contains(own.String(), "experiment "+c.Name) {
			t.Errorf("the help of %s lacks an example", c.Name)
		}
		all.Write(own.Bytes())
	}
	for line := range strings.Lines(all.String()) {
		if width := displaywidth.String(strings.TrimSuffix(line, "\n")); width > helpWidth {
			t.Errorf("%d columns: %s", width, line)
		}
	}
}
