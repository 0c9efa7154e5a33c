package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// programFolder is where the two programs of the tests lie.
var programFolder string

func TestMain(m *testing.M) {
	var err error
	if programFolder, err = os.MkdirTemp("", "experiment-programs-*"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	if err := os.RemoveAll(programFolder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

var build = sync.OnceValue(func() error {
	command := exec.Command("go", "build", "-o", programFolder+string(filepath.Separator), "experiment/cmd/experiment", "experiment/cmd/experiment-worker")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("building the programs: %w\n%s", err, output)
	}
	return nil
})

// programs builds the two programs side by side, as make build does, once for all tests, and returns the folder.
func programs(t *testing.T) string {
	t.Helper()
	if err := build(); err != nil {
		t.Fatal(err)
	}
	return programFolder
}

// experiment runs the program and returns its standard output, its standard error and its exit status.
func experiment(t *testing.T, programs, folder string, arguments ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, diagnostics bytes.Buffer
	command := exec.Command(filepath.Join(programs, "experiment"), arguments...)
	command.Dir, command.Stdout, command.Stderr = folder, &out, &diagnostics
	if err := command.Run(); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			t.Fatal(err)
		}
		status = exit.ExitCode()
	}
	return out.String(), diagnostics.String(), status
}

const smallSweep = `name: small
base:
  data: {name: gaussians, train: 300, validation: 200, test: 500}
  model: {name: mlp, width: 32}
  train: {epochs: 3}
runs:
  - loss: cross_entropy
  - loss: {name: focal, gamma: [1, 3]}
  - loss: {name: label_smoothing, epsilon: 0.1}
seeds: 2
`

// everyDigit is what two databases must agree on.
const everyDigit = `SELECT run, split, calibration, accuracy, nll, brier, ece, mce, adaptive_ece, classwise_ece, debiased_rmsce,
	mean_confidence, mean_entropy, aurc, temperature, kl_divergence FROM results ORDER BY run, split, calibration`

func TestTheNumberOfJobsChangesNoDigit(t *testing.T) {
	if testing.Short() {
		t.Skip("builds both programs and trains")
	}
	bin, folder := programs(t), t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "small.yaml"), []byte(smallSweep), 0o644); err != nil {
		t.Fatal(err)
	}
	var digits []string
	for _, jobs := range []string{"1", "2"} {
		database := "jobs" + jobs + ".db"
		table, stderr, status := experiment(t, bin, folder, "run", "small.yaml", "--jobs", jobs, "--db", database, "--device", "cpu")
		if status != 0 || !strings.Contains(table, "label_smoothing ε=0.1") {
			t.Fatalf("run --jobs %s ended with status %d:\n%s%s", jobs, status, table, stderr)
		}
		numbers, stderr, status := experiment(t, bin, folder, "query", everyDigit, "--format", "csv", "--db", database)
		if status != 0 {
			t.Fatalf("query ended with status %d: %s", status, stderr)
		}
		digits = append(digits, numbers)
	}
	if lines := strings.Count(digits[0], "\n"); lines != 1+8*(2+4+4) {
		t.Errorf("%d lines of numbers, want a heading and 8 runs x 2 calibrations of the training split and 4 of the others", lines)
	}
	if digits[0] != digits[1] {
		t.Errorf("one job at a time gives\n%s\ntwo give\n%s", digits[0], digits[1])
	}
}

func TestAMissingOrDamagedDataSetStopsBeforeTraining(t *testing.T) {
	if testing.Short() {
		t.Skip("builds both programs")
	}
	bin, folder := programs(t), t.TempDir()
	sweep := "name: images\nbase: {data: {name: mnist, train: 10, validation: 10}, model: {name: cnn}}\n"
	if err := os.WriteFile(filepath.Join(folder, "images.yaml"), []byte(sweep), 0o644); err != nil {
		t.Fatal(err)
	}
	_, stderr, status := experiment(t, bin, folder, "run", "images.yaml", "--data-dir", "data")
	if status != 3 || !strings.Contains(stderr, filepath.Join("data", "mnist")) {
		t.Errorf("a missing data set: status %d, message %q", status, stderr)
	}
	if err := os.MkdirAll(filepath.Join(folder, "data", "mnist"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"} {
		if err := os.WriteFile(filepath.Join(folder, "data", "mnist", name), []byte{0, 0, 8, 3, 0, 0}, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, stderr, status = experiment(t, bin, folder, "run", "images.yaml", "--data-dir", "data")
	if status != 3 || !strings.Contains(stderr, "idx3-ubyte") || strings.Count(strings.TrimSpace(stderr), "\n") > 3 {
		t.Errorf("a truncated file: status %d, message %q", status, stderr)
	}
	if _, stderr, status := experiment(t, bin, folder, "ls"); status != 0 && status != 3 {
		t.Errorf("ls after it: status %d, message %q", status, stderr)
	}
}

// TestKeptLogitsGiveTheRecordedMetrics evaluates the logits that a run left, as any tool's.
func TestKeptLogitsGiveTheRecordedMetrics(t *testing.T) {
	if testing.Short() {
		t.Skip("builds both programs and trains")
	}
	bin, folder := programs(t), t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "small.yaml"), []byte(smallSweep), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, stderr, status := experiment(t, bin, folder, "run", "small.yaml", "--db", "r.db", "--device", "cpu", "--set", "seeds=1"); status != 0 {
		t.Fatalf("run ended with status %d: %s", status, stderr)
	}
	const recorded = `SELECT plain.run, plain.accuracy, plain.nll, plain.brier, plain.ece, plain.aurc, scaled.temperature, scaled.nll AS scaled_nll, scaled.ece AS scaled_ece
		FROM results plain JOIN results scaled USING (run, split)
		WHERE split = 'test' AND plain.calibration = 'none' AND scaled.calibration = 'temperature' ORDER BY plain.run LIMIT 1`
	output, stderr, status := experiment(t, bin, folder, "query", recorded, "--format", "json", "--db", "r.db")
	var rows []struct {
		Run                                          string
		Accuracy, NLL, Brier, ECE, AURC, Temperature float64
		ScaledNLL                                    float64 `json:"scaled_nll"`
		ScaledECE                                    float64 `json:"scaled_ece"`
	}
	if err := json.Unmarshal([]byte(output), &rows); err != nil || len(rows) != 1 {
		t.Fatalf("query ended with status %d: %s%s (%v)", status, output, stderr, err)
	}
	left := filepath.Join("r.files", rows[0].Run)
	output, stderr, status = experiment(t, bin, folder, "evaluate", "--format", "json",
		"--logits", filepath.Join(left, "test-logits.npy"), "--labels", filepath.Join(left, "test-labels.npy"),
		"--fit-logits", filepath.Join(left, "validation-logits.npy"), "--fit-labels", filepath.Join(left, "validation-labels.npy"))
	var evaluated struct {
		Accuracy, NLL, Brier, ECE, AURC, Temperature float64
		Scaled                                       struct{ NLL, ECE float64 }
	}
	if err := json.Unmarshal([]byte(output), &evaluated); err != nil {
		t.Fatalf("evaluate ended with status %d: %s%s (%v)", status, output, stderr, err)
	}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"accuracy", evaluated.Accuracy, rows[0].Accuracy}, {"nll", evaluated.NLL, rows[0].NLL}, {"brier", evaluated.Brier, rows[0].Brier},
		{"ece", evaluated.ECE, rows[0].ECE}, {"aurc", evaluated.AURC, rows[0].AURC}, {"temperature", evaluated.Temperature, rows[0].Temperature},
		{"nll after temperature", evaluated.Scaled.NLL, rows[0].ScaledNLL}, {"ece after temperature", evaluated.Scaled.ECE, rows[0].ScaledECE},
	} {
		if c.got != c.want || c.want == 0 {
			t.Errorf("%s of the kept logits is %v, recorded is %v", c.name, c.got, c.want)
		}
	}
}
