package report

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"experiment/internal/run"
)

// fakeLoss is a loss of a made-up study: how confident it leaves a model, as the power by which mean
// confidence departs from accuracy.
type fakeLoss struct {
	name, parameter, symbol string
	value                   float64
	excess                  float64
}

func fourLosses() []fakeLoss {
	return []fakeLoss{
		{name: "cross_entropy", excess: 1.9},
		{"label_smoothing", "epsilon", "ε", 0.01, 1.4},
		{"label_smoothing", "epsilon", "ε", 0.05, 0.95},
		{"label_smoothing", "epsilon", "ε", 0.1, 0.7},
		{"focal", "gamma", "γ", 1, 1.3},
		{"focal", "gamma", "γ", 2, 1.05},
		{"focal", "gamma", "γ", 3, 0.85},
		{"entropy_regularised", "gamma", "γ", 0.1, 1.6},
		{"entropy_regularised", "gamma", "γ", 0.3, 1.2},
		{"entropy_regularised", "gamma", "γ", 0.5, 0.9},
	}
}

// fakeStudy makes a study of losses, seeds and extra settings, with plausible numbers that depend on
// nothing but its arguments.
func fakeStudy(t testing.TB, losses []fakeLoss, seeds int, extras ...[]run.Field) Study {
	t.Helper()
	if len(extras) == 0 {
		extras = [][]run.Field{{}}
	}
	study := Study{
		Name: "losses", Description: "Does a smoother loss calibrate better on little data?", Source: "sweeps/losses.yaml",
		Commit: "0123abc", Commands: []string{"make setup build", "bin/experiment run sweeps/losses.yaml", "bin/experiment report losses"},
	}
	for _, extra := range extras {
		for _, loss := range losses {
			for seed := range seeds {
				study.Records = append(study.Records, fakeRecord(t, loss, seed, extra))
			}
		}
	}
	return study
}

// fataler is a test or a property.
type fataler interface {
	Helper()
	Fatal(...any)
}

func fakeRecord(t fataler, loss fakeLoss, seed int, extra []run.Field) run.Record {
	t.Helper()
	settings := map[string]any{
		"pipeline": "classification", "seed": int64(seed), "data.name": "mnist", "data.train": int64(1000),
		"data.validation": int64(2000), "data.test": int64(10000), "model.name": "cnn", "model.width": int64(16),
		"optimizer.name": "sgd", "optimizer.lr": 0.05, "optimizer.momentum": 0.9, "optimizer.schedule.name": "cosine",
		"optimizer.schedule.warmup": 1.0, "train.epochs": int64(30), "train.batch": int64(64), "loss.name": loss.name,
	}
	label := loss.name
	if loss.parameter != "" {
		settings["loss."+loss.parameter] = loss.value
		label += fmt.Sprintf(" %s=%v", loss.symbol, loss.value)
	}
	for _, f := range extra {
		settings[f.Path] = f.Value
	}
	var fields []run.Field
	for path, value := range settings {
		fields = append(fields, run.Field{Path: path, Value: value})
	}
	config, err := run.NewConfig(fields)
	if err != nil {
		t.Fatal(err)
	}
	hash := fnv.New64a()
	fmt.Fprint(hash, config.Key())
	random := rand.New(rand.NewPCG(1, hash.Sum64()))
	started := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return run.Record{
		Run:    run.Run{Key: config.Key(), Label: label, Config: config},
		Status: run.Finished,
		Attempt: run.Attempt{
			Run: config.Key(), Number: 1, Status: run.Finished, Started: started, Ended: started.Add(10 * time.Second),
			Provenance: run.Provenance{
				Commit: "0123abc", Go: "go1.24.0", Gotch: "v0.9.1", Libtorch: "1.13.1", BLAS: "OpenBLAS 0.3.21", BLASCore: "SkylakeX",
				Threads: 1, OS: "linux/amd64", CPU: "AMD EPYC", Device: "cpu", DataChecksum: "5feceb66ffc86f38", Environment: map[string]string{"OMP_NUM_THREADS": "1"},
			},
			History: fakeHistory(loss, random),
			Result:  fakeResult(loss, random),
		},
	}
}

func fakeHistory(loss fakeLoss, random *rand.Rand) []run.Epoch {
	var history []run.Epoch
	for n := 1; n <= 30; n++ {
		nll := 0.2 + 1.2*math.Exp(-float64(n)/4) + 0.004*float64(n)*max(loss.excess-1, 0) + 0.01*random.NormFloat64()
		history = append(history, run.Epoch{Number: n, Metrics: []run.EpochMetric{
			{Split: run.Train, Name: "loss", Value: run.Number(nll / 2)},
			{Split: run.Validation, Name: "nll", Value: run.Number(nll)},
			{Split: run.Validation, Name: "ece", Value: run.Number(0.02 + 0.1*math.Abs(loss.excess-1)*float64(n)/30)},
		}})
	}
	return history
}

func fakeResult(loss fakeLoss, random *rand.Rand) run.Result {
	temperature := loss.excess * (1 + 0.03*random.NormFloat64())
	result := run.Result{Seconds: 9.5}
	for _, state := range []struct {
		calibration run.Calibration
		excess      float64
	}{{run.Uncalibrated, temperature}, {run.TemperatureScale, 1 + 0.05*random.Float64()}} {
		calibration, excess := state.calibration, state.excess
		curve := run.Reliability{Split: run.Test, Calibration: calibration}
		accuracy, ece := 0.0, 0.0
		left, weights := 10000, 0.0
		for i := 1; i < 15; i++ {
			weights += math.Exp(0.35 * float64(i))
		}
		for i := range 15 {
			b := run.Bin{Lower: float64(i) / 15, Upper: float64(i+1) / 15}
			b.Count = int(10000 * math.Exp(0.35*float64(i)) / weights)
			if i == 14 {
				b.Count = left
			}
			if i == 0 {
				b.Count = 0
			}
			left -= b.Count
			if b.Count > 0 {
				b.Confidence = b.Lower + 0.6/15
				b.Accuracy = math.Pow(b.Confidence, math.Pow(excess, 0.7))
			}
			accuracy += float64(b.Count) / 10000 * b.Accuracy
			ece += float64(b.Count) / 10000 * math.Abs(b.Accuracy-b.Confidence)
			curve.Bins = append(curve.Bins, b)
		}
		result.Reliability = append(result.Reliability, curve)
		result.Histograms = append(result.Histograms, fakeHistograms(calibration, excess, accuracy)...)
		for _, m := range []struct {
			name  string
			value float64
		}{{"accuracy", accuracy}, {"nll", 0.21 + 0.1*math.Abs(excess-1)}, {"ece", ece}, {"brier", 0.1 + 0.02*math.Abs(excess-1)},
			{"aurc", 0.02 + 0.01*math.Abs(excess-1)}, {"ece_noise_floor", 0.003}} {
			result.Metrics = append(result.Metrics, run.Metric{Split: run.Test, Calibration: calibration, Name: m.name, Value: run.Number(m.value)})
		}
	}
	result.Metrics = append(result.Metrics, run.Metric{Split: run.Test, Calibration: run.TemperatureScale, Name: "temperature", Value: run.Number(temperature)})
	return result
}

// fakeHistograms have more entropy for wrong predictions than for right ones, and less the more confident a model is.
func fakeHistograms(calibration run.Calibration, excess, accuracy float64) []run.Histogram {
	of := run.Histogram{Split: run.Test, Calibration: calibration, Quantity: run.Entropy, Upper: math.Log(10)}
	right, wrong := of, of
	right.Outcome, wrong.Outcome = run.Right, run.Wrong
	total := math.Round(10000 * accuracy)
	for _, h := range []struct {
		histogram *run.Histogram
		n, mode   float64
	}{{&right, total, 2 / excess}, {&wrong, 10000 - total, 12 / excess}} {
		left := h.n
		for b := range 20 {
			count := math.Round(h.n * math.Exp(-math.Abs(float64(b)-h.mode)/2) / 4.2)
			if count = min(count, left); b == 19 {
				count = left
			}
			left -= count
			h.histogram.Counts = append(h.histogram.Counts, count)
		}
	}
	return []run.Histogram{right, wrong}
}
