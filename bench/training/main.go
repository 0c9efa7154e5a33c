// Training times the training of experiment against bench/pytorch.py, a plain script that does the same work with Debian's
// python3-torch, which is the same libtorch. Both are started in turn, each by itself, several times; the table has medians
// and the ratio of the medians, which is above 1 where experiment is faster.
//
//	make build
//	go run ./bench/training [-rounds 5] [-seconds 2] [-device cuda [-graph] [-deterministic=false]]
//
// With the argument lockstep it times training more and more replicas of networks of several sizes in lockstep, by itself.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	if err := execute(); err != nil {
		fmt.Fprintln(os.Stderr, "training:", err)
		os.Exit(1)
	}
}

func execute() error {
	b := bench{}
	flag.IntVar(&b.rounds, "rounds", 5, "how often everything is measured")
	flag.Float64Var(&b.seconds, "seconds", 2, "how long steps are repeated in a round")
	flag.StringVar(&b.python, "python", "/usr/bin/python3", "an interpreter with PyTorch")
	flag.StringVar(&b.data, "data", os.Getenv("EXPERIMENT_DATA"), "the folder of the data sets; without, no sweep is trained")
	flag.StringVar(&b.device, "device", "cpu", "where to train: cpu, cuda or cuda:1")
	flag.BoolVar(&b.graph, "graph", false, "steps of experiment are recorded as a CUDA graph, as with run --cuda-graph")
	flag.BoolVar(&b.deterministic, "deterministic", true, "steps of experiment use only algorithms that give the same bits every time, as in run")
	flag.Parse()
	on, err := b.machine()
	if err != nil {
		return err
	}
	switch flag.Arg(0) { // what measuring starts, in processes of their own
	case "step":
		return printStep(on, flag.Args()[1:])
	case "lockstep":
		return lockstep(on, b.rounds, b.seconds)
	case "product":
		speed, err := product()
		if err != nil {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(map[string]float64{"speed": speed})
	case "start":
		measured, err := measureStart(on, b.data)
		if err != nil {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(measured)
	}
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	return b.all()
}

// printStep measures one step in this process: MODEL LOSS REPLICAS SECONDS.
func printStep(on machine, arguments []string) error {
	replicas, err := strconv.Atoi(arguments[2])
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseFloat(arguments[3], 64)
	if err != nil {
		return err
	}
	m, err := step(on, arguments[0], arguments[1], replicas, time.Duration(seconds*float64(time.Second)))
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(m)
}
