package main

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"
)

// jobsWanted is how many runs are to be trained at a time.
type jobsWanted struct {
	number  int // 0 is auto
	threads int // of each
}

func readJobs(c *cli.Context) (jobsWanted, error) {
	wanted := jobsWanted{threads: c.Int("threads")}
	if wanted.threads < 1 {
		return jobsWanted{}, usageFailure(fmt.Errorf("reading --threads: %d is below 1", wanted.threads), helpHint(c.Command.Name))
	}
	var err error
	wanted.number, err = readJobsNumber(c)
	return wanted, err
}

// readJobsNumber reads --jobs, 0 for auto.
func readJobsNumber(c *cli.Context) (int, error) {
	word := c.String("jobs")
	if word == "" || word == "auto" {
		return 0, nil
	}
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 {
		return 0, usageFailure(fmt.Errorf("reading --jobs: %q is neither auto nor a number above 0", word), helpHint(c.Command.Name))
	}
	return n, nil
}

// of returns how many of so many runs to train at a time on so many GPUs, 0 for the CPU: with auto as
// many as there are GPUs, or as the cores have room for.
func (w jobsWanted) of(runs, gpus int) int {
	jobs := w.number
	switch {
	case jobs > 0:
	case gpus > 0:
		jobs = gpus
	default:
		jobs = runtime.GOMAXPROCS(0) / w.threads
	}
	return max(1, min(jobs, runs))
}

// chooseDevices returns the devices that --device means on a machine with so many GPUs.
func chooseDevices(word string, gpus int) ([]string, error) {
	numbers, isCUDA := strings.CutPrefix(word, "cuda")
	switch {
	case word == "cpu", (word == "" || word == "auto") && gpus == 0:
		return []string{"cpu"}, nil
	case word == "", word == "auto", word == "cuda":
		if gpus == 0 {
			return nil, machineFailure(fmt.Errorf("choosing a device: there is no CUDA device that libtorch can use"), "--device cpu trains on the CPU; experiment doctor says what is there")
		}
		devices := make([]string, gpus)
		for i := range devices {
			devices[i] = fmt.Sprintf("cuda:%d", i)
		}
		return devices, nil
	case !isCUDA || !strings.HasPrefix(numbers, ":"):
		return nil, usageFailure(fmt.Errorf("reading --device: there is no device %q", word), suggestion(word, []string{"auto", "cpu", "cuda"}, "devices: auto, cpu, cuda, cuda:0,1"))
	}
	var devices []string
	for number := range strings.SplitSeq(numbers[1:], ",") {
		n, err := strconv.Atoi(number)
		if err != nil || n < 0 {
			return nil, usageFailure(fmt.Errorf("reading --device: %q is no number of a device", number), "devices: auto, cpu, cuda, cuda:0,1")
		}
		if n >= gpus {
			return nil, machineFailure(fmt.Errorf("choosing a device: there is no cuda:%d, libtorch sees %s", n, plural(gpus, "CUDA device", "CUDA devices")), "experiment doctor says what is there")
		}
		devices = append(devices, fmt.Sprintf("cuda:%d", n))
	}
	return devices, nil
}
