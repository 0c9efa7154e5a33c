package runner_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"experiment/internal/run"
	"experiment/internal/runner"
)

// content lists the files in the folder of a run, logs aside.
func content(t *testing.T, options runner.Options, r run.Run) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(options.Files, string(r.Key)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".log") {
			names = append(names, entry.Name())
		}
	}
	return names
}

// A worker is killed while it writes a checkpoint over an older one: the next attempt goes on from the older one, has
// the whole history, and leaves neither.
func TestARunGoesOnFromItsCheckpoint(t *testing.T) {
	options, recorder := playing(t)
	options.CheckpointEvery = time.Minute
	runs := scripted(t, "checkpoint")
	if _, err := runner.Run(context.Background(), runs, options); err != nil {
		t.Fatal(err)
	}
	if got := content(t, options, runs[0]); !slices.Equal(got, []string{"checkpoint"}) {
		t.Errorf("a killed worker left %q", got)
	}
	var resumed, epochs []int
	options.Observer = observer{
		resumed: func(_ run.Run, epoch int) { resumed = append(resumed, epoch) },
		epoch:   func(_ run.Run, e run.Epoch) { epochs = append(epochs, e.Number) },
	}
	if _, err := runner.Run(context.Background(), runs, options); err != nil {
		t.Fatal(err)
	}
	first, second := recorder.attempts[0], recorder.attempts[1]
	if first.Status != run.Failed || first.Resumed != 0 {
		t.Errorf("first attempt: %s, resumed in %d", first.Status, first.Resumed)
	}
	if second.Status != run.Finished || second.Resumed != 2 || second.Epoch != 3 || len(second.History) != 3 || len(second.History[0].Metrics) != 1 {
		t.Errorf("second attempt: %+v", second)
	}
	if !slices.Equal(resumed, []int{2}) || !slices.Equal(epochs, []int{2, 3}) {
		t.Errorf("the observer is told of resuming in %v and of epochs %v", resumed, epochs)
	}
	if got := content(t, options, runs[0]); !slices.Equal(got, []string{"test-logits.npy"}) {
		t.Errorf("a finished run left %q", got)
	}
}

func TestADivergedRunLeavesNoCheckpoint(t *testing.T) {
	options, _ := playing(t)
	runs := scripted(t, "diverge from a checkpoint")
	if _, err := runner.Run(context.Background(), runs, options); err != nil {
		t.Fatal(err)
	}
	if got := content(t, options, runs[0]); len(got) != 0 {
		t.Errorf("it left %q", got)
	}
}

// What a runner leaves that was killed when its run was recorded is put away; what another one has in use, and what
// is needed to go on, is not.
func TestTidy(t *testing.T) {
	files := t.TempDir()
	leave := func(key run.Key, names ...string) {
		folder := filepath.Join(files, string(key))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	leave("killed", "lock", "checkpoint", ".test-logits.npy.123", "test-logits.npy", "attempt-1.log", ".notes")
	leave("whole", "test-logits.npy")
	leave("held", "lock", "checkpoint")
	leave("anew", "lock", "checkpoint") // removed since it was finished, and interrupted as it was made anew
	other, err := os.Open(filepath.Join(files, "held", "lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := syscall.Flock(int(other.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	recorder := &memory{}
	for _, key := range []run.Key{"killed", "whole", "held", "gone"} {
		recorder.attempts = append(recorder.attempts, run.Attempt{Run: key, Status: run.Finished})
	}
	if err := runner.Tidy(t.Context(), files, []run.Key{"killed", "whole", "held", "gone", "anew"}, recorder); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[run.Key][]string{
		"killed": {".notes", "attempt-1.log", "test-logits.npy"}, "whole": {"test-logits.npy"}, "held": {"checkpoint", "lock"},
		"anew": {"checkpoint"},
	} {
		entries, err := os.ReadDir(filepath.Join(files, string(key)))
		var got []string
		for _, entry := range entries {
			got = append(got, entry.Name())
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("in the folder of %s are %q, not %q: %v", key, got, want, err)
		}
	}
	if _, err := os.Stat(filepath.Join(files, "gone")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder was made: %v", err)
	}
}

// Ctrl-C while the last run ends leaves nothing undone: that is no reason to complain.
func TestCtrlCDuringTheLastRun(t *testing.T) {
	options, _ := playing(t)
	options.Stop = runner.NewStopper()
	runs := scripted(t, "ok", "ok")
	options.Observer = observer{epoch: func(r run.Run, _ run.Epoch) {
		if r.Key == runs[1].Key {
			options.Stop.Stop(runner.Graceful, syscall.SIGINT)
		}
	}}
	summary, err := runner.Run(context.Background(), runs, options)
	if err != nil || summary.Finished != 2 {
		t.Errorf("summary %+v: %v", summary, err)
	}
}
