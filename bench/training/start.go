package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"experiment/internal/run"
	"experiment/internal/sweep"
	"experiment/pipelines/classification"
)

// starts prints how long runs of the sweep take to their first step.
func (b bench) starts() error {
	var cold, warm []float64
	for range b.rounds {
		var s start
		if err := answer(&s, oneThread, b.itself("start")...); err != nil {
			return err
		}
		cold, warm = append(cold, s.Cold), append(warm, s.Warm)
	}
	fmt.Printf("\nFrom when a worker is given a run of that sweep to its first step: %.0f ms where it must read the data set, %.0f ms for the next run.\n",
		median(cold), median(warm))
	return nil
}

// A start is milliseconds to the first step of the first and of the second run of a process.
type start struct {
	Cold float64 `json:"cold"`
	Warm float64 `json:"warm"`
}

func measureStart(on machine, data string) (start, error) {
	if err := prepare(on); err != nil {
		return start{}, err
	}
	source, err := os.ReadFile("bench/training/sweep.yaml")
	if err != nil {
		return start{}, err
	}
	s, err := sweep.Parse("bench/training/sweep.yaml", source)
	if err != nil {
		return start{}, err
	}
	trainer := classification.Trainer{Device: on.device, DataDir: data}
	cold, err := toFirstStep(&trainer, s.Runs[0].Config)
	if err != nil {
		return start{}, err
	}
	warm, err := toFirstStep(&trainer, s.Runs[1].Config)
	return start{cold, warm}, err
}

// toFirstStep begins to train a run and ends before its first step, after so many milliseconds.
func toFirstStep(trainer *classification.Trainer, config run.Config) (float64, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	began := time.Now()
	w := &watch{reached: cancel}
	trainer.Keeper = w
	_, err := trainer.Run(ctx, []run.Config{config}, w)
	if !errors.Is(err, context.Canceled) {
		return 0, fmt.Errorf("training to the first step: %w", err)
	}
	return w.at.Sub(began).Seconds() * 1e3, nil
}

// A watch notes when the first step is due, and keeps nothing.
type watch struct {
	at      time.Time
	reached func()
}

func (w *watch) Epoch(int, run.Epoch) error                 { return nil }
func (w *watch) Diverged(int, error) error                  { return nil }
func (w *watch) Note(string)                                {}
func (w *watch) Load(string) []classification.State         { return nil }
func (w *watch) Resume([]classification.State, error) error { return nil }
func (w *watch) Keep([]classification.State)                {}
func (w *watch) Due() bool {
	if w.at.IsZero() {
		w.at = time.Now()
		w.reached()
	}
	return false
}
