package checkpoint_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"experiment/internal/checkpoint"
	"experiment/internal/run"
)

var key = run.Key(strings.Repeat("0a", 32))

// example has a little of everything.
func example() checkpoint.Checkpoint {
	return checkpoint.Checkpoint{
		Key:        key,
		Provenance: run.Provenance{Libtorch: "2.6.0", Threads: 1, DataChecksum: "abc", Environment: map[string]string{"OMP_NUM_THREADS": "1"}},
		Seconds:    0.1 + 0.2,
		History: []run.Epoch{
			{Number: 1, Metrics: []run.EpochMetric{{Split: run.Train, Name: "loss", Value: run.Number(1. / 3)}}},
			{Number: 2, Metrics: []run.EpochMetric{{Split: run.Validation, Name: "nll", Value: run.Number(math.Inf(1))}}},
		},
		Epoch: 3, Step: 4, Order: math.MaxUint64, Loss: run.Number(math.Copysign(0, -1)),
		Tensors: []checkpoint.Tensor{
			{Name: "parameter 0", Type: "float32", Shape: []int{2, 1}, Data: []byte{0, 0, 0xc0, 0x7f, 1, 0, 0, 0x80}}, // a NaN and a denormal
			{Name: "empty", Type: "float64", Shape: []int{3, 0}, Data: []byte{}},
			{Name: "scalar", Type: "float64", Shape: []int{}, Data: []byte{1, 2, 3, 4, 5, 6, 7, 8}},
		},
	}
}

func encode(t testing.TB, c checkpoint.Checkpoint) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := checkpoint.Write(&file, c); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "checkpoint")
	if err := os.WriteFile(path, encode(t, example()), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := checkpoint.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, example()) {
		t.Errorf("got %+v, want %+v", got, example())
	}
	if !math.Signbit(float64(got.Loss)) {
		t.Error("negative zero lost its sign")
	}
}

func TestEveryNumberComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := example()
		c.Seconds = rapid.Float64Min(0).Draw(t, "seconds")
		c.Loss = run.Number(rapid.Float64().Draw(t, "loss"))
		c.Order = rapid.Uint64().Draw(t, "order")
		c.History[0].Metrics[0].Value = run.Number(rapid.Float64().Draw(t, "value"))
		c.Tensors[0].Data = rapid.SliceOfN(rapid.Byte(), 8, 8).Draw(t, "data")
		var file bytes.Buffer
		if err := checkpoint.Write(&file, c); err != nil {
			t.Fatal(err)
		}
		got, err := checkpoint.Decode(file.Bytes())
		if err != nil || fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", c) {
			t.Fatalf("got %#v, want %#v: %v", got, c, err)
		}
	})
}

// TestDamageIsNoticed cuts the file at every byte, and changes every byte of it.
func TestDamageIsNoticed(t *testing.T) {
	whole := encode(t, example())
	refused := func(what string, data []byte) {
		t.Helper()
		var damaged *checkpoint.DamagedError
		if _, err := checkpoint.Decode(data); !errors.As(err, &damaged) {
			t.Errorf("%s: error %v", what, err)
		}
	}
	for n := range whole {
		refused(fmt.Sprintf("cut to %d bytes", n), whole[:n])
		changed := bytes.Clone(whole)
		changed[n] ^= 0x10
		refused(fmt.Sprintf("byte %d changed", n), changed)
	}
	refused("a byte more", append(bytes.Clone(whole), 0))
}

// seal puts the right checksum behind a body.
func seal(body []byte) []byte {
	sum := sha256.Sum256(body)
	return append(bytes.Clone(body), sum[:]...)
}

func TestWhatIsRefusedInspiteOfItsChecksum(t *testing.T) {
	whole := encode(t, example())
	body := whole[:len(whole)-sha256.Size]
	header := len(checkpoint.Magic) + 8
	for name, c := range map[string]struct {
		change func(body []byte) []byte
		error  string
	}{
		"another file":    {func(b []byte) []byte { return append([]byte("x"), b...) }, "it does not start as one"},
		"another version": {func(b []byte) []byte { b[len(checkpoint.Magic)] = 2; return b }, "it has version 2 of the format, not 1"},
		"a long header": {func(b []byte) []byte {
			binary.LittleEndian.PutUint32(b[header-4:], math.MaxUint32)
			return b
		}, "its header cannot have 4294967295 bytes"},
		"no JSON":        {func(b []byte) []byte { b[header] = '['; return b }, "decoding its header"},
		"unknown field":  {func(b []byte) []byte { return bytes.Replace(b, []byte(`"step"`), []byte(`"stop"`), 1) }, `unknown field "stop"`},
		"unknown type":   {func(b []byte) []byte { return bytes.Replace(b, []byte(`float32`), []byte(`float16`), 1) }, `tensor "parameter 0" has the type "float16"`},
		"no key":         {func(b []byte) []byte { return bytes.Replace(b, []byte(`"key":"0`), []byte(`"key":"x`), 1) }, "no run key"},
		"a large shape":  {func(b []byte) []byte { return bytes.Replace(b, []byte(`[2,1]`), []byte(`[9,9]`), 1) }, `tensor "parameter 0" has 324 bytes, and 16 are left`},
		"a small shape":  {func(b []byte) []byte { return bytes.Replace(b, []byte(`[2,1]`), []byte(`[1,1]`), 1) }, "4 bytes follow its tensors"},
		"negative shape": {func(b []byte) []byte { return bytes.Replace(b, []byte(`[2,1]`), []byte(`[-2]`+" "), 1) }, "cannot have the shape [-2]"},
		"a huge shape":   {func(b []byte) []byte { return bytes.Replace(b, []byte(`[3,0]`), []byte(`[9e9]`), 1) }, "decoding its header"},
		"history":        {func(b []byte) []byte { return bytes.Replace(b, []byte(`"epoch":3`), []byte(`"epoch":9`), 1) }, "it is in epoch 9 and has the history of 2"},
		"epoch order":    {func(b []byte) []byte { return bytes.Replace(b, []byte(`"number":2`), []byte(`"number":3`), 1) }, "epoch 3 stands in the place of epoch 2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := checkpoint.Decode(seal(c.change(bytes.Clone(body))))
			var damaged *checkpoint.DamagedError
			if !errors.As(err, &damaged) || !strings.Contains(err.Error(), c.error) {
				t.Errorf("error %v, want %s", err, c.error)
			}
		})
	}
}

func TestWhatIsNotWritten(t *testing.T) {
	for name, change := range map[string]func(c *checkpoint.Checkpoint){
		"no key":    func(c *checkpoint.Checkpoint) { c.Key = "" },
		"epoch 0":   func(c *checkpoint.Checkpoint) { c.Epoch, c.History = 0, nil },
		"no time":   func(c *checkpoint.Checkpoint) { c.Seconds = math.NaN() },
		"few bytes": func(c *checkpoint.Checkpoint) { c.Tensors[0].Data = nil },
		"a type":    func(c *checkpoint.Checkpoint) { c.Tensors[0].Type = "bfloat16" },
		"overflow":  func(c *checkpoint.Checkpoint) { c.Tensors[0].Shape = []int{math.MaxInt, math.MaxInt} },
		"dimensions": func(c *checkpoint.Checkpoint) {
			c.Tensors[2].Shape = slices.Repeat([]int{1}, 17)
		},
	} {
		c := example()
		change(&c)
		var file bytes.Buffer
		if err := checkpoint.Write(&file, c); err == nil || file.Len() > 0 {
			t.Errorf("%s: %d bytes were written, error %v", name, file.Len(), err)
		}
	}
}

func TestFilesThatAreNone(t *testing.T) {
	folder := t.TempDir()
	if _, err := checkpoint.Read(filepath.Join(folder, "checkpoint")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	var damaged *checkpoint.DamagedError
	if _, err := checkpoint.Read(folder); !errors.As(err, &damaged) {
		t.Errorf("a folder: %v", err)
	}
	huge := filepath.Join(folder, "huge")
	if err := os.WriteFile(huge, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(huge, checkpoint.MaxBytes+1); err != nil {
		t.Fatal(err)
	}
	if _, err := checkpoint.Read(huge); !errors.As(err, &damaged) {
		t.Errorf("a huge file: %v", err)
	}
}

func TestMatch(t *testing.T) {
	now := example().Provenance
	now.DeviceName, now.Device = "H100", "cuda:0"
	now.Environment = map[string]string{"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "0"}
	for name, c := range map[string]struct {
		change func(p *run.Provenance)
		error  string
	}{
		"the same":         {func(*run.Provenance) {}, ""},
		"host and memory":  {func(p *run.Provenance) { p.Host, p.PeakMemory, p.DeviceMemory = "elsewhere", 1, 1 }, ""},
		"a device alike":   {func(p *run.Provenance) { p.Environment["CUDA_VISIBLE_DEVICES"] = "1" }, ""},
		"data":             {func(p *run.Provenance) { p.DataChecksum = "abd" }, `it was made with another checksum of the data: "abc", now "abd"`},
		"libtorch":         {func(p *run.Provenance) { p.Libtorch = "2.7.0" }, `it was made with another libtorch: "2.6.0", now "2.7.0"`},
		"libtorch's build": {func(p *run.Provenance) { p.LibtorchBuild = "b2" }, `it was made with another build of libtorch: "", now "b2"`},
		"kernels":          {func(p *run.Provenance) { p.CPUCapability = "AVX512" }, `it was made with another kind of kernels: "", now "AVX512"`},
		"threads":          {func(p *run.Provenance) { p.Threads = 2 }, `it was made with another number of threads: "1", now "2"`},
		"BLAS core":        {func(p *run.Provenance) { p.BLASCore = "Haswell" }, `it was made with another BLAS core: "", now "Haswell"`},
		"program":          {func(p *run.Provenance) { p.Binary = "ff" }, `it was made with another worker program: "", now "ff"`},
		"device":           {func(p *run.Provenance) { p.DeviceName = "H200" }, `it was made with another name of the device: "H100", now "H200"`},
		"a variable":       {func(p *run.Provenance) { p.Environment["MKL_CBWR"] = "AVX2" }, `it was made with another MKL_CBWR: "", now "AVX2"`},
		"a variable gone":  {func(p *run.Provenance) { delete(p.Environment, "OMP_NUM_THREADS") }, `it was made with another OMP_NUM_THREADS: "1", now ""`},
	} {
		was := example()
		was.Provenance = now
		changed := now
		changed.Environment = map[string]string{}
		for k, v := range now.Environment {
			changed.Environment[k] = v
		}
		c.change(&changed)
		err := was.Match(key, changed)
		if c.error == "" && err != nil || c.error != "" && (err == nil || err.Error() != c.error) {
			t.Errorf("%s: error %v, want %q", name, err, c.error)
		}
	}
	if err := example().Match(run.Key(strings.Repeat("0b", 32)), example().Provenance); err == nil {
		t.Error("it fits another run")
	}
}

// FuzzDecode reads bodies behind which the right checksum is put. What is read is written as the same again.
func FuzzDecode(f *testing.F) {
	whole := encode(f, example())
	f.Add(whole[:len(whole)-sha256.Size])
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := checkpoint.Decode(seal(body))
		if err != nil {
			return
		}
		again, err := checkpoint.Decode(encode(t, c))
		if err != nil || fmt.Sprintf("%#v", again) != fmt.Sprintf("%#v", c) {
			t.Errorf("%#v became %#v: %v", c, again, err)
		}
	})
}
