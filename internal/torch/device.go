package torch

// #include "native.h"
import "C"

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sugarme/gotch/libtch"
)

// A Device is where tensors lie and are computed. The zero value is the CPU.
type Device int

// CPU is the machine's own processor.
const CPU Device = 0

// cuda is the i-th GPU that CUDA shows to this process, from 0.
func cuda(i int) Device { return Device(i + 1) }

// ParseDevice reads "cpu", "cuda" (the first GPU) or "cuda:1". Whether there is such a GPU is not looked at.
func ParseDevice(text string) (Device, error) {
	kind, index, numbered := strings.Cut(text, ":")
	switch {
	case text == "cpu":
		return CPU, nil
	case text == "cuda":
		return cuda(0), nil
	case kind == "cuda" && numbered:
		if i, err := strconv.ParseUint(index, 10, 7); err == nil && strconv.Itoa(int(i)) == index {
			return cuda(int(i)), nil
		}
	}
	return CPU, fmt.Errorf("parsing device: %q is not cpu, cuda or cuda:N with N from 0 to 127", text)
}

// String is the name that [ParseDevice] reads.
func (d Device) String() string {
	if d == CPU {
		return "cpu"
	}
	return "cuda:" + strconv.Itoa(d.index())
}

// index is libtorch's number: -1 for the CPU.
func (d Device) index() int { return int(d) - 1 }

func (d Device) c() int32 { return int32(d.index()) }

// cudaDevices counts the GPUs that libtorch can use; 0 where it was built without CUDA.
func cudaDevices() int { return int(libtch.AtcCudaDeviceCount()) }

// DeviceName is what the driver calls a GPU, "NVIDIA H100 80GB HBM3"; empty for the CPU, and where it cannot be asked.
func DeviceName(d Device) string {
	if d == CPU {
		return ""
	}
	return takeText(C.experiment_cuda_name(C.int(d.index())))
}

// DeviceMemory is how many bytes of a GPU are in use, by all processes on it; 0 for the CPU, and where it cannot be
// asked, as outside [Do]. libtorch keeps what it took for the next tensors, so that a process alone on its GPU has its own
// peak here.
func DeviceMemory(d Device) int64 {
	if d == CPU {
		return 0
	}
	return int64(C.experiment_cuda_memory())
}
