package runner_test

import (
	"context"
	"testing"

	"experiment/internal/run"
	"experiment/internal/runner"
)

// TestEveryPipelineHasItsWorker makes runs of two pipelines, in turns, with a worker for each.
func TestEveryPipelineHasItsWorker(t *testing.T) {
	options, recorder := playing(t)
	options.Workers = map[string][]string{"other": append([]string{options.Worker[0]}, "other")}
	var runs []run.Run
	for i, pipeline := range []string{"first", "other", "first", "other", "first"} {
		config, err := run.NewConfig([]run.Field{{Path: "script", Value: "ok"}, {Path: "pipeline", Value: pipeline}, {Path: "seed", Value: int64(i)}})
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, run.Run{Key: config.Key(), Config: config})
	}
	summary, err := runner.Run(context.Background(), runs, options)
	if err != nil || summary.Finished != 5 || summary.Left != 0 {
		t.Fatalf("summary %+v, %v", summary, err)
	}
	for i, from := range []int{0, 2, 4, 1, 3} {
		if a := recorder.attempts[i]; a.Run != runs[from].Key || a.PID != recorder.attempts[i/3*3].PID {
			t.Errorf("attempt %d is of run %s, not %s, by process %d", i, a.Run.Short(), runs[from].Key.Short(), a.PID)
		}
	}
	if recorder.attempts[0].PID == recorder.attempts[3].PID {
		t.Error("both pipelines had one worker")
	}
}

func TestAPipelineWithoutAWorkerStopsBeforeAnythingStarts(t *testing.T) {
	options, recorder := playing(t)
	options.Workers = map[string][]string{"other": options.Worker}
	options.Worker = nil
	if _, err := runner.Run(context.Background(), scripted(t, "ok"), options); err == nil || len(recorder.began) > 0 {
		t.Errorf("%d runs began, error %v", len(recorder.began), err)
	}
}
