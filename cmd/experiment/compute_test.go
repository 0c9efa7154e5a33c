package main

import (
	"strings"
	"testing"

	"experiment/internal/run"
	"experiment/internal/worker"
)

func TestComputerComputesTheTheoryAndNothingElse(t *testing.T) {
	config := func(pipeline string, fields ...run.Field) run.Config {
		c, err := run.NewConfig(append(fields, run.Field{Path: "pipeline", Value: pipeline}, run.Field{Path: "seed", Value: int64(0)}))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := &computer{}
	if _, err := c.Describe(); err != nil {
		t.Fatal(err)
	}
	jobOf := func(c run.Config) worker.Job { return worker.Job{Tasks: []worker.Task{{Config: c}}} }
	outputs, err := c.Run(t.Context(), jobOf(config("bound")), nil)
	if err != nil || len(outputs) != 1 {
		t.Fatalf("%d outputs: %v", len(outputs), err)
	}
	output := outputs[0]
	focal, ok := output.Result.Value(run.Test, run.Uncalibrated, "focal")
	if !ok || focal <= 0 || output.Provenance.Device != "cpu" || output.Provenance.Libtorch != "" || len(output.Provenance.Binary) != 64 {
		t.Errorf("%+v", output)
	}
	for want, wrong := range map[string]run.Config{
		`pipeline "classification" needs another worker`:  config("classification"),
		`there is no pipeline "none"`:                     config("none"),
		"loss.gamma is -1, and its range is 0 to 1000000": config("bound", run.Field{Path: "loss.gamma", Value: -1.0}),
	} {
		if _, err := c.Run(t.Context(), jobOf(wrong), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
