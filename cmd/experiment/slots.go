package main

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"experiment/internal/machine"
)

// jobsWanted is how many runs are to be trained at a time.
type jobsWanted struct {
	number  int // 0 is auto
	threads int // of each
	perGPU  int // at most on each GPU
}

// room is what there is for workers.
type room struct {
	cores  int
	gpus   int   // 0 to train on the cores
	memory int64 // available bytes, 0 where that is not known

	// each returns the bytes that each of so many workers needs. Where there are fewer it may need more, never less.
	each func(jobs int) int64
}

// roomHere returns the room of this machine for workers that need so many bytes each.
func roomHere(gpus int, each func(jobs int) int64) room {
	return room{cores: runtime.GOMAXPROCS(0), gpus: gpus, memory: machine.AvailableMemory(), each: each}
}

func readJobs(c *cli.Context) (jobsWanted, error) {
	wanted := jobsWanted{threads: c.Int("threads"), perGPU: c.Int("jobs-per-gpu")}
	if wanted.perGPU < 0 || c.IsSet("jobs-per-gpu") && wanted.perGPU == 0 {
		return jobsWanted{}, usageFailure(fmt.Errorf("reading --jobs-per-gpu: %d is below 1", wanted.perGPU), helpHint(c.Command.Name))
	}
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

// of returns how many of so many runs to train at a time. With auto it is as many as the GPUs or the cores have room for,
// and no more than there is memory for; a number that was asked for is bounded by the GPUs only.
func (w jobsWanted) of(runs int, in room) int {
	jobs := w.number
	if jobs == 0 {
		jobs = in.cores / w.threads
		if in.gpus > 0 {
			jobs = in.gpus * max(w.perGPU, 1)
		}
		jobs = min(jobs, runs)
		for in.memory > 0 && jobs > 1 {
			each := in.each(jobs)
			if int64(jobs)*each <= in.memory {
				break
			}
			jobs = int(in.memory / each)
		}
	}
	if in.gpus > 0 && w.perGPU > 0 {
		jobs = min(jobs, in.gpus*w.perGPU)
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
