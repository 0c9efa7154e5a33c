package main

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// document tells of the database. With -update, what stands under its queries is written anew.
var document = filepath.Join("..", "..", "docs", "database.md")

// fewestQueries is how many queries the document promises.
const fewestQueries = 10

// block is an SQL block of a document, and the table under it, if there is one.
var block = regexp.MustCompile("(?m)^```sql\n((?s:.*?))^```\n\n?((?:^\\|.*\n)*)")

// Every query of the document runs, and gives the table that stands under it.
func TestDocumentedQueries(t *testing.T) {
	path := openStudies(t)
	text := read(t, document)
	written := block.ReplaceAllStringFunc(text, func(found string) string {
		parts := block.FindStringSubmatch(found)
		sql, table := parts[1], answer(t, path, parts[1], "markdown")
		if parts[2] == "" {
			table += "\n" // none was there yet
		}
		return "```sql\n" + sql + "```\n\n" + table
	})
	if n := len(block.FindAllString(text, -1)); n < fewestQueries {
		t.Errorf("%s has %d queries, want %d at least", document, n, fewestQueries)
	}
	if written == text {
		return
	}
	if !*update {
		t.Fatalf("%s differs from what its queries answer at:\n%s\n-update writes it anew", document, firstDifference(text, written))
	}
	if err := os.WriteFile(document, []byte(written), 0o644); err != nil {
		t.Fatal(err)
	}
}

// answer returns what the program prints for a query.
func answer(t *testing.T, database, sql, format string) string {
	t.Helper()
	command := exec.Command("experiment", "query", "-", "--db", database, "--format", format)
	command.Stdin = strings.NewReader(sql)
	var complaint strings.Builder
	command.Stderr = &complaint
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s%v\n%s", sql, err, complaint.String())
	}
	return string(out)
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	i := 0
	for i < min(len(a), len(b))-1 && a[i] == b[i] {
		i++
	}
	return "got  " + a[i] + "\nwant " + b[i]
}

// tableRow is a row of a table of the document that begins with a name.
var tableRow = regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|")

// The columns of the view results are documented, all of them and in their order; the views and tables too.
func TestDocumentedColumns(t *testing.T) {
	path := openStudies(t)
	text := read(t, document)
	if got, want := documented(t, text, "## The view results"), names(t, path, "SELECT name FROM pragma_table_info('results')"); !slices.Equal(got, want) {
		t.Errorf("the document has the columns\n%q, the view results\n%q", got, want)
	}
	tables := documented(t, text, "## The other views and the tables")
	slices.Sort(tables)
	const all = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name <> 'results' ORDER BY name"
	if want := names(t, path, all); !slices.Equal(tables, want) {
		t.Errorf("the document has the tables\n%q, the database\n%q", tables, want)
	}
}

// documented returns the names that the rows of tables begin with, in one section of a document.
func documented(t *testing.T, text, heading string) []string {
	t.Helper()
	_, section, found := strings.Cut(text, "\n"+heading+"\n")
	if !found {
		t.Fatalf("%s has no section %q", document, heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var list []string
	for _, row := range tableRow.FindAllStringSubmatch(section, -1) {
		list = append(list, row[1])
	}
	return list
}

// names returns the answer to a query of one column.
func names(t *testing.T, database, sql string) []string {
	t.Helper()
	var rows []map[string]string
	if err := json.Unmarshal([]byte(answer(t, database, sql, "json")), &rows); err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, row := range rows {
		list = slices.AppendSeq(list, maps.Values(row))
	}
	return list
}
