package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// A bench measures in turn.
type bench struct {
	rounds       int
	seconds      float64
	python, data string
}

func (b bench) all() error {
	if _, err := os.Stat("bench/pytorch.py"); err != nil {
		return errors.New("is to be started in the folder of the repository")
	}
	if err := exec.Command(b.python, "-c", "import torch").Run(); err != nil {
		return fmt.Errorf("%s cannot import torch: apt-get install python3-torch, or name another with -python", b.python)
	}
	fmt.Println("| model | loss | experiment (µs) | PyTorch (µs) | ratio |")
	fmt.Println("| --- | --- | ---: | ---: | ---: |")
	for _, m := range subjects() {
		for _, loss := range []string{"cross_entropy", "focal"} {
			if err := b.step(m, loss); err != nil {
				return err
			}
		}
	}
	return nil
}

// step prints a row of the table of steps.
func (b bench) step(m subject, loss string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	seconds := fmt.Sprint(b.seconds)
	var own, peer []float64
	for range b.rounds {
		for _, c := range []struct {
			times   *[]float64
			command []string
		}{
			{&own, []string{self, "step", m.name, loss, "1", seconds}},
			{&peer, []string{b.python, "bench/pytorch.py", "step", m.name, loss, seconds}},
		} {
			var measured measurement
			if err := answer(&measured, c.command...); err != nil {
				return err
			}
			*c.times = append(*c.times, measured.Microseconds)
		}
	}
	fmt.Printf("| %s | %s | %.1f | %.1f | %.2f |\n", m.name, loss, median(own), median(peer), median(peer)/median(own))
	return nil
}

// answer runs a command on one thread and reads the JSON that it prints.
func answer(into any, command ...string) error {
	c := exec.Command(command[0], command[1:]...)
	c.Env = append(os.Environ(), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1")
	c.Stderr = os.Stderr
	output, err := c.Output()
	if err == nil {
		err = json.Unmarshal(output, into)
	}
	if err != nil {
		return fmt.Errorf("running %s: %w", strings.Join(command, " "), err)
	}
	return nil
}
