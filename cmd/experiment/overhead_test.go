package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// BenchmarkOverhead runs a sweep of 2,000 runs that compute nothing and leave no files, in the real program with the
// real database and workers that answer at once: runs/s, and the most memory that the program or one of its
// workers had (ru_maxrss).
//
//	go test ./cmd/experiment -run '^$' -bench Overhead -benchtime 1x
func BenchmarkOverhead(b *testing.B) {
	const runs = 2000
	for b.Loop() {
		spent := measureCommand(b, sweepOfSeeds(b, runs), "run", "sweep.yaml", "--jobs", "2", "--quiet")
		b.ReportMetric(spent.memory, "peak-MB")
		b.ReportMetric(1000*spent.seconds/runs, "cpu-ms/run")
	}
	b.ReportMetric(float64(runs*b.N)/b.Elapsed().Seconds(), "runs/s")
}

// BenchmarkLargePlan plans a sweep of 100,000 runs.
func BenchmarkLargePlan(b *testing.B) {
	for b.Loop() {
		spent := measureCommand(b, sweepOfSeeds(b, 100_000), "plan", "sweep.yaml", "--format", "csv")
		b.ReportMetric(spent.memory, "peak-MB")
	}
}

// sweepOfSeeds returns a folder with the sweep file of so many runs.
func sweepOfSeeds(b *testing.B, runs int) (folder string) {
	b.Helper()
	folder = b.TempDir()
	text := fmt.Sprintf("name: empty\nbase: {train: {epochs: 1}}\nruns: [{loss: cross_entropy}]\nseeds: %d\n", runs)
	if err := os.WriteFile(filepath.Join(folder, "sweep.yaml"), []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
	return folder
}

// expense is what a command and the processes it started took.
type expense struct {
	memory  float64 // megabytes, of the process that had most
	seconds float64 // of processors
}

// measureCommand runs a command in a folder.
func measureCommand(b *testing.B, folder string, args ...string) expense {
	b.Helper()
	var complaint strings.Builder
	command := inFolder(folder, args...)
	command.Env = append(command.Env, "FAKE_BARE=1")
	command.Stderr = &complaint
	if err := command.Run(); err != nil {
		b.Fatalf("%v\n%s", err, complaint.String())
	}
	state := command.ProcessState
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		b.Fatal("the system does not tell how much memory it took")
	}
	return expense{float64(usage.Maxrss) * 1024 / 1e6, (state.UserTime() + state.SystemTime()).Seconds()}
}
