package main

import (
	"bufio"
	"io"
	"strings"
	"syscall"
	"testing"
)

// An answer without end is written as it is computed, until Ctrl-C, also where no further row would come. The database
// stays as it is.
func TestEndlessQuery(t *testing.T) {
	const (
		numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
		awaited = 50_000 // lines
	)
	path := openStudies(t)
	before := read(t, path)
	for name, c := range map[string]struct{ sql, format string }{
		"csv":            {numbers, "csv"},
		"jsonl":          {numbers, "jsonl"},
		"json":           {numbers, "json"},
		"no further row": {numbers + " WHERE i <= 2 * 50000", "csv"},
	} {
		t.Run(name, func(t *testing.T) {
			command := inFolder(t.TempDir(), "query", c.sql, "--db", path, "--format", c.format)
			out, err := command.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewReader(out)
			for range awaited {
				if _, err := lines.ReadString('\n'); err != nil {
					t.Fatal(err)
				}
			}
			if err := command.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, lines); err != nil {
				t.Fatal(err)
			}
			// A shell makes exit status 130 of it.
			if err := command.Wait(); err == nil || err.Error() != "signal: interrupt" {
				t.Errorf("after Ctrl-C: %v, want that it is interrupted", err)
			}
		})
	}
	if read(t, path) != before {
		t.Error("the queries changed the database")
	}
}

// A file may begin with the mark that some editors put there. What stands behind a NUL byte is never left out in silence.
func TestQueryFromFile(t *testing.T) {
	path := openStudies(t)
	for text, want := range map[string]struct {
		status    int
		out, said string
	}{
		"\ufeffSELECT 1 AS one -- only\n;\n": {0, "one\n1\n", ""},
		"\ufeff":                             {2, "", "there is no statement"},
		"\x00":                               {2, "", "NUL byte after 0 bytes"},
		"SELECT 1 AS one\x00 FROM nowhere":   {2, "", "NUL byte after 15 bytes"},
	} {
		command := inFolder(t.TempDir(), "query", "-", "--db", path, "--format", "csv")
		command.Stdin = strings.NewReader(text)
		var complaint strings.Builder
		command.Stderr = &complaint
		out, err := command.Output()
		if got := command.ProcessState.ExitCode(); got != want.status || string(out) != want.out || !strings.Contains(complaint.String(), want.said) {
			t.Errorf("%q: status %d (%v), %q, %q", text, got, err, out, complaint.String())
		}
	}
}
