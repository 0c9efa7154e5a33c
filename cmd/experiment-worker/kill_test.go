package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const killedSweep = `name: killed
base:
  data: {name: gaussians, train: 1000, validation: 200, test: 200}
  model: {name: mlp, width: 32}
  train: {epochs: 40, batch: 32}
runs:
  - {loss: cross_entropy, optimizer: {name: sgd, momentum: 0.9}}
  - {loss: {name: focal, gamma: 2}, optimizer: {name: adamw, lr: 0.001}}
seeds: %d
`

// What the killed sweeps and the undisturbed one must agree on, besides everyDigit.
const (
	everyEpoch    = `SELECT runs.key, epoch, split, name, value FROM epochs JOIN runs ON runs.attempt = epochs.attempt ORDER BY 1, 2, 3, 4`
	everyArtefact = `SELECT runs.key, path, sha256 FROM artefacts JOIN runs ON runs.attempt = artefacts.attempt ORDER BY 1, 2`
	finishedTwice = `SELECT run, count(*) FROM attempts WHERE status = 'finished' GROUP BY run HAVING count(*) <> 1`
	everyAttempt  = `SELECT count(*) FROM attempts`
)

// killer repeats a sweep and kills it.
type killer struct {
	t       *testing.T
	bin     string
	folder  string
	random  *rand.Rand
	typical time.Duration // that the undisturbed sweep took
	want    []string      // its digits, epochs and artefacts

	parents, workers, both              int // kills
	commands, attempts, resumed, rounds int
	finished                            int // runs
}

func (k *killer) kills() int { return k.parents + k.workers + k.both }

// TestKilledSweepsComeOutTheSame kills experiment, its workers or both at random moments of a sweep, and repeats
// the command each time: in the end every run is finished once, with the bits of the sweep that was left alone. One
// sweep follows another until there were enough kills: 20, or 500 with EXPERIMENT_LONG.
func TestKilledSweepsComeOutTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("builds both programs and trains")
	}
	kills, seeds := 20, 3
	if os.Getenv("EXPERIMENT_LONG") != "" {
		kills, seeds = 500, 12
	}
	k := &killer{t: t, bin: programs(t), folder: t.TempDir(), random: rand.New(rand.NewPCG(1, 2))}
	if err := os.WriteFile(filepath.Join(k.folder, "killed.yaml"), fmt.Appendf(nil, killedSweep, seeds), 0o644); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	k.undisturbed()
	for k.kills() < kills && !t.Failed() {
		k.round(kills)
	}
	t.Logf("%d kills (%d of experiment, %d of a worker, %d of both) in %d commands and %d sweeps: %d runs finished in %d attempts, %d of which resumed; %.0f s, undisturbed %.0f s",
		k.kills(), k.parents, k.workers, k.both, k.commands, k.rounds, k.finished, k.attempts, k.resumed, time.Since(began).Seconds(), k.typical.Seconds())
	if k.resumed == 0 {
		t.Error("no attempt went on from a checkpoint: that is not what was to be tested")
	}
}

// undisturbed makes what the others are compared with.
func (k *killer) undisturbed() {
	began := time.Now()
	if _, stderr, status := experiment(k.t, k.bin, k.folder, "run", "killed.yaml", "--db", "whole.db", "--device", "cpu", "--jobs", "2"); status != 0 {
		k.t.Fatalf("the undisturbed sweep ended with status %d: %s", status, stderr)
	}
	k.typical = time.Since(began)
	k.want = k.read("whole.db")
}

func (k *killer) read(database string) []string {
	var all []string
	for _, query := range []string{everyDigit, everyEpoch, everyArtefact} {
		all = append(all, k.query(database, query))
	}
	return all
}

func (k *killer) query(database, query string) string {
	out, stderr, status := experiment(k.t, k.bin, k.folder, "query", query, "--db", database, "--format", "csv")
	if status != 0 {
		k.t.Fatalf("query ended with status %d: %s", status, stderr)
	}
	return out
}

// round makes one sweep, killing as long as there are kills left, and checks it.
func (k *killer) round(kills int) {
	k.rounds++
	database := fmt.Sprintf("killed%d.db", k.rounds)
	for limit := 20 * kills; !k.command(database, kills); limit-- {
		if limit == 0 {
			k.t.Fatal("the sweep does not end")
		}
	}
	for i, got := range k.read(database) {
		if got != k.want[i] {
			k.t.Errorf("round %d ends with\n%s, not\n%s", k.rounds, got, k.want[i])
		}
	}
	if twice := k.query(database, finishedTwice); strings.Count(twice, "\n") != 1 {
		k.t.Errorf("runs that did not finish once:\n%s", twice)
	}
	k.checkFiles(strings.TrimSuffix(database, ".db") + ".files")
	k.awaitNoProcess()
	_, count, _ := strings.Cut(strings.TrimSpace(k.query(database, everyAttempt)), "\n")
	attempts, err := strconv.Atoi(count)
	if err != nil {
		k.t.Fatal(err)
	}
	k.attempts += attempts
	k.t.Logf("sweep %d is whole after %d kills", k.rounds, k.kills())
}

// command runs the sweep and kills it now and then. It returns whether all is finished.
func (k *killer) command(database string, kills int) (done bool) {
	k.commands++
	var output bytes.Buffer
	command := exec.Command(filepath.Join(k.bin, "experiment"), "run", "killed.yaml", "--db", database,
		"--device", "cpu", "--jobs", strconv.Itoa(1+k.random.IntN(2)), "--checkpoint-every", "50ms",
		"--retry-failed", "--max-failures", "1000")
	command.Dir, command.Stdout, command.Stderr = k.folder, &output, &output
	command.WaitDelay = 10 * time.Second // for a worker of a killed parent to end
	if err := command.Start(); err != nil {
		k.t.Fatal(err)
	}
	exited := make(chan error, 1)
	go func() { exited <- command.Wait() }()
	for {
		var moment <-chan time.Time // never
		if k.kills() < kills {
			moment = k.moment(strings.TrimSuffix(database, ".db") + ".files")
		}
		select {
		case err := <-exited:
			return k.ended(command, err, output.String())
		case <-moment:
			k.strike(command.Process.Pid)
		}
	}
}

// moment is when to kill next: at any time or, more often, soon after a run has written a checkpoint.
func (k *killer) moment(files string) <-chan time.Time {
	if k.random.IntN(4) == 0 {
		return time.After(time.Duration(k.random.Int64N(int64(k.typical)/8 + 1)))
	}
	after := time.Duration(k.random.Int64N(int64(300 * time.Millisecond)))
	due := make(chan time.Time, 1)
	go func() {
		began := time.Now()
		for !k.wroteCheckpoint(files, began) && time.Since(began) < 2*k.typical {
			time.Sleep(5 * time.Millisecond)
		}
		time.Sleep(after)
		due <- time.Now()
	}()
	return due
}

// wroteCheckpoint says whether a run has written a checkpoint since a time.
func (k *killer) wroteCheckpoint(files string, since time.Time) bool {
	found, err := filepath.Glob(filepath.Join(k.folder, files, "*", "checkpoint"))
	if err != nil {
		return false
	}
	for _, path := range found {
		if info, err := os.Stat(path); err == nil && info.ModTime().After(since) {
			return true
		}
	}
	return false
}

// strike kills the command, one of its workers, or all, and counts those that were still there.
func (k *killer) strike(parent int) {
	workers := k.processes("experiment-worker")
	switch victim := k.random.IntN(6); {
	case victim == 0 || len(workers) == 0:
		k.parents += k.kill(parent)
	case victim == 1:
		k.both += k.kill(parent)
		for _, worker := range workers {
			k.kill(worker)
		}
	default: // the others of the command go on
		k.workers += k.kill(workers[k.random.IntN(len(workers))])
	}
}

// kill kills a process of this test and returns 1, or 0 where it had ended.
func (k *killer) kill(pid int) int {
	process, err := os.FindProcess(pid)
	if err == nil {
		err = process.Kill()
	}
	switch {
	case errors.Is(err, os.ErrProcessDone):
		return 0
	case err != nil:
		k.t.Error(err)
	}
	return 1
}

// processes returns those that run a program of this test.
func (k *killer) processes(program string) []int {
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		k.t.Fatal(err)
	}
	var found []int
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && target == filepath.Join(k.bin, program) {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(link)))
			if err != nil {
				k.t.Fatal(err)
			}
			found = append(found, pid)
		}
	}
	return found
}

// ended checks how a command ended, and returns whether all is finished.
func (k *killer) ended(command *exec.Cmd, err error, output string) bool {
	state := command.ProcessState
	killed := state.Sys().(syscall.WaitStatus).Signaled()
	switch status := state.ExitCode(); {
	case killed:
	case status == 0:
		return true
	case status == 1, status == 3: // a run failed, or a worker did not start, since it was killed
		if k.kills() == 0 {
			k.t.Fatalf("it ended with %v:\n%s", err, output)
		}
	default:
		k.t.Fatalf("it ended with %v:\n%s", err, output)
	}
	return false
}

// checkFiles sees that the folders of finished runs hold logs and logits and nothing else, and counts what the logs tell.
func (k *killer) checkFiles(files string) {
	err := filepath.WalkDir(filepath.Join(k.folder, files), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		switch extension := filepath.Ext(path); {
		case strings.HasPrefix(entry.Name(), "."), extension != ".npy" && extension != ".log":
			k.t.Errorf("%s is left", path)
		case entry.Name() == "test-logits.npy":
			k.finished++
		case extension == ".log":
			log, err := os.ReadFile(path)
			if bytes.HasPrefix(log, []byte("going on from the checkpoint")) {
				k.resumed++
			}
			if bytes.Contains(log, []byte("starting over")) {
				k.t.Errorf("a checkpoint was not used: %s", log)
			}
			return err
		}
		return nil
	})
	if err != nil {
		k.t.Fatal(err)
	}
}

// awaitNoProcess waits until the workers of killed parents are gone.
func (k *killer) awaitNoProcess() {
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		left := append(k.processes("experiment-worker"), k.processes("experiment")...)
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			k.t.Fatalf("processes %v are left", left)
		}
	}
}
