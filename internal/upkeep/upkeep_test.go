package upkeep_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"experiment/internal/run"
	"experiment/internal/runner"
	"experiment/internal/store"
	"experiment/internal/upkeep"
	"experiment/internal/worker"
)

// place is a database and the folder of its files.
type place struct {
	*store.Store
	files string
}

func open(t testing.TB, path string) place {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return place{s, store.Files(path)}
}

func newRun(t testing.TB, seed int) run.Run {
	t.Helper()
	r, err := runOf(seed)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func runOf(seed int) (run.Run, error) {
	config, err := run.NewConfig([]run.Field{{Path: "loss.name", Value: "brier"}, {Path: "seed", Value: int64(seed)}})
	return run.Run{Key: config.Key(), Label: "brier", Config: config}, err
}

// begin records an attempt that is under way, and makes the folder of its run.
func (p place) begin(t testing.TB, seed int) run.Attempt {
	t.Helper()
	r := newRun(t, seed)
	a := run.Attempt{Run: r.Key, Status: run.Running, Started: time.Now(), PID: 1, Log: "x"}
	var err error
	if a.Number, err = p.Begin(t.Context(), r, a); err != nil {
		t.Fatal(err)
	}
	p.write(t, filepath.Join(string(r.Key), "attempt-1.log"), "log")
	return a
}

// finish records a run with one artefact.
func (p place) finish(t testing.TB, seed int) run.Key {
	t.Helper()
	a := p.begin(t, seed)
	artefact, err := worker.WriteArtefact(filepath.Join(p.files, string(a.Run)), "test-logits", func(w io.Writer) error {
		_, err := io.WriteString(w, "logits")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Status, a.Ended, a.Artefacts = run.Finished, time.Now(), []run.Artefact{artefact}
	if err := p.End(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	return a.Run
}

func (p place) write(t testing.TB, path, text string) {
	t.Helper()
	path = filepath.Join(p.files, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (p place) audit(t testing.TB, verify bool) []upkeep.Problem {
	t.Helper()
	problems, err := upkeep.Audit(t.Context(), p.files, p.Reader, verify)
	if err != nil {
		t.Fatal(err)
	}
	return problems
}

// repair mends, and returns what was announced.
func (p place) repair(t testing.TB, problems []upkeep.Problem) []upkeep.Problem {
	t.Helper()
	return p.repairWith(t, upkeep.Repairer{}, problems)
}

// repairAll is repair that gives up results which are not recorded.
func (p place) repairAll(t testing.TB, problems []upkeep.Problem) []upkeep.Problem {
	t.Helper()
	return p.repairWith(t, upkeep.Repairer{Unrecorded: true}, problems)
}

func (p place) repairWith(t testing.TB, r upkeep.Repairer, problems []upkeep.Problem) (announced []upkeep.Problem) {
	t.Helper()
	r.Files, r.Store = p.files, p.Store
	r.Announce = func(problem upkeep.Problem) { announced = append(announced, problem) }
	mended, err := r.Repair(t.Context(), problems)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(announced, mended); diff != "" {
		t.Errorf("what was announced is not what was mended:\n%s", diff)
	}
	return announced
}

func has(t testing.TB, path string) bool {
	t.Helper()
	_, err := os.Lstat(path)
	return err == nil
}

func TestEveryProblemIsFoundAndMended(t *testing.T) {
	p := open(t, filepath.Join(t.TempDir(), "x.db"))
	whole, gone, shorter, other := p.finish(t, 0), p.finish(t, 1), p.finish(t, 2), p.finish(t, 3)
	if problems := p.audit(t, true); len(problems) > 0 {
		t.Fatalf("all is well, and yet %+v", problems)
	}
	if err := os.Remove(filepath.Join(p.files, string(gone), "test-logits.npy")); err != nil {
		t.Fatal(err)
	}
	p.write(t, string(shorter)+"/test-logits.npy", "logit")
	p.write(t, string(other)+"/test-logits.npy", "LOGITS")
	half, done := string(whole)+"/.test-labels.npy.123", string(gone)+"/checkpoint"
	p.write(t, half, "half")
	p.write(t, done, "state")
	stale := p.begin(t, 4).Run
	p.write(t, string(stale)+"/checkpoint", "state")
	orphan := newRun(t, 5).Key
	p.write(t, string(orphan)+"/attempt-1.log", "12345")
	p.write(t, string(orphan)+"/.test-logits.npy.77", "1")
	p.write(t, string(orphan)+"/lock", "")
	unrecorded := newRun(t, 7).Key
	p.write(t, string(unrecorded)+"/attempt-1.log", "12345")
	p.write(t, string(unrecorded)+"/test-logits.npy", "12")
	p.write(t, "notes.txt", "keep me")
	mixed := newRun(t, 6).Key
	p.write(t, string(mixed)+"/thesis.tex", "keep me")

	want := map[string]upkeep.Problem{
		"gone":    {Kind: upkeep.Gone, Run: gone, Path: string(gone) + "/test-logits.npy"},
		"shorter": {Kind: upkeep.Changed, Run: shorter, Path: string(shorter) + "/test-logits.npy", Detail: "it has 5 bytes, and had 6"},
		"other":   {Kind: upkeep.Changed, Run: other, Path: string(other) + "/test-logits.npy", Detail: "its checksum is another one than was recorded"},
		"half":    {Kind: upkeep.Leftover, Run: whole, Path: half, Detail: "it was not written to its end", Bytes: 4},
		"done":    {Kind: upkeep.Leftover, Run: gone, Path: done, Detail: "it is the checkpoint of a run that is done", Bytes: 5},
		"stale":   {Kind: upkeep.Stale, Run: stale},
		"orphan":  {Kind: upkeep.Orphan, Run: orphan, Path: string(orphan), Files: 3, Bytes: 6},
		"newer":   {Kind: upkeep.Unrecorded, Run: unrecorded, Path: string(unrecorded), Files: 2, Bytes: 7},
		"notes":   {Kind: upkeep.Foreign, Path: "notes.txt", Detail: "it is not the folder of a run"},
		"mixed":   {Kind: upkeep.Foreign, Run: mixed, Path: string(mixed), Detail: "no run is recorded for it, and it holds thesis.tex, which no run leaves", Files: 1, Bytes: 7},
	}
	problems := p.audit(t, true)
	found := map[string]upkeep.Problem{}
	for _, problem := range problems {
		for name, w := range want {
			if cmp.Equal(problem, w) {
				found[name] = problem
			}
		}
	}
	if diff := cmp.Diff(want, found); diff != "" || len(problems) != len(want) {
		t.Fatalf("found %+v\n%s", problems, diff)
	}
	if n := len(p.audit(t, false)); n != len(want)-1 {
		t.Errorf("%d problems without checksums, want %d", n, len(want)-1)
	}

	if announced := p.repair(t, problems); len(announced) != 4 {
		t.Errorf("announced %+v", announced)
	}
	if has(t, filepath.Join(p.files, string(orphan))) || has(t, filepath.Join(p.files, half)) || has(t, filepath.Join(p.files, done)) {
		t.Error("what was to be removed is there")
	}
	for _, kept := range []string{"notes.txt", string(mixed) + "/thesis.tex", string(whole) + "/test-logits.npy", string(stale) + "/attempt-1.log", string(stale) + "/checkpoint", string(unrecorded) + "/test-logits.npy"} {
		if !has(t, filepath.Join(p.files, kept)) {
			t.Errorf("%s was removed", kept)
		}
	}
	if s, err := p.Statuses(t.Context(), []run.Key{stale}); err != nil || s[stale] != run.Interrupted {
		t.Errorf("the run without a process is %v, %v", s, err)
	}
	if left := p.audit(t, true); len(left) != len(want)-4 {
		t.Errorf("left: %+v", left)
	}
}

// What a process makes at the moment is neither a problem nor mended, whatever was found before.
func TestWhatIsHeldIsLeft(t *testing.T) {
	p := open(t, filepath.Join(t.TempDir(), "x.db"))
	known := p.finish(t, 0)
	underway := p.begin(t, 1).Run
	orphan := newRun(t, 2).Key
	p.write(t, string(orphan)+"/attempt-1.log", "x")
	p.write(t, string(known)+"/.test-logits.npy.1", "x")
	problems := p.audit(t, true)
	if len(problems) != 3 {
		t.Fatalf("%+v", problems)
	}
	for _, key := range []run.Key{known, underway, orphan} {
		claim, err := runner.ClaimRun(p.files, key)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := claim.Release(); err != nil {
				t.Error(err)
			}
		}()
	}
	if announced := p.repair(t, problems); len(announced) > 0 {
		t.Errorf("mended %+v", announced)
	}
	if again := p.audit(t, true); len(again) > 0 {
		t.Errorf("found %+v", again)
	}
}

// The checkpoint of a run that is removed and made anew meanwhile is left.
func TestCheckpointIsLookedAtOnceMore(t *testing.T) {
	p := open(t, filepath.Join(t.TempDir(), "x.db"))
	p.finish(t, 0)
	key := p.finish(t, 1)
	p.write(t, string(key)+"/checkpoint", "old")
	problems := p.audit(t, true)
	if len(problems) != 1 {
		t.Fatalf("%+v", problems)
	}
	if err := p.Remove(t.Context(), []run.Key{key}); err != nil {
		t.Fatal(err)
	}
	p.begin(t, 1)
	if announced := p.repair(t, problems); len(announced) > 0 || !has(t, filepath.Join(p.files, string(key), "checkpoint")) {
		t.Errorf("mended %+v", announced)
	}
}

// What is not an orphan any more when it is about to be removed is left.
func TestOrphanIsLookedAtOnceMore(t *testing.T) {
	p := open(t, filepath.Join(t.TempDir(), "x.db"))
	p.finish(t, 0)
	recorded, filled := newRun(t, 1).Key, newRun(t, 2).Key
	p.write(t, string(recorded)+"/attempt-1.log", "x")
	p.write(t, string(filled)+"/attempt-1.log", "x")
	problems := p.audit(t, true)
	if len(problems) != 2 {
		t.Fatalf("%+v", problems)
	}
	p.finish(t, 1)
	p.write(t, string(filled)+"/thesis.tex", "x")
	if announced := p.repair(t, problems); len(announced) > 0 {
		t.Errorf("mended %+v", announced)
	}
	if !has(t, filepath.Join(p.files, string(recorded), "test-logits.npy")) || !has(t, filepath.Join(p.files, string(filled), "attempt-1.log")) {
		t.Error("something was removed")
	}
}

// An older copy of the database is put back: what newer runs left stays, until it is asked for to give it up.
func TestResultsThatAreNotRecordedAreKept(t *testing.T) {
	p := open(t, filepath.Join(t.TempDir(), "x.db"))
	p.finish(t, 0)
	finished, interrupted, failed := p.finish(t, 1), p.begin(t, 2).Run, p.begin(t, 3).Run
	p.write(t, string(interrupted)+"/checkpoint", "state")
	if err := p.Remove(t.Context(), []run.Key{finished, interrupted, failed}); err != nil {
		t.Fatal(err)
	}
	problems := p.audit(t, true)
	if announced := p.repair(t, problems); len(announced) != 1 || announced[0].Run != failed || announced[0].Kind != upkeep.Orphan {
		t.Errorf("mended %+v", announced)
	}
	for key, file := range map[run.Key]string{finished: "test-logits.npy", interrupted: "checkpoint"} {
		if !has(t, filepath.Join(p.files, string(key), file)) {
			t.Errorf("%s was removed", file)
		}
	}
	left := p.audit(t, true)
	for _, problem := range left {
		if problem.Kind != upkeep.Unrecorded {
			t.Errorf("left: %+v", problem)
		}
	}
	if announced := p.repairAll(t, left); len(left) != 2 || len(announced) != 2 {
		t.Errorf("%+v: mended %+v", left, announced)
	}
	if again := p.audit(t, true); len(again) > 0 {
		t.Errorf("left: %+v", again)
	}
}

// A folder without results that has some when it is about to be removed is left.
func TestOrphanThatHasResultsMeanwhile(t *testing.T) {
	p := open(t, filepath.Join(t.TempDir(), "x.db"))
	p.finish(t, 0)
	key := newRun(t, 1).Key
	p.write(t, string(key)+"/attempt-1.log", "x")
	problems := p.audit(t, true)
	p.write(t, string(key)+"/checkpoint", "state")
	if announced := p.repairAll(t, problems); len(problems) != 1 || len(announced) > 0 || !has(t, filepath.Join(p.files, string(key), "checkpoint")) {
		t.Errorf("%+v: mended %+v", problems, announced)
	}
}

func TestDatabaseWithoutRunsProvesNothing(t *testing.T) {
	p := open(t, filepath.Join(t.TempDir(), "x.db"))
	orphan := newRun(t, 1).Key
	p.write(t, string(orphan)+"/attempt-1.log", "x")
	problems := p.audit(t, true)
	_, err := upkeep.Repairer{Files: p.files, Store: p.Store, Announce: func(problem upkeep.Problem) { t.Errorf("mends %+v", problem) }}.Repair(t.Context(), problems)
	if len(problems) != 1 || err == nil || !strings.Contains(err.Error(), "has no runs") {
		t.Errorf("%+v, error %v", problems, err)
	}
}

// A folder that is a link, or is named in capitals, is not that of a run.
func TestOnlyFoldersOfRuns(t *testing.T) {
	p := open(t, filepath.Join(t.TempDir(), "x.db"))
	p.finish(t, 0)
	elsewhere := t.TempDir()
	if err := os.WriteFile(filepath.Join(elsewhere, "attempt-1.log"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, filepath.Join(p.files, string(newRun(t, 1).Key))); err != nil {
		t.Fatal(err)
	}
	p.write(t, strings.ToUpper(string(newRun(t, 2).Key))+"/attempt-1.log", "x")
	p.write(t, string(newRun(t, 3).Key), "a file")
	problems := p.audit(t, true)
	for _, problem := range problems {
		if problem.Kind != upkeep.Foreign {
			t.Errorf("%+v", problem)
		}
	}
	if announced := p.repair(t, problems); len(problems) != 3 || len(announced) > 0 || !has(t, filepath.Join(elsewhere, "attempt-1.log")) {
		t.Errorf("%d problems, mended %+v", len(problems), announced)
	}
}

func TestNoFilesAtAll(t *testing.T) {
	p := open(t, filepath.Join(t.TempDir(), "x.db"))
	key := p.finish(t, 0)
	if err := os.RemoveAll(p.files); err != nil {
		t.Fatal(err)
	}
	want := []upkeep.Problem{{Kind: upkeep.Gone, Run: key, Path: fmt.Sprintf("%s/test-logits.npy", key)}}
	if diff := cmp.Diff(want, p.audit(t, false)); diff != "" {
		t.Error(diff)
	}
}
