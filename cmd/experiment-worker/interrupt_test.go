package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// oneRun is a sweep of one run that lasts a second or more. Its checkpoints have 270 kB with a width of 256.
const oneRun = `name: one
base:
  data: {name: gaussians, train: 1000, validation: 200, test: 200}
  model: {name: mlp, width: 256, depth: 1}
  optimizer: {name: adamw, lr: 0.001}
  train: {epochs: 30, batch: 16}
`

// TestSIGTERMAndTheSameCommandAgain stops a run, repeats the command, and finds the digits of a run that never
// stopped; show tells where it went on.
func TestSIGTERMAndTheSameCommandAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("builds both programs and trains")
	}
	bin, folder := programs(t), t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "one.yaml"), []byte(oneRun), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, stderr, status := experiment(t, bin, folder, "run", "one.yaml", "--db", "whole.db", "--device", "cpu", "--checkpoint-every", "off"); status != 0 {
		t.Fatalf("the run ended with status %d: %s", status, stderr)
	}
	var stderr bytes.Buffer
	command := exec.Command(filepath.Join(bin, "experiment"), "run", "one.yaml", "--db", "parts.db", "--device", "cpu", "--checkpoint-every", "20ms")
	command.Dir, command.Stderr = folder, &stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	pattern := filepath.Join(folder, "parts.files", "*", "checkpoint")
	awaitCheckpoints(t, pattern, 1, &stderr)
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	err := command.Wait()
	if command.ProcessState.ExitCode() != 143 || !strings.Contains(stderr.String(), "hint: repeat the command to go on") {
		t.Fatalf("it ended with %v: %s", err, &stderr)
	}
	kept := keepCheckpoint(t, pattern)
	_, again, status := experiment(t, bin, folder, "run", "one.yaml", "--db", "parts.db", "--device", "cpu")
	if status != 0 || !strings.Contains(again, "  from epoch ") {
		t.Fatalf("repeated, it ended with status %d: %s", status, again)
	}
	for _, query := range []string{everyDigit, everyEpoch, everyArtefact} {
		want, _, _ := experiment(t, bin, folder, "query", query, "--db", "whole.db", "--format", "csv")
		got, complaint, status := experiment(t, bin, folder, "query", query, "--db", "parts.db", "--format", "csv")
		if status != 0 || got != want || strings.Count(want, "\n") < 2 {
			t.Errorf("in two parts it gives\n%s%s, in one\n%s", got, complaint, want)
		}
	}
	checkShown(t, bin, folder)
	if left, err := filepath.Glob(pattern); err != nil || len(left) > 0 {
		t.Errorf("the checkpoint is still there: %v", err)
	}
	checkReproduced(t, bin, folder, kept)
}

// awaitCheckpoints waits until there are so many.
func awaitCheckpoints(t *testing.T, pattern string, n int, stderr *bytes.Buffer) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		if found, err := filepath.Glob(pattern); err == nil && len(found) >= n {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("there are not %d checkpoints: %s", n, stderr)
		}
	}
}

// keptFile is what a file held.
type keptFile struct {
	path    string
	content []byte
}

func keepCheckpoint(t *testing.T, pattern string) keptFile {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) != 1 {
		t.Fatalf("checkpoints %v: %v", found, err)
	}
	content, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return keptFile{found[0], content}
}

// checkReproduced makes the run that went on from a checkpoint once more, from the start, though that lies there again.
func checkReproduced(t *testing.T, bin, folder string, kept keptFile) {
	t.Helper()
	if err := os.WriteFile(kept.path, kept.content, 0o644); err != nil {
		t.Fatal(err)
	}
	out, stderr, status := experiment(t, bin, folder, "reproduce", "--sample", "1", "one", "--db", "parts.db", "--device", "cpu")
	if status != 0 || !strings.Contains(out, "identical: ") || !strings.Contains(out, "bit for bit\n") || strings.Contains(stderr, "from epoch") {
		t.Errorf("reproduced, it ends with status %d: %s%s", status, out, stderr)
	}
	if content, err := os.ReadFile(kept.path); err != nil || !bytes.Equal(content, kept.content) {
		t.Errorf("reproducing the run changed its checkpoint: %v", err)
	}
}

// checkShown looks at what show tells of the run in parts.
func checkShown(t *testing.T, bin, folder string) {
	t.Helper()
	runs, err := filepath.Glob(filepath.Join(folder, "parts.files", "*"))
	if err != nil || len(runs) != 1 {
		t.Fatalf("folders %v: %v", runs, err)
	}
	out, stderr, status := experiment(t, bin, folder, "show", filepath.Base(runs[0]), "--db", "parts.db", "--format", "json")
	var shown struct {
		History  []struct{ Number int }
		Attempts []struct {
			Status         string
			Resumed, Epoch int
		}
	}
	if err := json.Unmarshal([]byte(out), &shown); err != nil || status != 0 {
		t.Fatalf("show ended with status %d: %s %v", status, stderr, err)
	}
	if len(shown.Attempts) != 2 || len(shown.History) != 30 {
		t.Fatalf("%d attempts, %d epochs", len(shown.Attempts), len(shown.History))
	}
	first, second := shown.Attempts[0], shown.Attempts[1]
	if first.Status != "interrupted" || first.Resumed != 0 || second.Status != "finished" || second.Resumed != first.Epoch+1 {
		t.Errorf("attempts %+v", shown.Attempts)
	}
	if page, _, _ := experiment(t, bin, folder, "show", filepath.Base(runs[0]), "--db", "parts.db"); !strings.Contains(page, "from epoch") {
		t.Errorf("show does not tell of resuming:\n%s", page)
	}
}

// TestNoRoomForCheckpoints trains on a disk that has room for what a run leaves and for no checkpoint of it.
func TestNoRoomForCheckpoints(t *testing.T) {
	if testing.Short() {
		t.Skip("builds both programs and trains")
	}
	bin, folder := programs(t), t.TempDir()
	wide := strings.Replace(oneRun, "depth: 1", "depth: 2", 1) // 856 kB
	if err := os.WriteFile(filepath.Join(folder, "wide.yaml"), []byte(strings.Replace(wide, "epochs: 30", "epochs: 4", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	small := filepath.Join(folder, "small.files")
	if err := os.Mkdir(small, 0o755); err != nil {
		t.Fatal(err)
	}
	if output, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", small).CombinedOutput(); err != nil {
		t.Skipf("mounting a small disk is not allowed here: %v %s", err, output)
	}
	t.Cleanup(func() {
		if output, err := exec.Command("umount", small).CombinedOutput(); err != nil {
			t.Errorf("unmounting: %v %s", err, output)
		}
	})
	var digits []string
	for _, database := range []string{"large.db", "small.db"} {
		if _, stderr, status := experiment(t, bin, folder, "run", "wide.yaml", "--db", database, "--device", "cpu", "--checkpoint-every", "50ms"); status != 0 {
			t.Fatalf("the run in %s ended with status %d: %s", database, status, stderr)
		}
		got, _, _ := experiment(t, bin, folder, "query", everyDigit, "--db", database, "--format", "csv")
		digits = append(digits, got)
	}
	if digits[0] != digits[1] || strings.Count(digits[0], "\n") < 1+3*2 {
		t.Errorf("with room it gives\n%s, without\n%s", digits[0], digits[1])
	}
	logs, err := filepath.Glob(filepath.Join(small, "*", "attempt-1.log"))
	if err != nil || len(logs) != 1 {
		t.Fatalf("logs %v: %v", logs, err)
	}
	log, err := os.ReadFile(logs[0])
	if err != nil || !strings.Contains(string(log), "going on without a checkpoint: ") || !strings.Contains(string(log), "no space left on device") {
		t.Errorf("the log is %q: %v", log, err)
	}
	if hidden, err := filepath.Glob(filepath.Join(small, "*", ".*")); err != nil || len(hidden) > 0 {
		t.Errorf("%v is left: %v", hidden, err)
	}
}
