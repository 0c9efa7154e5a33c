package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const hangingSweep = `name: hanging
base: {train: {epochs: 2}}
runs:
  - loss: cross_entropy
  - loss: {name: focal, gamma: 1}
`

// A signal stops training with status 128 and its number, what was under way counts as interrupted, and
// the same command goes on from there.
func TestSignals(t *testing.T) {
	for name, c := range map[string]struct {
		signals []syscall.Signal
		status  int
	}{
		"Ctrl-C twice":  {[]syscall.Signal{syscall.SIGINT, syscall.SIGINT}, 130},
		"SIGTERM":       {[]syscall.Signal{syscall.SIGTERM}, 143},
		"terminal gone": {[]syscall.Signal{syscall.SIGHUP}, 129},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, "sweep.yaml"), []byte(hangingSweep), 0o644); err != nil {
				t.Fatal(err)
			}
			command := inFolder(folder, "run", "sweep.yaml", "--jobs", "1")
			command.Env = append(command.Env, "FAKE_HANG=focal")
			complaint := filepath.Join(folder, "stderr")
			stderr, err := os.Create(complaint)
			if err != nil {
				t.Fatal(err)
			}
			defer stderr.Close()
			command.Stderr = stderr
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the second run is under way", func() bool {
				out, err := inFolder(folder, "ls", "--format", "csv").Output()
				return err == nil && strings.Contains(string(out), ",focal,0,running,")
			})
			for i, s := range c.signals {
				if i > 0 {
					eventually(t, "it stops after the run under way", func() bool { return strings.Contains(read(t, complaint), "stopping after") })
				}
				if err := command.Process.Signal(s); err != nil {
					t.Fatal(err)
				}
			}
			err = command.Wait()
			if got := command.ProcessState.ExitCode(); got != c.status {
				t.Fatalf("exit status %d (%v), want %d\n%s", got, err, c.status, read(t, complaint))
			}
			if text := read(t, complaint); !strings.Contains(text, "stopped by") || !strings.Contains(text, "hint: repeat the command") {
				t.Errorf("stderr does not say what happened:\n%s", text)
			}
			if got := list(t, folder); !strings.Contains(got, ",interrupted,") || !strings.Contains(got, ",finished,") {
				t.Errorf("after the signal:\n%s", got)
			}
			if out, err := inFolder(folder, "run", "sweep.yaml").CombinedOutput(); err != nil {
				t.Fatalf("going on: %v\n%s", err, out)
			}
			if got := list(t, folder); strings.Contains(got, "interrupted") {
				t.Errorf("after going on:\n%s", got)
			}
		})
	}
}

// A run whose process was killed counts as interrupted at once, for people and for ls --status; one under way
// belongs to who trains it, and a second run says so.
func TestKilledRunIsInterrupted(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "sweep.yaml"), []byte(hangingSweep), 0o644); err != nil {
		t.Fatal(err)
	}
	first := inFolder(folder, "run", "sweep.yaml", "--jobs", "1")
	first.Env = append(first.Env, "FAKE_HANG=focal")
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the second run is under way", func() bool { return strings.Contains(inState(t, folder, "running"), ",focal,0,running,") })
	if out, err := inFolder(folder, "run", "sweep.yaml").CombinedOutput(); err != nil || !strings.Contains(string(out), "1 run is left to the process that trains it") {
		t.Errorf("a second run while the first is under way: %v\n%s", err, out)
	}
	_, underway, _ := strings.Cut(inState(t, folder, "running"), "\n")
	held, _, _ := strings.Cut(underway, ",")
	if out, err := inFolder(folder, "rm", "--force", held).CombinedOutput(); err == nil || !strings.Contains(string(out), "is being made by process") {
		t.Errorf("rm of a run under way: %v\n%s", err, out)
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := first.Wait(); err == nil {
		t.Fatal("it ended by itself")
	}
	interrupted := inState(t, folder, "interrupted")
	if !strings.Contains(interrupted, ",focal,0,interrupted,") {
		t.Fatalf("interrupted runs:\n%s", interrupted)
	}
	_, row, _ := strings.Cut(interrupted, "\n")
	key, _, _ := strings.Cut(row, ",")
	shown, err := inFolder(folder, "show", key, "--format", "json").Output()
	if err != nil || strings.Contains(string(shown), `"status": "running"`) || !strings.Contains(string(shown), `"status": "interrupted"`) {
		t.Errorf("show of the killed run: %v\n%s", err, shown)
	}
	if got := inState(t, folder, "running"); strings.Contains(got, "focal") {
		t.Errorf("running runs:\n%s", got)
	}
}

// inState returns the runs that ls finds in a state, as CSV; nothing before there is a database.
func inState(t *testing.T, folder, status string) string {
	t.Helper()
	out, err := inFolder(folder, "ls", "--status", status, "--limit", "1", "--format", "csv").Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out)
}

// inFolder returns a command line of the program, which runs in a folder.
func inFolder(folder string, args ...string) *exec.Cmd {
	command := exec.Command("experiment", args...)
	command.Dir = folder
	command.Env = append(os.Environ(), "EXPERIMENT_DB=", "EXPERIMENT_DATA=", "GORACE="+quickExit)
	return command
}

func list(t *testing.T, folder string) string {
	t.Helper()
	out, err := inFolder(folder, "ls", "--format", "csv").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// eventually waits until something holds, for ten seconds at most.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !holds(); {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
