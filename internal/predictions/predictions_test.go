package predictions_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"experiment/internal/npy"
	"experiment/internal/predictions"
)

// save writes a file into a temporary folder and returns its name.
func save(t *testing.T, name, content string) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

// array returns the content of a .npy file.
func array[T npy.Number](t *testing.T, data []T, shape ...int) string {
	t.Helper()
	var b bytes.Buffer
	if err := npy.Write(&b, data, shape...); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// values returns the whole of a matrix, row after row.
func values(m *predictions.Matrix) []float64 {
	var all []float64
	row := make([]float64, m.Columns)
	for i := range m.Rows {
		m.Row(i, row)
		all = append(all, row...)
	}
	return all
}

// refused checks that an error is the one wanted, with FILE in place of the name of the file.
func refused(t *testing.T, name string, err error, want string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want %s", want)
	} else if got := strings.ReplaceAll(err.Error(), name, "FILE"); got != want {
		t.Errorf("error is\n%s, want\n%s", got, want)
	}
}

func TestFormats(t *testing.T) {
	numpy := array(t, []float32{1, 2, 3, 4.5}, 2, 2)
	for name, content := range map[string]string{
		"z.npy":     numpy,
		"z":         numpy,
		"z.csv":     numpy,
		"numbers":   "1,2\n3,4.5",
		"NAMES.CSV": "cat,dog\n1,2\n3,4.5\n",
	} {
		m, err := predictions.OpenLogits(save(t, name, content))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := values(m); m.Rows != 2 || m.Columns != 2 || !slices.Equal(got, []float64{1, 2, 3, 4.5}) {
			t.Errorf("%s: read %v, %d rows of %d columns", name, got, m.Rows, m.Columns)
		}
		if err := m.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPipes(t *testing.T) {
	for _, content := range []string{array(t, []int64{1, 2, 3, 4}, 2, 2), "1,2\n3,4\n"} {
		name := filepath.Join(t.TempDir(), "pipe")
		if err := unix.Mkfifo(name, 0o666); err != nil {
			t.Fatal(err)
		}
		written := make(chan error)
		go func() { written <- os.WriteFile(name, []byte(content), 0o666) }()
		m, err := predictions.Open(name)
		if writing := <-written; err != nil || writing != nil {
			t.Fatal(err, writing)
		}
		if got := values(m); !slices.Equal(got, []float64{1, 2, 3, 4}) {
			t.Errorf("read %v", got)
		}
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestRefusesFiles(t *testing.T) {
	for _, test := range []struct{ name, content, want string }{
		{"z.npz", "PK\x03\x04....", "reading FILE: a zip archive, such as .npz or .pt: save one array with numpy.save"},
		{"z.npy", "PK\x03\x04....", "reading FILE: a zip archive, such as .npz or .pt: save one array with numpy.save"},
		{"z.csv.gz", "\x1f\x8b\x08....", "reading FILE: compressed with gzip: decompress it first"},
		{"z.npy", "1,2\n3,4\n", `reading FILE: byte 0: starts with "1,2\n3,", not "\x93NUMPY"`},
		{"z.pkl", "\x80\x04", "reading FILE: neither a .npy nor a .csv file"},
		{"z.csv", "", "reading FILE: there are no rows"},
		{"z.csv", "cat,dog\n", "reading FILE: there are no rows"},
		{"z.npy", array(t, []float64{}, 0, 3), "reading FILE: there are no rows"},
		{"z.npy", array(t, []float64{}, 3, 0), "reading FILE: there are no columns"},
		{"z.npy", array(t, make([]float64, 8), 2, 2, 2), "reading FILE: an array of shape (2, 2, 2), not of one or two dimensions"},
	} {
		name := save(t, test.name, test.content)
		_, err := predictions.OpenLogits(name)
		refused(t, name, err, test.want)
	}
	for name, want := range map[string]string{
		filepath.Join(t.TempDir(), "none.npy"): "reading predictions: open FILE: no such file or directory",
		t.TempDir():                            "reading predictions: read FILE: is a directory",
	} {
		_, err := predictions.Open(name)
		refused(t, name, err, want)
	}
}

func TestLogits(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	const binary = "; for binary data with one logit z, write the columns 0 and z: numpy.column_stack([0*z, z])"
	for _, test := range []struct{ content, want string }{
		{array(t, []float64{0, -inf, 1e300, -1e300}, 2, 2), ""},
		{array(t, []float64{0, 1, 2, nan}, 2, 2), "reading FILE: row 1: class 1: the logit is not a number"},
		{array(t, []float64{0, 1, inf, 2}, 2, 2), "reading FILE: row 1: class 0: the logit is +Inf"},
		{array(t, []float64{-inf, -inf}, 1, 2), "reading FILE: row 0: every logit is -Inf"},
		{array(t, []float64{1, 2, 3}, 3), "reading FILE: one column, where each class needs one" + binary},
		{array(t, []float64{1, 2, 3}, 3, 1), "reading FILE: one column, where each class needs one" + binary},
	} {
		name := save(t, "z.npy", test.content)
		m, err := predictions.OpenLogits(name)
		if err == nil {
			err = m.Check()
		}
		if test.want != "" {
			refused(t, name, err, test.want)
		} else if err != nil {
			t.Error(err)
		}
		if m == nil {
			continue
		}
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestProbabilities(t *testing.T) {
	half := "\x93NUMPY\x01\x00\x3f\x00" + fmt.Sprintf("%-63s", "{'descr': '<f2', 'fortran_order': False, 'shape': (1, 2)}")
	for _, test := range []struct{ content, want string }{
		{array(t, []float64{0.25, 0.75, 0, 1, 0.50004, 0.50004}, 3, 2), ""},
		{array(t, []float64{0.25, 0.75, 0.5, 0.502}, 2, 2), "reading FILE: row 1: the probabilities sum to 1.002, not to 1 within 0.001"},
		{array(t, []float64{-0.5, 1.5}, 1, 2), "reading FILE: row 0: class 0: -0.5 is not a probability"},
		{array(t, []float64{0, 1.5}, 1, 2), "reading FILE: row 0: class 1: 1.5 is not a probability"},
		{array(t, []float64{0, math.NaN()}, 1, 2), "reading FILE: row 0: class 1: NaN is not a probability"},
		{array(t, []float64{0.5}, 1), "reading FILE: one column, where each class needs one; for binary data with one probability p, " +
			"write the columns 1-p and p: numpy.column_stack([1-p, p])"},
		{half + "\x00\x38\x01\x38", ""}, // 0.5 and 0.50049
		{half + "\x00\x38\x03\x38", "reading FILE: row 0: the probabilities sum to 1.00146, not to 1 within 0.001"},
	} {
		name := save(t, "q.npy", test.content)
		m, err := predictions.OpenProbabilities(name)
		if err == nil {
			err = m.Check()
		}
		if test.want != "" {
			refused(t, name, err, test.want)
		} else if err != nil {
			t.Error(err)
		}
		if m == nil {
			continue
		}
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}
}
