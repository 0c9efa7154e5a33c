package protocol_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"experiment/internal/protocol"
	"experiment/internal/run"
)

var sum = strings.Repeat("0a", 32)

func job(t testing.TB) protocol.Job {
	t.Helper()
	config, err := run.NewConfig([]run.Field{
		{Path: "loss.gamma", Value: 1.0}, {Path: "loss.name", Value: "focal <γ>"}, {Path: "seed", Value: int64(1)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return protocol.Job{
		Tasks:   []protocol.Task{{Key: config.Key(), Config: config, Folder: "/f", Log: "/f/log", Checkpoint: "/f/checkpoint"}},
		DataDir: "/d", Device: "cpu", CheckpointEvery: time.Minute,
	}
}

func messages(t testing.TB) []protocol.Message {
	provenance := run.Provenance{Threads: 1, Environment: map[string]string{"OMP_NUM_THREADS": "1"}, PeakMemory: 1 << 40}
	key := job(t).Tasks[0].Key
	return []protocol.Message{
		job(t),
		protocol.Hello{Version: protocol.Version, PID: 12, Provenance: provenance},
		protocol.Started{Key: key},
		protocol.Resumed{Key: key, Epoch: 3},
		protocol.Epoch{Key: key, Epoch: run.Epoch{Number: 2, Metrics: []run.EpochMetric{
			{Split: run.Train, Name: "loss", Value: run.Number(math.Inf(1))},
			{Split: run.Train, Name: "least", Value: run.Number(math.SmallestNonzeroFloat64)},
		}}},
		protocol.Result{Key: key, Provenance: provenance,
			Result: run.Result{
				Metrics:     []run.Metric{{Split: run.Test, Calibration: run.Uncalibrated, Name: "nll", Value: run.Number(math.Inf(-1))}},
				Reliability: []run.Reliability{{Split: run.Test, Calibration: run.Uncalibrated, Bins: []run.Bin{{Upper: 1, Count: 3, Confidence: 0.1 + 0.2, Accuracy: 1. / 3}}}},
				Histograms: []run.Histogram{{Split: run.Test, Calibration: run.Uncalibrated, Quantity: run.Entropy, Outcome: run.Wrong,
					Upper: math.Log(10), Counts: []float64{0, 3, 1. / 3}}},
				Seconds: 1.5,
			},
			Artefacts: []run.Artefact{{Kind: "test-logits", Path: "test-logits.npy", SHA256: sum, Bytes: 8}}},
		protocol.Circumstances{Key: key, Provenance: provenance},
		protocol.Error{Key: key, Kind: protocol.Diverged, Message: "line\nline", Epoch: 3, PeakMemory: 1},
	}
}

func TestMessagesComeBackAsTheyWere(t *testing.T) {
	var pipe bytes.Buffer
	writer := protocol.NewWriter(&pipe)
	for _, m := range messages(t) {
		if err := writer.Write(m); err != nil {
			t.Fatal(err)
		}
	}
	if lines := bytes.Count(pipe.Bytes(), []byte("\n")); lines != len(messages(t)) {
		t.Errorf("%d messages take %d lines", len(messages(t)), lines)
	}
	reader := protocol.NewReader(&pipe)
	for _, want := range messages(t) {
		got, err := reader.Read()
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%+v came back as %+v", want, got)
		}
	}
	if _, err := reader.Read(); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %v", err)
	}
}

func TestUndefinedNumbersComeBack(t *testing.T) {
	line, err := protocol.Encode(protocol.Epoch{Key: job(t).Tasks[0].Key, Epoch: run.Epoch{Number: 1, Metrics: []run.EpochMetric{{Value: run.Number(math.NaN())}}}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := protocol.Decode(line)
	if err != nil {
		t.Fatal(err)
	}
	if v := float64(got.(protocol.Epoch).Epoch.Metrics[0].Value); !math.IsNaN(v) {
		t.Errorf("NaN came back as %v", v)
	}
}

func TestWhatIsRefused(t *testing.T) {
	key := string(job(t).Tasks[0].Key)
	histogram := func(fields string) string {
		return `{"type":"result","body":{"key":"` + key + `","result":{"histograms":[{"quantity":"entropy",` + fields + `}]}}}` + "\n"
	}
	jobOf := func(tasks string) string {
		return `{"type":"job","body":{"data_dir":"/d","tasks":[` + tasks + `]}}` + "\n"
	}
	config, err := run.NewConfig([]run.Field{{Path: "seed", Value: int64(1)}})
	if err != nil {
		t.Fatal(err)
	}
	task := `{"key":"` + string(config.Key()) + `","config":{"seed":1},"folder":"/f","log":"/f/l","checkpoint":"/f/c"}`
	tests := []struct{ name, line, error string }{
		{"nothing", "\n", "not a JSON object"},
		{"no object", "[1]\n", "not a JSON object"},
		{"no JSON", "Segmentation fault\n", "not a JSON object"},
		{"half an object", `{"type":"started"` + "\n", "unexpected EOF"},
		{"two objects", `{"type":"x"}{"type":"y"}` + "\n", "something follows"},
		{"an unknown type", `{"type":"end","body":{}}` + "\n", `there is no type "end"`},
		{"no body", `{"type":"started"}` + "\n", "not a JSON object"},
		{"null", `{"type":"started","body":null}` + "\n", "not a JSON object"},
		{"an unknown field", `{"type":"started","body":{"key":"` + key + `","x":1}}` + "\n", `unknown field "x"`},
		{"no key", `{"type":"started","body":{}}` + "\n", "is no run key"},
		{"a key cut short", `{"type":"started","body":{"key":"abcd"}}` + "\n", "is no run key"},
		{"epoch 0", `{"type":"epoch","body":{"key":"` + key + `","epoch":{"number":0}}}` + "\n", "there is no epoch 0"},
		{"resumed in epoch 0", `{"type":"resumed","body":{"key":"` + key + `","epoch":0}}` + "\n", "there is no epoch 0"},
		{"a kind", `{"type":"error","body":{"key":"` + key + `","kind":"bad"}}` + "\n", `no kind of error "bad"`},
		{"another version", `{"type":"hello","body":{"version":0,"pid":1}}` + "\n", "version 0 of the protocol"},
		{"a path outside", `{"type":"result","body":{"key":"` + key + `","artefacts":[{"kind":"x","path":"../x","sha256":"` + sum + `"}]}}` + "\n", "is not a file of the run's folder"},
		{"a histogram without bins", histogram(`"upper":1`), "has 0 bins"},
		{"a histogram that goes down", histogram(`"lower":1,"upper":1,"counts":[1]`), "goes from 1 to 1"},
		{"fewer than no predictions", histogram(`"upper":1,"counts":[2,-1]`), "bin 2 of a histogram of entropy counts -1"},
		{"more bins than anybody draws", histogram(`"upper":1,"counts":[` + strings.Repeat("0,", 10_000) + `0]`), "has 10001 bins"},
		{"no checksum", `{"type":"result","body":{"key":"` + key + `","artefacts":[{"kind":"x","path":"x"}]}}` + "\n", "has no checksum"},
		{"a job of nothing", jobOf(""), "it asks for no run"},
		{"another run's key", jobOf(`{"key":"` + key + `","config":{"seed":1}}`), "not that of the configuration"},
		{"a run twice", jobOf(task + "," + task), "it asks for run " + config.Key().Short() + " twice"},
		{"a path from nowhere", jobOf(strings.Replace(task, "/f", "f", 1)), `path "f" is not absolute`},
		{"a number", `{"type":"epoch","body":{"key":"` + key + `","epoch":{"number":1,"metrics":[{"value":"NaN"}]}}}` + "\n", "reading the number"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			message, err := protocol.NewReader(strings.NewReader(test.line)).Read()
			if err == nil || !strings.Contains(err.Error(), test.error) {
				t.Errorf("message %+v, error %v, want %s", message, err, test.error)
			}
		})
	}
}

func TestLinesAreBounded(t *testing.T) {
	if _, err := protocol.Encode(protocol.Error{Message: strings.Repeat("x", protocol.MaxLine)}); !errors.Is(err, protocol.ErrTooLong) {
		t.Errorf("encoding: %v", err)
	}
	endless := &zeros{}
	if _, err := protocol.NewReader(endless).Read(); !errors.Is(err, protocol.ErrTooLong) {
		t.Errorf("reading: %v", err)
	}
	if endless.read > protocol.MaxLine+1<<20 {
		t.Errorf("%d bytes were read of a line without end", endless.read)
	}
	if _, err := protocol.NewReader(strings.NewReader(`{"type"`)).Read(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a line cut short: %v", err)
	}
}

// zeros is an endless line.
type zeros struct{ read int }

func (z *zeros) Read(p []byte) (int, error) {
	clear(p)
	z.read += len(p)
	return len(p), nil
}

// What decodes is encoded and decoded to the same again.
func FuzzDecode(f *testing.F) {
	for _, m := range messages(f) {
		line, err := protocol.Encode(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		message, err := protocol.Decode(line)
		if err != nil {
			return
		}
		again, err := protocol.Encode(message)
		if err != nil {
			t.Fatalf("encoding %+v: %v", message, err)
		}
		second, err := protocol.Decode(again)
		if err != nil {
			t.Fatalf("decoding %s: %v", again, err)
		}
		third, err := protocol.Encode(second)
		if err != nil || !bytes.Equal(again, third) {
			t.Fatalf("%s became %s: %v", again, third, err)
		}
	})
}
