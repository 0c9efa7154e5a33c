package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// runsOfSweep is how many runs bench/training/sweep.yaml has.
const runsOfSweep = 16

// sweeps prints what the sweep of 16 CNN runs takes.
func (b bench) sweeps() error {
	var own, sequence, pair []float64
	for range b.rounds {
		for _, c := range []struct {
			times *[]float64
			train func() error
		}{
			{&own, b.ownSweep},
			{&sequence, func() error { return b.scripts(nil, 1) }},
			{&pair, func() error { return b.scripts(oneThread, 2) }},
		} {
			begin := time.Now()
			if err := c.train(); err != nil {
				return err
			}
			*c.times = append(*c.times, time.Since(begin).Seconds())
		}
	}
	fmt.Printf("\nThe sweep bench/training/sweep.yaml of %d runs of the CNN on MNIST, seconds from start to end of the command.\n\n", runsOfSweep)
	fmt.Println("| experiment, --jobs 2 | script, in sequence | ratio | two scripts side by side, one thread each | ratio |")
	fmt.Println("| ---: | ---: | ---: | ---: | ---: |")
	fmt.Printf("| %.1f | %.1f | %.2f | %.1f | %.2f |\n", median(own), median(sequence), median(sequence)/median(own), median(pair), median(pair)/median(own))
	return nil
}

func (b bench) ownSweep() (err error) {
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	return silently(nil, "bin/experiment", "run", "bench/training/sweep.yaml", "--jobs", "2", "--quiet",
		"--db", filepath.Join(folder, "bench.db"), "--data-dir", b.data, "--device", b.device, fmt.Sprint("--cuda-graph=", b.graph))
}

// scripts trains the sweep with so many processes, each with its share of the runs.
func (b bench) scripts(environment []string, processes int) error {
	results := make(chan error, processes)
	for i := range processes {
		first, last := i*runsOfSweep/processes, (i+1)*runsOfSweep/processes
		go func() {
			results <- silently(environment, b.python, "bench/pytorch.py", "sweep", filepath.Join(b.data, "mnist"), strconv.Itoa(first), strconv.Itoa(last), b.device)
		}()
	}
	var err error
	for range processes {
		err = errors.Join(err, <-results)
	}
	return err
}

func silently(environment []string, command ...string) error {
	c := exec.Command(command[0], command[1:]...)
	c.Env = append(os.Environ(), environment...)
	c.Stderr = os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("running %s: %w", command[0], err)
	}
	return nil
}
