package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/clipperhouse/displaywidth"
	"pgregory.net/rapid"
)

// Whatever a table holds, csv and json read back as what went in.
func TestRecordsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := []column{{name: "text"}, {name: "number"}, {name: "count"}}
		var rows [][]any
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			rows = append(rows, []any{rapid.String().Draw(t, "text"), rapid.Float64().Draw(t, "number"), rapid.Int64().Draw(t, "count")})
		}
		var out bytes.Buffer
		if err := writeJSON(&out, table{columns, rowsOf(rows)}); err != nil {
			t.Fatal(err)
		}
		var objects []struct {
			Text   string
			Number float64
			Count  int64
		}
		if err := json.Unmarshal(out.Bytes(), &objects); err != nil {
			t.Fatalf("%v in %s", err, out.String())
		}
		if len(objects) != len(rows) {
			t.Fatalf("%d rows became %d", len(rows), len(objects))
		}
		for i, row := range rows {
			text := strings.ToValidUTF8(row[0].(string), "\uFFFD")
			if got := objects[i]; got.Text != text || got.Number != row[1] || got.Count != row[2] {
				t.Fatalf("row %v became %v", row, got)
			}
		}
	})
}

func TestCSVReadsBack(t *testing.T) {
	var out bytes.Buffer
	rows := [][]any{{"a,b", 0.1}, {"c\"d\ne", math.NaN()}, {"", math.Inf(-1)}, {nil, 1e300}}
	if err := writeCSV(&out, table{[]column{{name: "x"}, {name: "y"}}, rowsOf(rows)}); err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"x", "y"}, {"a,b", "0.1"}, {"c\"d\ne", ""}, {"", "-inf"}, {"", "1e+300"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMarshalKeepsWhatJSONLacks(t *testing.T) {
	for _, c := range []struct {
		value any
		want  string
	}{
		{math.NaN(), `null`}, {math.Inf(1), `"inf"`}, {math.Inf(-1), `"-inf"`}, {0.1, `0.1`}, {nil, `null`},
		{[]byte("γ<1"), `"γ<1"`}, {json.RawMessage(`{"a":1}`), `{"a":1}`}, {int64(1) << 60, `1152921504606846976`},
	} {
		got, err := marshal(c.value)
		if err != nil || string(got) != c.want {
			t.Errorf("marshal(%v) = %s, %v, want %s", c.value, got, err, c.want)
		}
	}
}

// A table for a terminal never has a line that the terminal would break, whatever is in it.
func TestTextFitsTheTerminal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var columns []column
		for range rapid.IntRange(1, 6).Draw(t, "columns") {
			columns = append(columns, column{
				name:  rapid.StringMatching(`[a-z]{1,12}`).Draw(t, "name"),
				right: rapid.Bool().Draw(t, "right"),
				spare: rapid.Bool().Draw(t, "spare"),
				elide: rapid.SampledFrom([]elision{elideNever, elideMiddle, elideEnd}).Draw(t, "elide"),
			})
		}
		var rows [][]any
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			var row []any
			for range columns {
				row = append(row, rapid.StringMatching(`[a-zγε世 ]{0,40}`).Draw(t, "cell"))
			}
			rows = append(rows, row)
		}
		width := rapid.IntRange(40, 120).Draw(t, "width")
		for line := range strings.Lines(renderTable(t, table{columns, rowsOf(rows)}, width)) {
			line = strings.TrimSuffix(line, "\n")
			if got := displaywidth.String(line); got > width {
				t.Fatalf("%d columns in a terminal of %d: %q", got, width, line)
			}
			if strings.TrimRight(line, " ") != line {
				t.Fatalf("%q ends in spaces", line)
			}
		}
	})
}

func renderTable(t rapid.TB, of table, width int) string {
	t.Helper()
	cells, err := of.cells()
	if err != nil {
		t.Fatal(err)
	}
	var buffer bytes.Buffer
	out := bufio.NewWriter(&buffer)
	if err := cells.writeText(out, "", width, false); err != nil {
		t.Fatal(err)
	}
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
	return buffer.String()
}

func TestShortenKeepsWhatTellsApart(t *testing.T) {
	for _, c := range []struct {
		how   elision
		text  string
		width int
		want  string
	}{
		{elideMiddle, "entropy_regularised γ=0.3", 16, "entropy_…d γ=0.3"},
		{elideMiddle, "short", 16, "short"},
		{elideEnd, "fashion-mnist", 12, "fashion-mni…"},
		{elideNever, "0123456789", 3, "0123456789"},
		{elideEnd, "世界世界", 5, "世界…"},
		{elideEnd, "abc", 1, "…"},
	} {
		if got := c.how.shorten(c.text, c.width); got != c.want {
			t.Errorf("shorten(%q, %d) = %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func TestPrintableObeysNobody(t *testing.T) {
	if got := printable("a\tb\nc\x1b[31m\x00\u009b"); strings.ContainsAny(got, "\t\n\x1b\x00\u009b") {
		t.Errorf("%q has control characters", got)
	}
}

func TestShowValue(t *testing.T) {
	for _, c := range []struct {
		value any
		want  string
	}{
		{0.123456789, "0.123457"}, {math.Inf(1), "inf"}, {math.NaN(), ""}, {nil, ""}, {int64(1e6), "1000000"},
		{time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), "2026-01-02 03:04:05 UTC"}, {time.Time{}, ""}, {true, "true"},
	} {
		if got := showValue(c.value); got != c.want {
			t.Errorf("showValue(%v) = %q, want %q", c.value, got, c.want)
		}
	}
}
