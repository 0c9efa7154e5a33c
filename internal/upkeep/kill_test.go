package upkeep_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"experiment/internal/run"
	"experiment/internal/runner"
	"experiment/internal/store"
	"experiment/internal/upkeep"
	"experiment/internal/worker"
)

// recordTo is the variable that makes this test binary record runs in a database until it is killed.
const recordTo = "EXPERIMENT_TEST_RECORD_TO"

func TestMain(m *testing.M) {
	if path := os.Getenv(recordTo); path != "" {
		if err := recordForEver(path); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// recordForEver does what making runs does to a database and to files, as fast as it can.
func recordForEver(path string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, path)
	if err != nil {
		return err
	}
	fmt.Println("open")
	for seed := os.Getpid() * 1_000_000; ; seed++ {
		if err := recordOne(ctx, s, store.Files(path), seed); err != nil {
			return err
		}
	}
}

func recordOne(ctx context.Context, s *store.Store, files string, seed int) error {
	r, err := runOf(seed)
	if err != nil {
		return err
	}
	claim, err := runner.ClaimRun(files, r.Key)
	if err != nil {
		return err
	}
	a := run.Attempt{Run: r.Key, Started: time.Now(), PID: os.Getpid(), Log: "x"}
	if a.Number, err = s.Begin(ctx, r, a); err != nil {
		return err
	}
	content := strings.Repeat(strconv.Itoa(seed), 5000)
	artefact, err := worker.WriteArtefact(filepath.Join(files, string(r.Key)), "test-logits", func(w io.Writer) error {
		_, err := io.WriteString(w, content)
		return err
	})
	if err != nil {
		return err
	}
	a.Status, a.Ended, a.Artefacts = run.Finished, time.Now(), []run.Artefact{artefact}
	a.Result.Metrics = []run.Metric{{Split: run.Test, Calibration: run.Uncalibrated, Name: "ece", Value: run.Number(seed)}}
	if err := s.End(ctx, a); err != nil {
		return err
	}
	if seed%3 == 0 { // and is removed again
		if err := s.Remove(ctx, []run.Key{r.Key}); err != nil {
			return err
		}
		if err := claim.RemoveFiles(); err != nil {
			return err
		}
	}
	return claim.Release()
}

// Processes that record runs, and remove some, are killed at random moments. The database is whole after each; every
// run that is recorded as finished has its metric and its file, to the last byte; and what is left over is mended.
func TestKilledAtAnyMoment(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.db")
	kills := 20
	if os.Getenv("EXPERIMENT_LONG") != "" {
		kills = 300
	}
	counts := map[upkeep.Kind]int{}
	for range kills {
		command := exec.Command(program)
		command.Env = append(os.Environ(), recordTo+"="+path)
		killAtRandom(t, command)
		countProblems(t, path, counts)
	}
	s, err := store.OpenReader(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	finished, err := s.Records(t.Context(), store.Filter{Statuses: []run.Status{run.Finished}}, store.Artefacts)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range finished {
		ece, ok := r.Attempt.Result.Value(run.Test, run.Uncalibrated, "ece")
		if !ok || int64(ece) != r.Config.Seed() || len(r.Attempt.Artefacts) != 1 {
			t.Errorf("run %s is finished with metrics %v and files %v", r.Key.Short(), r.Attempt.Result.Metrics, r.Attempt.Artefacts)
		}
	}
	t.Logf("%d kills left %d finished runs, %d attempts without a process, %d files left over and %d folders without a run",
		kills, len(finished), counts[upkeep.Stale], counts[upkeep.Leftover], counts[upkeep.Orphan]+counts[upkeep.Unrecorded])
	if len(finished) == 0 || counts[upkeep.Stale] == 0 {
		t.Error("no kill came between the start and the end of a run")
	}
}

// killAtRandom starts a process and kills it some time within its first fifth of a second of recording.
func killAtRandom(t *testing.T, command *exec.Cmd) {
	t.Helper()
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "open" {
		t.Fatalf("it says %q", lines.Text())
	}
	killed := time.AfterFunc(rand.N(200*time.Millisecond), func() {
		if err := command.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Error(err)
		}
	})
	defer killed.Stop()
	if lines.Scan() {
		t.Errorf("it ended by itself: %s", lines.Text())
	}
	if err := command.Wait(); err == nil {
		t.Error("it ended by itself")
	}
}

// countProblems checks a database that was left by a killed process, and mends it.
func countProblems(t *testing.T, path string, counts map[upkeep.Kind]int) {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	p := place{s, store.Files(path)}
	health, err := s.Check(t.Context())
	if err != nil || len(health.Problems) > 0 {
		t.Fatalf("the database: %+v, %v", health, err)
	}
	problems := p.audit(t, true)
	for _, problem := range problems {
		counts[problem.Kind]++
		if !problem.Mendable() {
			t.Errorf("%+v", problem)
		}
	}
	if health.Runs == 0 {
		return
	}
	p.repairAll(t, problems)
	if left := p.audit(t, true); len(left) > 0 {
		t.Errorf("after repairing: %+v", left)
	}
}
