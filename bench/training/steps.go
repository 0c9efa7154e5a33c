package main

import (
	"fmt"
	"slices"
	"strconv"
)

// A contender is a way to make steps.
type contender struct {
	environment []string
	command     []string
}

// steps prints a table of what a step takes, and of what one of 16 models takes that are trained in lockstep.
func (b bench) steps() error {
	fmt.Println("A training step, microseconds, one thread, batch 128, SGD with momentum. \"Kept\" is PyTorch with memory kept by glibc (" + keptMemory[0] + " ...).")
	fmt.Println()
	fmt.Println("| model | loss | experiment | PyTorch | kept | ratio | ratio to kept | memory (MB) | of PyTorch |")
	fmt.Println("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
	for _, m := range subjects() {
		for _, loss := range []string{"cross_entropy", "focal"} {
			if err := b.stepRow(m.name, loss, 1); err != nil {
				return err
			}
		}
	}
	return b.stepRow("small", "cross_entropy", 16)
}

func (b bench) stepRow(model, loss string, replicas int) error {
	seconds := fmt.Sprint(b.seconds)
	peer := []string{b.python, "bench/pytorch.py", "step", model, loss, seconds, b.device}
	contenders := []contender{
		{oneThread, b.itself("step", model, loss, strconv.Itoa(replicas), seconds)},
		{oneThread, peer},
		{slices.Concat(oneThread, keptMemory), peer},
	}
	times, memory := make([][]float64, len(contenders)), make([][]float64, len(contenders))
	for range b.rounds {
		for i, c := range contenders {
			var m measurement
			if err := answer(&m, c.environment, c.command...); err != nil {
				return err
			}
			times[i], memory[i] = append(times[i], m.Microseconds), append(memory[i], m.Megabytes)
		}
	}
	name := model
	if replicas > 1 {
		name = fmt.Sprintf("%s, each of %d", model, replicas)
	}
	own, plain, kept := median(times[0]), median(times[1]), median(times[2])
	fmt.Printf("| %s | %s | %.4g | %.4g | %.4g | %.2f | %.2f | %.0f | %.0f |\n",
		name, loss, own, plain, kept, plain/own, kept/own, median(memory[0]), median(memory[1]))
	return nil
}
