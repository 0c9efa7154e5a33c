package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"experiment/internal/npy"
	"experiment/internal/protocol"
)

// writeArray writes a .npy file into a folder.
func writeArray[T npy.Number](t *testing.T, folder, name string, data []T, shape ...int) {
	t.Helper()
	var b bytes.Buffer
	if err := npy.Write(&b, data, shape...); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// writePredictions writes logits, their softmax, and labels of 1,000 examples over four classes.
func writePredictions(t *testing.T, folder string) {
	const n, classes = 1000, 4
	random := rand.New(rand.NewPCG(1, 1))
	var logits, probabilities []float64
	var labels []int64
	for range n {
		total, start := 0.0, len(logits)
		for range classes {
			z := 2 * random.NormFloat64()
			logits, total = append(logits, z), total+math.Exp(z)
		}
		for _, z := range logits[start:] {
			probabilities = append(probabilities, math.Exp(z)/total)
		}
		labels = append(labels, random.Int64N(classes))
	}
	writeArray(t, folder, "z.npy", logits, n, classes)
	writeArray(t, folder, "q.npy", probabilities, n, classes)
	writeArray(t, folder, "y.npy", labels, n)
}

type evaluated struct {
	NLL, Brier float64
	LossBatch  int `json:"loss_batch"`
	Losses     map[string]any
}

func evaluate(t *testing.T, bin, folder string, arguments ...string) evaluated {
	t.Helper()
	output, stderr, status := experiment(t, bin, folder, append([]string{"evaluate", "--format", "json"}, arguments...)...)
	var e evaluated
	if err := json.Unmarshal([]byte(output), &e); err != nil {
		t.Fatalf("evaluate ended with status %d: %s%s (%v)", status, output, stderr, err)
	}
	return e
}

func TestLosses(t *testing.T) {
	if testing.Short() {
		t.Skip("builds both programs")
	}
	bin := programs(t)
	t.Run("agree with metrics", func(t *testing.T) { lossesAgreeWithTheMetricsTheyAre(t, bin) })
	t.Run("infinite", func(t *testing.T) { impossibleLabelsHaveInfiniteLosses(t, bin) })
	t.Run("parent gone", func(t *testing.T) { lossesEndWithTheirParent(t, bin) })
}

// lossesAgreeWithTheMetricsTheyAre: the same number by libtorch and by package calibration.
func lossesAgreeWithTheMetricsTheyAre(t *testing.T, bin string) {
	folder := t.TempDir()
	writePredictions(t, folder)
	for _, files := range [][]string{
		{"--logits", "z.npy", "--labels", "y.npy"},
		{"--probabilities", "q.npy", "--labels", "y.npy"},
		{"--logits", "z.npy", "--labels", "q.npy"}, // soft
	} {
		e := evaluate(t, bin, folder, append(files, "--loss", "cross_entropy", "--loss", "focal,gamma=0", "--loss", "brier", "--loss", "label_smoothing,epsilon=0")...)
		for loss, want := range map[string]float64{"cross_entropy": e.NLL, "focal,gamma=0": e.NLL, "label_smoothing,epsilon=0": e.NLL, "brier": e.Brier} {
			if got, ok := e.Losses[loss].(float64); !ok || math.Abs(got-want) > 1e-12 {
				t.Errorf("%v: %s is %v, want %v", files, loss, e.Losses[loss], want)
			}
		}
		if e.LossBatch != 0 {
			t.Errorf("%v: a batch of %d where no loss has one", files, e.LossBatch)
		}
	}
	e := evaluate(t, bin, folder, "--logits", "z.npy", "--labels", "y.npy", "--loss", "mdca,beta=0", "--loss", "mmce")
	if got, _ := e.Losses["mdca,beta=0"].(float64); math.Abs(got-e.NLL) > 1e-12 || e.LossBatch != 128 {
		t.Errorf("mdca without its term is %v in batches of %d, want %v in 128", got, e.LossBatch, e.NLL)
	}
	if got, _ := e.Losses["mmce"].(float64); got <= e.NLL {
		t.Errorf("mmce is %v, and must be above %v", got, e.NLL)
	}
}

// impossibleLabelsHaveInfiniteLosses: what is infinite is no number.
func impossibleLabelsHaveInfiniteLosses(t *testing.T, bin string) {
	folder := t.TempDir()
	writeArray(t, folder, "q.npy", []float64{1, 0, 0.5, 0.5}, 2, 2)
	writeArray(t, folder, "y.npy", []int64{1, 0}, 2)
	e := evaluate(t, bin, folder, "--probabilities", "q.npy", "--labels", "y.npy", "--metrics", "brier", "--loss", "cross_entropy", "--loss", "brier")
	if e.Losses["cross_entropy"] != "inf" || e.Losses["brier"] != e.Brier {
		t.Errorf("losses %v", e.Losses)
	}
}

// lossesEndWithTheirParent: nobody waits any more once standard input is closed.
func lossesEndWithTheirParent(t *testing.T, bin string) {
	folder := t.TempDir()
	pipe := filepath.Join(folder, "never.csv")
	if err := unix.Mkfifo(pipe, 0o666); err != nil {
		t.Fatal(err)
	}
	request, err := json.Marshal(protocol.LossesRequest{Predictions: []protocol.PredictionFile{{Path: pipe}}, Labels: pipe, Batch: 128})
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(filepath.Join(bin, "experiment-worker"), protocol.LossesFlag)
	command.Stdin = bytes.NewReader(request) // and nothing more: the pipe is never written to
	output, err := command.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 || len(output) > 0 {
		t.Errorf("the worker ended with %v: %s", err, output)
	}
}
