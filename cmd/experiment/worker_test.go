package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"experiment/internal/protocol"
	"experiment/internal/run"
	"experiment/internal/worker"
)

// fakeWorker is the program experiment-worker of the scripts: it speaks the real protocol and makes the
// results up from the configuration. Variables make it fail:
//
//	FAKE_START   this, printed, and exit status 127 in the place of starting
//	FAKE_FAIL    runs with this loss fail
//	FAKE_DIVERGE runs with this loss diverge
//	FAKE_FULL    runs with this loss find the disk full
//	FAKE_GROUP   numbers depend on the runs side by side
//	FAKE_HANG    runs with this loss last until they are stopped
//	FAKE_CROWD   more runs side by side than this find no memory
//	FAKE_CUDA    how many CUDA devices there are
//	FAKE_SLOW    BLAS is the reference one
//	FAKE_COMMIT  what the worker was built from
//	FAKE_BARE    runs leave no file
//	FAKE_DRIFT   runs with this loss have another NLL and other logits
//	FAKE_LOSSES  --losses does so: fail, old, short
func fakeWorker() {
	if message := os.Getenv("FAKE_START"); message != "" {
		fmt.Fprintln(os.Stderr, message)
		os.Exit(127)
	}
	if slices.Contains(os.Args[1:], "--facts") {
		devices, _ := strconv.Atoi(os.Getenv("FAKE_CUDA"))
		told := facts{Provenance: fakeProvenance(), CUDADevices: devices, BLASReference: os.Getenv("FAKE_SLOW") != "", BLASLibrary: "/lib/libfake.so"}
		if err := json.NewEncoder(os.Stdout).Encode(told); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	if slices.Contains(os.Args[1:], protocol.LossesFlag) {
		os.Exit(fakeLosses())
	}
	os.Exit(worker.Main(fakeHandler{}))
}

// fakeLosses answers with means that count the losses asked for.
func fakeLosses() int {
	var request protocol.LossesRequest
	if err := json.NewDecoder(os.Stdin).Decode(&request); err != nil {
		return 1
	}
	var answer protocol.LossesAnswer
	for range request.Predictions {
		var means []run.Number
		for _, l := range request.Losses {
			mean := run.Number(len(means) + 1)
			for _, p := range l.Parameters {
				mean += run.Number(p) / 10
			}
			means = append(means, mean)
		}
		answer.Means = append(answer.Means, means)
	}
	switch os.Getenv("FAKE_LOSSES") {
	case "fail":
		fmt.Fprintln(os.Stderr, "experiment-worker: there is not enough memory")
		return 1
	case "old":
		fmt.Fprintln(os.Stderr, "experiment-worker: is started by experiment, or with --facts alone")
		return 2
	case "short":
		answer.Means = nil
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		return 1
	}
	return 0
}

func fakeProvenance() run.Provenance {
	return run.Provenance{Commit: firstOf(os.Getenv("FAKE_COMMIT"), unknownCommit), Libtorch: "9.9.9", BLAS: "FakeBLAS 1.2", BLASCore: "Abacus", Threads: 1, Device: "cpu", Host: "host", OS: "system", CPU: "processor"}
}

type fakeHandler struct{}

func (fakeHandler) Describe() (run.Provenance, error) { return fakeProvenance(), nil }

func (f fakeHandler) Run(ctx context.Context, job worker.Job, progress []worker.Progress) ([]worker.Output, error) {
	most, err := strconv.Atoi(os.Getenv("FAKE_CROWD"))
	if err == nil && len(job.Tasks) > most {
		return nil, &worker.Failure{Kind: worker.OutOfMemory, Err: errors.New("no memory for so many")}
	}
	outputs := make([]worker.Output, len(job.Tasks))
	for i, task := range job.Tasks {
		var diverged *worker.Failure
		if outputs[i], err = f.train(ctx, job, task, progress[i]); errors.As(err, &diverged) {
			err = progress[i].Failed(err)
		}
		if err != nil {
			return nil, err
		}
	}
	return outputs, nil
}

func (fakeHandler) train(ctx context.Context, job worker.Job, task worker.Task, progress worker.Progress) (worker.Output, error) {
	loss := task.Config.Text("loss.name")
	fmt.Printf("training %s\n", loss)
	for n := 1; n <= int(task.Config.Int("train.epochs")); n++ {
		if err := progress.Epoch(fakeEpoch(n)); err != nil {
			return worker.Output{}, err
		}
		switch loss {
		case os.Getenv("FAKE_FAIL"):
			fmt.Println("the reason is here")
			return worker.Output{}, errors.New("made to fail")
		case os.Getenv("FAKE_DIVERGE"):
			return worker.Output{}, &worker.Failure{Kind: worker.Diverged, Epoch: n, Err: errors.New("the loss is not finite")}
		case os.Getenv("FAKE_FULL"):
			return worker.Output{}, fmt.Errorf("writing artefact test-logits.npy: %w", syscall.ENOSPC)
		case os.Getenv("FAKE_HANG"):
			<-ctx.Done()
			return worker.Output{}, ctx.Err()
		}
	}
	provenance := fakeProvenance()
	provenance.Device, provenance.Replicas = job.Device, len(job.Tasks)
	result := fakeResult(task.Config)
	if len(job.Tasks) > 1 && os.Getenv("FAKE_GROUP") != "" {
		for i, each := range job.Tasks {
			provenance.Group = append(provenance.Group, each.Key)
			result.Metrics[i].Value += run.Number(each.Config.Seed()) / 1024
		}
	}
	if os.Getenv("FAKE_BARE") != "" {
		return worker.Output{Result: result, Provenance: provenance}, nil
	}
	artefact, err := worker.WriteArtefact(task.Folder, "test-logits", func(w io.Writer) error {
		_, err := io.WriteString(w, "logits"+drift(loss, " of another kind"))
		return err
	})
	if err != nil {
		return worker.Output{}, err
	}
	return worker.Output{Result: result, Artefacts: []run.Artefact{artefact}, Provenance: provenance}, nil
}

// drift returns a text where runs with a loss are to come out otherwise, and else nothing.
func drift(loss, text string) string {
	if loss != os.Getenv("FAKE_DRIFT") {
		return ""
	}
	return text
}

func fakeEpoch(n int) run.Epoch {
	return run.Epoch{Number: n, Metrics: []run.EpochMetric{
		{Split: run.Train, Name: "loss", Value: run.Number(2 / float64(n+1))},
		{Split: run.Validation, Name: "nll", Value: run.Number(1 / float64(n))},
	}}
}

// fakeResult depends on nothing but the configuration.
func fakeResult(c run.Config) run.Result {
	var digits uint64
	for _, d := range string(c.Key()[:8]) {
		digits = digits<<4 | uint64(strings.IndexRune("0123456789abcdef", d))
	}
	chance := float64(digits) / math.MaxUint32
	accuracy, ece := 0.8+chance/10, 0.02+chance/20
	surplus := float64(len(drift(c.Text("loss.name"), "1"))) / 1024
	result := run.Result{Seconds: 1 + chance}
	for _, split := range []run.Split{run.Validation, run.Test} {
		for _, calibration := range []run.Calibration{run.Uncalibrated, run.TemperatureScale} {
			values := map[string]float64{"accuracy": accuracy, "error": 1 - accuracy, "nll": 1 - accuracy + ece + surplus, "brier": 2 * (1 - accuracy), "ece": ece, "mean_confidence": accuracy + ece}
			if calibration == run.TemperatureScale {
				values["temperature"] = 1 + ece*10
				values["ece"] = ece / 2
			}
			for _, name := range run.MetricNames {
				if value, ok := values[name]; ok {
					result.Metrics = append(result.Metrics, run.Metric{Split: split, Calibration: calibration, Name: name, Value: run.Number(value)})
				}
			}
			result.Reliability = append(result.Reliability, run.Reliability{Split: split, Calibration: calibration, Bins: fakeBins(values["ece"])})
			result.Histograms = append(result.Histograms, fakeHistograms(split, calibration, values["ece"])...)
		}
	}
	return result
}

// fakeHistograms spread wrong predictions over more entropy than right ones, and both over more at a smaller gap.
func fakeHistograms(split run.Split, calibration run.Calibration, gap float64) []run.Histogram {
	of := run.Histogram{Split: split, Calibration: calibration, Quantity: run.Entropy, Upper: math.Log(10)}
	right, wrong := of, of
	right.Outcome, wrong.Outcome = run.Right, run.Wrong
	for i := range 20 {
		right.Counts = append(right.Counts, math.Floor(900*math.Exp(-float64(i)*(1+10*gap))))
		wrong.Counts = append(wrong.Counts, float64(10+i%7))
	}
	return []run.Histogram{right, wrong}
}

func fakeBins(gap float64) []run.Bin {
	bins := make([]run.Bin, 15)
	for i := range bins {
		lower, upper := float64(i)/15, float64(i+1)/15
		bins[i] = run.Bin{Lower: lower, Upper: upper, Count: 10 * (i + 1), Confidence: (lower + upper) / 2, Accuracy: max(0, (lower+upper)/2-gap)}
	}
	return bins
}
