package npy_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"experiment/internal/npy"
)

// file returns a file of version 1 with the header as it stands.
func file(header string, data string) []byte {
	b := binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(header)))
	return append(b, header+data...)
}

func TestHeadersOfOtherWriters(t *testing.T) {
	for _, header := range []string{
		"{'descr': '<i2', 'fortran_order': False, 'shape': (1, 2), }",
		"{'shape':(1,2),'fortran_order':False,'descr':'<i2'}",
		`{"descr": "<i2", "fortran_order": True, "shape": (1, 2,)}` + "\n",
		"{'descr': '<i2', 'fortran_order': False, 'shape': (1L, 2L), }    \n",
		" { 'shape' : ( 1 , 2 ) , 'descr' : '<i2' , 'fortran_order' : False , } ",
	} {
		a, err := npy.Parse("a.npy", file(header, "\x05\x00\xff\xff"))
		if err != nil {
			t.Errorf("%s: %v", header, err)
		} else if got := rows(a); !same(got, [][]float64{{5, -1}}) {
			t.Errorf("%s: read %v", header, got)
		}
	}
}

func TestRefusesHeaders(t *testing.T) {
	deep := "(" + strings.Repeat("1, ", 65) + ")"
	for header, want := range map[string]string{
		"":     `byte 10: "{" is expected, not ""`,
		"[]":   `byte 10: "{" is expected, not "[]"`,
		"{}":   `byte 12: key "descr" is missing`,
		"{'a'": `byte 14: ":" is expected, not ""`,
		"{'de": "byte 12: a string does not end",
		"{'descr': '<f4', 'fortran_order': False, }":                                `byte 52: key "shape" is missing`,
		"{'descr': '<f4', 'descr': '<f4', 'shape': (1,), }":                         `byte 27: key "descr" stands twice`,
		"{'descr': '<f4', 'colour': 1, }":                                           `byte 27: key "colour" is not one of descr, fortran_order, shape`,
		"{'descr': 4, 'fortran_order': False, 'shape': (1,), }":                     `byte 20: a string is expected, not "4, 'fortran_order': "`,
		"{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }":                     `byte 44: True or False is expected, not "0, 'shape': (1,), }"`,
		"{'descr': '<f4', 'fortran_order': False, 'shape': (1), }":                  `byte 62: a comma is expected, not "), }"`,
		"{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }":                `byte 61: a length is expected, not "-1,), }"`,
		"{'descr': '<f4', 'fortran_order': False, 'shape': (1 2), }":                `byte 63: a comma is expected, not "2), }"`,
		"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2 3), }":             `byte 66: ")" is expected, not "3), }"`,
		"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)": `byte 61: length "99999999999999999999" is too large`,
		"{'descr': '<f4', 'fortran_order': False, 'shape': " + deep + "}":           "byte 253: more than 64 dimensions",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } x":               `byte 68: "x" follows the dictionary`,
		"{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627776, 2), }":   "shape [1099511627776 2] is too large",
		"{'descr': '=f4', 'fortran_order': False, 'shape': (1,), }":                 `elements are "=f4", not floats of 16, 32 or 64 bits or integers of 8 to 64: convert them with astype`,
		"{'descr': '<f1', 'fortran_order': False, 'shape': (1,), }":                 `elements are "<f1", not floats of 16, 32 or 64 bits or integers of 8 to 64: convert them with astype`,
	} {
		if _, err := npy.Parse("a.npy", file(header, "")); err == nil || err.Error() != "reading a.npy: "+want {
			t.Errorf("%s: error is\n%v, want\n%s", header, err, want)
		}
	}
	for content, want := range map[string]string{
		"\x93NUMPY\x04\x00......":           "byte 6: version is 4.0, not 1.0, 2.0 or 3.0",
		"\x93NUMPY\x02\x01......":           "byte 6: version is 2.1, not 1.0, 2.0 or 3.0",
		"\x93NUMPY\x02\x00\x01\x00\x01\x00": "byte 8: a header of 65537 bytes, more than 65536",
	} {
		if _, err := npy.Parse("a.npy", []byte(content)); err == nil || err.Error() != "reading a.npy: "+want {
			t.Errorf("%q: error is\n%v, want\n%s", content, err, want)
		}
	}
}

// Every binary16 is the value of the definition: (-1)^s 2^(e-15) (1 + f/1024), and 2^-14 f/1024 where e = 0.
func TestHalves(t *testing.T) {
	data := make([]byte, 0, 2<<16)
	for bits := range 1 << 16 {
		data = binary.LittleEndian.AppendUint16(data, uint16(bits))
	}
	a, err := npy.Parse("a.npy", file("{'descr': '<f2', 'fortran_order': False, 'shape': (65536,)}", string(data)))
	if err != nil {
		t.Fatal(err)
	}
	row := make([]float64, 1)
	for bits := range 1 << 16 {
		s, e, f := bits>>15, bits>>10&31, float64(bits&1023)
		want := math.Ldexp(1+f/1024, e-15)
		switch {
		case e == 0:
			want = math.Ldexp(f/1024, -14)
		case e == 31 && f == 0:
			want = math.Inf(1)
		case e == 31:
			want = math.NaN()
		}
		if s == 1 {
			want = -want
		}
		if a.Row(bits, row); !same([][]float64{row}, [][]float64{{want}}) {
			t.Fatalf("%04x is %v, want %v", bits, row[0], want)
		}
	}
}

// What Write writes, Open reads, mapped or through a pipe.
func TestOpenReadsWhatWriteWrites(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		n, c := rapid.IntRange(0, 9).Draw(r, "rows"), rapid.IntRange(1, 5).Draw(r, "columns")
		data := rapid.SliceOfN(rapid.Float64(), n*c, n*c).Draw(r, "data")
		var b bytes.Buffer
		if err := npy.Write(&b, data, n, c); err != nil {
			r.Fatal(err)
		}
		name := filepath.Join(folder, "a.npy")
		if err := os.WriteFile(name, b.Bytes(), 0o666); err != nil {
			r.Fatal(err)
		}
		a, err := npy.Open(name)
		if err != nil {
			r.Fatal(err)
		}
		if got := slices.Concat(rows(a)...); !same([][]float64{got}, [][]float64{data}) {
			r.Fatalf("read %v, wrote %v", got, data)
		}
		if err := a.Close(); err != nil {
			r.Fatal(err)
		}
	})
}

func TestOpenReadsAPipe(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(name, 0o666); err != nil {
		t.Fatal(err)
	}
	var writing error
	var wait sync.WaitGroup
	wait.Add(1)
	go func() {
		defer wait.Done()
		writing = os.WriteFile(name, golden(t)["i4-big-F-1.npy"], 0o666)
	}()
	a, err := npy.Open(name)
	wait.Wait()
	if err != nil || writing != nil {
		t.Fatal(err, writing)
	}
	if got := rows(a); !same(got, types["i4"].values) {
		t.Errorf("read %v", got)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	folder := t.TempDir()
	for name, want := range map[string]string{
		filepath.Join(folder, "none.npy"): "no such file or directory",
		folder:                            "is a directory",
		save(t, "empty.npy", nil):         "empty.npy: byte 0: the header goes on to byte 8: unexpected EOF",
	} {
		if _, err := npy.Open(name); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("error is %v, want %s", err, want)
		}
	}
}

func TestInts(t *testing.T) {
	for _, test := range []struct{ header, data, want string }{
		{"{'descr': '|i1', 'fortran_order': False, 'shape': (3,)}", "\x00\xff\x07", "[0 -1 7] <nil>"},
		{"{'descr': '>u2', 'fortran_order': True, 'shape': (2, 1)}", "\x01\x00\xff\xff", "[256 65535] <nil>"},
		{"{'descr': '>u8', 'fortran_order': False, 'shape': (2,)}", strings.Repeat("\x7f", 8) + strings.Repeat("\xff", 8),
			"[] row 1: 18446744073709551616 is too large"},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "\x00\x00\x00\x00",
			"[] float32 elements of shape (1,) are not a column of integers"},
		{"{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2)}", "\x00\x00",
			"[] uint8 elements of shape (1, 2) are not a column of integers"},
	} {
		a, err := npy.Parse("a.npy", file(test.header, test.data))
		if err != nil {
			t.Fatal(err)
		}
		got, err := a.Ints()
		if s := fmt.Sprint(got, " ", err); s != test.want {
			t.Errorf("%s: %s, want %s", test.header, s, test.want)
		}
	}
}

// sparse makes a file of float32 zeros [rows, 10] that takes no room on the disk, but for the last row, which is 1.
func sparse(t *testing.T, rows int) string {
	t.Helper()
	header := file(fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%d, 10)}", rows), "")
	f, err := os.Create(filepath.Join(t.TempDir(), "sparse.npy"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(header); err != nil {
		t.Fatal(err)
	}
	last := bytes.Repeat([]byte{0, 0, 0x80, 0x3f}, 10)
	if _, err := f.WriteAt(last, int64(len(header)+40*(rows-1))); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

// peak returns the most memory the process has had, in bytes, since it last wrote 5 to clear_refs.
func peak(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, line, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes int
	if _, err := fmt.Sscan(line, &kilobytes); err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}

// Ten million rows of ten classes, 400 MB, are read in a small part of that memory.
func TestTenMillionRows(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("peak memory is read from /proc")
	}
	if testing.Short() {
		t.Skip("reads 400 MB")
	}
	const n, limit = 10_000_000, 96 << 20
	name := sparse(t, n)
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o200); err != nil {
		t.Skipf("peak memory cannot be reset: %v", err)
	}
	before := peak(t)
	a, err := npy.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	row, sum := make([]float64, a.Columns()), 0.0
	for i := range a.Rows() {
		a.Row(i, row)
		sum += row[0] + row[9]
	}
	if sum != 2 {
		t.Errorf("the sum of two columns is %v, want 2", sum)
	}
	after := peak(t)
	t.Logf("peak memory rose from %d to %d MB", before>>20, after>>20)
	if after-before > limit {
		t.Errorf("reading 400 MB took %d MB of memory, more than %d", (after-before)>>20, limit>>20)
	}
}

// Readers at different places of a mapped file do not take each other's rows, although memory is given back meanwhile.
func TestSeveralReaders(t *testing.T) {
	const n = 1_000_000
	a, err := npy.Open(sparse(t, n))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	sums := make([]float64, 4)
	var wait sync.WaitGroup
	for reader := range sums {
		wait.Add(1)
		go func() {
			defer wait.Done()
			row := make([]float64, a.Columns())
			for i := n - 1 - reader; i >= 0; i -= len(sums) {
				a.Row(i, row)
				sums[reader] += row[0]
			}
		}()
	}
	wait.Wait()
	if !slices.Equal(sums, []float64{1, 0, 0, 0}) {
		t.Errorf("sums by reader are %v, want [1 0 0 0]", sums)
	}
}
