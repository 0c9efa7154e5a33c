package main

import (
	"fmt"

	"experiment/internal/sweep"
)

// describeSweep returns a sweep of 1,000 configurations with ten seeds. Sweeps of different numbers share no run.
func describeSweep(number int) (sweep.Sweep, error) {
	text := fmt.Sprintf(`name: generated-%d
description: A sweep that was never trained, to measure commands on.
base:
  data:      {name: mnist, train: %d, validation: 2000}
  model:     {name: cnn}
  optimizer: {name: sgd, momentum: 0.9, schedule: {name: cosine, warmup: 1}}
  train:     {epochs: %d, batch: 64}
runs:
  - loss: cross_entropy
  - loss: {name: label_smoothing, epsilon: [0.05, 0.1, 0.2]}
  - loss: {name: focal, gamma: [1, 2, 3]}
  - loss: {name: entropy_regularised, gamma: [0.1, 0.3, 0.5]}
grid:
  model.width: [8, 16, 32, 64]
  optimizer.lr: [0.01, 0.02, 0.05, 0.1, 0.2]
  optimizer.weight_decay: [0, 1e-5, 1e-4, 5e-4, 1e-3]
seeds: 10
`, number, 1000+500*number, epochs)
	s, err := sweep.Parse(fmt.Sprintf("generated-%d.yaml", number), []byte(text))
	if err != nil {
		return sweep.Sweep{}, fmt.Errorf("describing sweep %d: %w", number, err)
	}
	return s, nil
}
