package comparison

import (
	"maps"
	"math"
	"slices"
	"strings"

	"experiment/internal/run"
)

// fataler is a test, a benchmark or a property.
type fataler interface {
	Helper()
	Fatal(...any)
}

// settings are the values of a configuration by their paths.
type settings map[string]any

// newRecord is a finished run on mnist by SGD with the learning rate 0.05, unless settings say otherwise, and metrics of the
// test split as trained.
func newRecord(t fataler, seed int64, own settings, metrics map[string]float64) run.Record {
	t.Helper()
	all := settings{
		"pipeline": "classification", "data.name": "mnist", "data.train": int64(1000), "data.validation": int64(2000), "model.name": "cnn",
		"model.width": int64(16), "optimizer.name": "sgd", "optimizer.lr": 0.05, "optimizer.momentum": 0.9, "train.epochs": int64(30), "seed": seed,
	}
	maps.Copy(all, own)
	var fields []run.Field
	for path, value := range all {
		fields = append(fields, run.Field{Path: path, Value: value})
	}
	config, err := run.NewConfig(fields)
	if err != nil {
		t.Fatal(err)
	}
	label := config.Text("loss.name")
	for _, f := range config.Fields() {
		if name, ok := strings.CutPrefix(f.Path, "loss."); ok && name != "name" {
			label += " " + strings.NewReplacer("gamma", "γ", "epsilon", "ε").Replace(name) + "=" + FormatSetting(f.Value)
		}
	}
	r := run.Record{Run: run.Run{Key: config.Key(), Label: label, Config: config}, Status: run.Finished}
	r.Attempt.Provenance = run.Provenance{Device: "cpu", Libtorch: "1.13.1"}
	for _, name := range slices.Sorted(maps.Keys(metrics)) {
		r.Attempt.Result.Metrics = append(r.Attempt.Result.Metrics, run.Metric{Split: run.Test, Calibration: run.Uncalibrated, Name: name, Value: run.Number(metrics[name])})
	}
	return r
}

// noise is a small number that looks random and is always the same.
func noise(a, b int) float64 { return 0.01 * math.Sin(float64(37*a+101*b*b+13)) }
