package runner

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"experiment/internal/run"
)

var update = flag.Bool("update", false, "write the golden files")

// perform plays a sweep to an observer, with a clock of its own.
func perform(t *testing.T, options ProgressOptions) string {
	t.Helper()
	var runs []run.Run
	for i, label := range []string{"cross_entropy", "focal γ=3", "label_smoothing ε=0.05", "focal γ=5", "focal γ=7", "focal γ=9"} {
		config, err := run.NewConfig([]run.Field{{Path: "seed", Value: int64(i)}, {Path: "train.epochs", Value: int64(4)}})
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, run.Run{Key: config.Key(), Label: label, Config: config})
	}
	var out bytes.Buffer
	now := 0
	options.Out, options.Runs, options.Jobs = &out, runs, 2
	options.Epochs = func(c run.Config) int { return int(c.Int("train.epochs")) }
	options.Now = func() time.Time { return at(now) }
	p := NewProgress(options)
	attempt := func(status run.Status, seconds int, reason string) run.Attempt {
		return run.Attempt{Status: status, Reason: reason, Started: at(now - seconds), Ended: at(now), Result: run.Result{Metrics: []run.Metric{
			{Split: run.Test, Calibration: run.Uncalibrated, Name: "accuracy", Value: 0.81249},
			{Split: run.Test, Calibration: run.Uncalibrated, Name: "ece", Value: 0.0307},
		}}}
	}
	p.Started(runs[0], run.Attempt{})
	p.Started(runs[1], run.Attempt{})
	now = 2
	p.Epoch(runs[0], run.Epoch{Number: 1})
	now = 8
	p.Ended(runs[0], attempt(run.Finished, 8, ""), "")
	p.Started(runs[2], run.Attempt{})
	now = 100
	p.Ended(runs[1], attempt(run.Failed, 100, "exit status 3"), "line one\nline two")
	p.Skipped(runs[3], "process 12 on host is making it")
	p.Started(runs[4], run.Attempt{})
	p.Stopping(Graceful, &Stopped{syscall.SIGINT})
	p.Ended(runs[2], attempt(run.Diverged, 92, "the loss is not finite"), "")
	p.Stopping(Now, &Stopped{syscall.SIGINT})
	p.Stopping(Now, errors.New("of the machine"))
	p.Ended(runs[4], attempt(run.Interrupted, 1, "stopped by Ctrl-C"), "")
	p.Started(runs[5], run.Attempt{})
	p.Resumed(runs[5], 3)
	now = 102
	p.Epoch(runs[5], run.Epoch{Number: 3})
	rest := attempt(run.Finished, 2, "")
	rest.Resumed = 3
	p.Ended(runs[5], rest, "")
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	return out.String()
}

func TestProgressElsewhere(t *testing.T) {
	compare(t, "lines.txt", perform(t, ProgressOptions{}))
}

func TestProgressQuiet(t *testing.T) {
	compare(t, "quiet.txt", perform(t, ProgressOptions{Quiet: true, Width: func() int { return 80 }}))
}

func TestProgressOnATerminal(t *testing.T) {
	escapes := regexp.MustCompile(`\x1b\[2K`)
	for _, width := range []int{80, 60, 20} {
		output := perform(t, ProgressOptions{Width: func() int { return width }})
		if !strings.HasSuffix(output, "\x1b[2K\r") {
			t.Errorf("at %d columns the bar stays: %q", width, output[len(output)-40:])
		}
		for _, line := range regexp.MustCompile(`[\r\n]`).Split(escapes.ReplaceAllString(output, ""), -1) {
			if strings.Contains(line, "% |") && utf8.RuneCountInString(line) > max(width, barFrame+1) {
				t.Errorf("at %d columns a line has %d: %q", width, utf8.RuneCountInString(line), line)
			}
		}
		if width == 80 {
			compare(t, "terminal.txt", strings.ReplaceAll(escapes.ReplaceAllString(output, ""), "\r", "\n"))
		}
	}
}

func TestStoppingSaysWhatHappens(t *testing.T) {
	tests := []struct {
		level    Level
		why      error
		underway int
		want     string
	}{
		{Graceful, &Stopped{syscall.SIGINT}, 0, "stopping\n"},
		{Graceful, &Stopped{syscall.SIGINT}, 1, "stopping after the run under way (Ctrl-C stops it now)\n"},
		{Now, &Stopped{syscall.SIGTERM}, 2, "stopping the 2 runs under way (Ctrl-C kills them)\n"},
		{Kill, &Stopped{syscall.SIGINT}, 1, "killing the run under way\n"},
		{Graceful, &PolicyError{"a run failed"}, 2, "stopping: a run failed; 2 runs under way will end\n"},
		{Graceful, &PolicyError{"a run failed"}, 0, ""}, // the error of Run says it
		{Now, errors.New("of the machine"), 2, ""},
	}
	for _, test := range tests {
		var out bytes.Buffer
		p := NewProgress(ProgressOptions{Out: &out})
		for i := range test.underway {
			p.Started(run.Run{Key: run.Key(rune('a' + i))}, run.Attempt{})
		}
		p.Stopping(test.level, test.why)
		if err := p.Close(); err != nil || out.String() != test.want {
			t.Errorf("level %d, %v, %d under way: %q, want %q: %v", test.level, test.why, test.underway, out.String(), test.want, err)
		}
	}
}

func TestBrokenOutputIsReportedOnce(t *testing.T) {
	file, err := os.Open(os.DevNull) // for reading only
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	p := NewProgress(ProgressOptions{Out: file})
	p.Skipped(run.Run{Label: "a"}, "b")
	p.Skipped(run.Run{Label: "c"}, "d")
	if err := p.Close(); !errors.Is(err, syscall.EBADF) {
		t.Errorf("error %v", err)
	}
}

func compare(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it):\n%s\nwant:\n%s", path, got, want)
	}
}
