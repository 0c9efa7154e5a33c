package predictions_test

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"experiment/internal/predictions"
)

func TestCSV(t *testing.T) {
	for content, want := range map[string][]float64{
		"1,2\n3,4\n":                   {1, 2, 3, 4},
		"1,2\r\n3,4":                   {1, 2, 3, 4},
		"\ufeffa,b\n1,2\n":             {1, 2},
		"\ufeff1,2\n":                  {1, 2},
		"\"1\",\"2\"\n":                {1, 2},
		"\"a,\nb\",c\n1,2\n":           {1, 2},
		" 1, -2.5e-3\n\n\t3 ,+4\n":     {1, -0.0025, 3, 4},
		"0,1,2\n5,6,7\n":               {5, 6, 7},
		"0,1\n1,0\n":                   {0, 1, 1, 0},
		"0,1,2.0\n":                    {0, 1, 2},
		"-inf,1e-400\n":                {math.Inf(-1), 0},
		"1.7976931348623157e308,0.1\n": {math.MaxFloat64, 0.1},
	} {
		m, err := predictions.Open(save(t, "z.csv", content))
		if err != nil {
			t.Errorf("%q: %v", content, err)
		} else if got := values(m); !slices.Equal(got, want) {
			t.Errorf("%q: read %v, want %v", content, got, want)
		}
	}
}

func TestRefusesCSV(t *testing.T) {
	for content, want := range map[string]string{
		"1,2\n3,x\n":                    `FILE:2:3: "x" is not a number`,
		"1,2\n\n3,\"x\"\n":              `FILE:3:3: "x" is not a number`,
		"1,x\n3,4\n":                    `FILE:1:3: "x" is not a number`,
		"1,2\n3,\n":                     "FILE:2:3: the field is empty, not a number",
		"1,2\n3\n":                      "FILE:2:1: the number of fields is 1, not 2 as before",
		"a,b\n1,2,3\n":                  "FILE:2:1: the number of fields is 3, not 2 as before",
		"a,b\nc,d\n":                    `FILE:2:1: "c" is not a number`,
		",cat,dog\n0,1,2\n":             "FILE:1:1: a column has no name: if it is an index, write the file without it (index=False)",
		",0,1,2\n0,5,6,7\n":             "FILE:1:1: the field is empty, not a number",
		"1,2\n3,0x1p4\n":                `FILE:2:3: "0x1p4" is not a number`,
		"1,2\n1e400,2\n":                `FILE:2:1: "1e400" is out of the range of float64`,
		"1;2\n3;4\n":                    `FILE:2:1: "3;4" is not a number`,
		"1,2\n3,\"4\n":                  `FILE:2:6: extraneous or missing " in quoted-field`,
		"1,2\n3,4\"5\n":                 `FILE:2:4: bare " in non-quoted-field`,
		"1\n" + strings.Repeat("x", 50): `FILE:2:1: "` + strings.Repeat("x", 40) + `..." is not a number`,
	} {
		name := save(t, "z.csv", content)
		_, err := predictions.Open(name)
		refused(t, name, err, want)
	}
}

// encode writes a table the way NumPy and pandas do, with the digits that bring the same numbers back.
func encode(header string, table []float64, columns int, quote string) string {
	var b strings.Builder
	b.WriteString(header)
	for i, v := range table {
		separator := ","
		if i%columns == columns-1 {
			separator = "\n"
		}
		b.WriteString(quote + strconv.FormatFloat(v, 'g', -1, 64) + quote + separator)
	}
	return b.String()
}

func TestCSVRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rows, columns := rapid.IntRange(1, 9).Draw(r, "rows"), rapid.IntRange(1, 5).Draw(r, "columns")
		table := rapid.SliceOfN(rapid.Float64(), rows*columns, rows*columns).Draw(r, "table")
		header := strings.Repeat("class,", columns-1) + "class\n"
		content := encode(header, table, columns, rapid.SampledFrom([]string{"", `"`}).Draw(r, "quote"))
		m, err := predictions.ReadCSV("z.csv", bufio.NewReader(strings.NewReader(content)))
		if err != nil {
			r.Fatal(err)
		}
		if got := values(m); m.Rows != rows || m.Columns != columns || !slices.Equal(got, table) {
			r.Fatalf("read %v, %d rows of %d columns, wrote %v", got, m.Rows, m.Columns, table)
		}
	})
}

// What can be read is written back as the same table; an error says file:line:column; nothing panics.
func FuzzCSV(f *testing.F) {
	f.Fuzz(func(t *testing.T, content []byte) {
		m, err := predictions.ReadCSV("z.csv", bufio.NewReader(bytes.NewReader(content)))
		if err != nil {
			var line, column int
			if _, scanning := fmt.Sscanf(err.Error(), "z.csv:%d:%d: ", &line, &column); scanning != nil || line < 1 || column < 1 {
				t.Errorf("error without a place: %v", err)
			}
			return
		}
		if m.Rows == 0 {
			return
		}
		table := values(m)
		header := strings.Repeat("class,", m.Columns-1) + "class\n"
		again, err := predictions.ReadCSV("again.csv", bufio.NewReader(strings.NewReader(encode(header, table, m.Columns, ""))))
		if err != nil {
			t.Fatal(err)
		}
		same := func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
		if again.Columns != m.Columns || !slices.EqualFunc(values(again), table, same) {
			t.Errorf("%v of %d columns came back as %v of %d", table, m.Columns, values(again), again.Columns)
		}
	})
}
