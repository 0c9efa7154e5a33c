package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"experiment/internal/torch"
)

// A bench measures in turn.
type bench struct {
	rounds       int
	seconds      float64
	python, data string
	self         string // path of this program

	device        string
	deterministic bool
	graph         bool
}

func (b bench) machine() (machine, error) {
	device, err := torch.ParseDevice(b.device)
	return machine{device: device, deterministic: b.deterministic, graph: b.graph}, err
}

// itself is this program with its settings, to measure one thing.
func (b bench) itself(what ...string) []string {
	return append([]string{b.self, "-data", b.data, "-device", b.device, fmt.Sprint("-deterministic=", b.deterministic), fmt.Sprint("-graph=", b.graph)}, what...)
}

func (b bench) all() error {
	if _, err := os.Stat("bench/pytorch.py"); err != nil {
		return errors.New("is to be started in the folder of the repository")
	}
	if err := exec.Command(b.python, "-c", "import torch").Run(); err != nil {
		return fmt.Errorf("%s cannot import torch: apt-get install python3-torch, or name another with -python", b.python)
	}
	fmt.Printf("%d processors, %s/%s; medians of %d; load at the start: %s\n\n", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, b.rounds, load())
	if err := b.steps(); err != nil {
		return err
	}
	if err := b.limit(); err != nil {
		return err
	}
	if b.data == "" {
		fmt.Println("\nNo sweep was trained: -data or EXPERIMENT_DATA say where mnist lies.")
		return nil
	}
	if err := b.starts(); err != nil {
		return err
	}
	return b.sweeps()
}

// load is how many processes wanted the processors, on average over 1, 5 and 15 minutes, where Linux tells it.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	words := strings.Fields(string(text))
	if err != nil || len(words) < 3 {
		return "unknown"
	}
	return strings.Join(words[:3], ", ")
}

// oneThread is the environment of everything that may use one core.
var oneThread = []string{"OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1"}

// keptMemory makes glibc keep memory that was freed, as a worker does: a user who knows of this sets it for PyTorch too.
var keptMemory = []string{"MALLOC_MMAP_THRESHOLD_=33554432", "MALLOC_TRIM_THRESHOLD_=2147483647", "MALLOC_TOP_PAD_=67108864"}

// answer runs a command with more environment and reads the JSON that it prints.
func answer(into any, environment []string, command ...string) error {
	c := exec.Command(command[0], command[1:]...)
	c.Env = append(os.Environ(), environment...)
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
