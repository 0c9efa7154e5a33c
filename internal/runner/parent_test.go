package runner_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"experiment/internal/run"
	"experiment/internal/runner"
)

// parent is this test binary in the part of experiment: it makes one run and prints what happens.
type parent struct {
	command     *exec.Cmd
	lines       *bufio.Scanner
	output      string
	worker      int // process id
	key         run.Key
	data, files string
}

// beParent is what that process does. Its arguments are in the environment.
func beParent() int {
	config, err := run.NewConfig([]run.Field{{Path: "script", Value: os.Getenv("SCRIPT")}, {Path: "seed", Value: int64(0)}})
	if err != nil {
		fmt.Println("verdict", err)
		return 1
	}
	stopper := runner.NewStopper()
	defer runner.NotifySignals(stopper)()
	_, err = runner.Run(context.Background(), []run.Run{{Key: config.Key(), Config: config}}, runner.Options{
		Worker:   []string{os.Args[0]},
		Env:      append(os.Environ(), role+"=worker", quickExit),
		DataDir:  os.Getenv("DATA"),
		Files:    os.Getenv("FILES"),
		Grace:    time.Minute, // the test would fail before
		Stop:     stopper,
		Recorder: &memory{},
		Observer: observer{
			started:  func(r run.Run, a run.Attempt) { fmt.Println("worker", a.PID, r.Key) },
			epoch:    func(run.Run, run.Epoch) { fmt.Println("epoch") },
			ended:    func(_ run.Run, a run.Attempt, _ string) { fmt.Println("ended", a.Status) },
			stopping: func(level runner.Level, _ error) { fmt.Println("level", level) },
		},
	})
	fmt.Println("verdict", err)
	return 0
}

func startParent(t *testing.T, script string) *parent {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &parent{command: exec.Command(program), data: t.TempDir(), files: filepath.Join(t.TempDir(), "x.files")}
	p.command.Env = append(os.Environ(), quickExit, role+"=parent", "SCRIPT="+script, "DATA="+p.data, "FILES="+p.files)
	p.command.Stderr = os.Stderr
	output, err := p.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewScanner(output)
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	watchdog := time.AfterFunc(30*time.Second, func() {
		if err := p.command.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		watchdog.Stop()
		if err := p.command.Wait(); err != nil && !strings.Contains(err.Error(), "killed") {
			t.Error(err)
		}
	})
	line := p.await(t, "worker ")
	if _, err := fmt.Sscan(line, new(string), &p.worker, &p.key); err != nil {
		t.Fatal(err)
	}
	return p
}

// await reads lines up to one that starts so.
func (p *parent) await(t *testing.T, start string) string {
	t.Helper()
	for p.lines.Scan() {
		p.output += p.lines.Text() + "\n"
		if strings.HasPrefix(p.lines.Text(), start) {
			return p.lines.Text()
		}
	}
	t.Fatalf("waiting for %q, the output ended:\n%s", start, p.output)
	return ""
}

// awaitGone waits until a process has ended.
func awaitGone(t *testing.T, pid int) {
	t.Helper()
	await(t, fmt.Sprintf("process %d ends", pid), func() bool {
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			return true
		}
		// Nobody may wait for an orphan: it is gone all the same.
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return err == nil && strings.Contains(string(stat), ") Z ")
	})
}

// await looks again and again until something holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Errorf("waiting until %s: it does not happen", what)
}
