package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// growing is an output that can be looked at while a process writes it.
type growing struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (g *growing) Write(b []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.text.Write(b)
}

func (g *growing) String() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.text.String()
}

// The log of a run under way is followed until the run has ended, and ends by itself then; Ctrl-C ends it before.
func TestFollowLog(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "sweep.yaml"), []byte(hangingSweep), 0o644); err != nil {
		t.Fatal(err)
	}
	training := inFolder(folder, "run", "sweep.yaml", "--jobs", "1")
	training.Env = append(training.Env, "FAKE_HANG=focal")
	if err := training.Start(); err != nil {
		t.Fatal(err)
	}
	var row string
	eventually(t, "the second run is under way", func() bool {
		row = inState(t, folder, "running")
		return strings.Contains(row, ",focal,0,running,")
	})
	_, row, _ = strings.Cut(row, "\n")
	key, _, _ := strings.Cut(row, ",")
	follow := func() (*exec.Cmd, *growing, *growing) {
		var out, complaint growing
		command := inFolder(folder, "logs", "--follow", key)
		command.Stdout, command.Stderr = &out, &complaint
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the log is printed", func() bool { return strings.Contains(out.String(), "training focal") })
		return command, &out, &complaint
	}

	impatient, _, _ := follow()
	if err := impatient.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := impatient.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 130 {
		t.Errorf("after Ctrl-C: %v, want exit status 130", err)
	}

	patient, out, complaint := follow()
	log, err := filepath.Glob(filepath.Join(folder, "results", "experiments.files", key, "attempt-1.log"))
	if err != nil || len(log) != 1 {
		t.Fatalf("logs %q: %v", log, err)
	}
	appendTo(t, log[0], "a later line\n")
	eventually(t, "what is added is printed", func() bool { return strings.Contains(out.String(), "a later line") })
	if err := training.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := patient.Wait(); err != nil || !strings.Contains(complaint.String(), "attempt 1: interrupted: stopped by SIGTERM") {
		t.Errorf("after the run was stopped: %v\n%s", err, complaint.String())
	}
	if err := training.Wait(); err == nil {
		t.Error("training ended well after SIGTERM")
	}
	if got := out.String(); strings.Count(got, "training focal") != 1 {
		t.Errorf("what was followed:\n%s", got)
	}
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(text); err != nil {
		t.Fatal(err)
	}
}
