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

// CUDA is the i-th GPU that CUDA shows to this process, from 0.
func CUDA(i int) Device { return Device(i + 1) }

// ParseDevice reads "cpu", "cuda" (the first GPU) or "cuda:1". Whether there is such a GPU is not looked at.
func ParseDevice(text string) (Device, error) {
	kind, index, numbered := strings.Cut(text, ":")
	switch {
	case text == "cpu":
		return CPU, nil
	case text == "cuda":
		return CUDA(0), nil
	case kind == "cuda" && numbered:
		if i, err := strconv.ParseUint(index, 10, 7); err == nil && strconv.Itoa(int(i)) == index {
			return CUDA(int(i)), nil
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

// IsCUDA tells a GPU from the CPU.
func (d Device) IsCUDA() bool { return d != CPU }

// index is libtorch's number: -1 for the CPU.
func (d Device) index() int { return int(d) - 1 }

func (d Device) c() int32 { return int32(d.index()) }

// CUDADevices counts the GPUs that libtorch can use; 0 where it was built without CUDA.
func CUDADevices() int { return int(libtch.AtcCudaDeviceCount()) }

// Memory is what libtorch holds of a GPU's memory, in bytes.
type Memory struct {
	Allocated, Peak int64 // by tensors: now, and at most so far
	Reserved        int64 // from the driver, now
}

// CUDAMemory reports on a GPU; all zero for the CPU and where this program was built without CUDA.
func CUDAMemory(d Device) (Memory, error) {
	var allocated, peak, reserved C.int64_t
	if !d.IsCUDA() {
		return Memory{}, nil
	}
	if message := takeText(C.experiment_cuda_memory(C.int(d.index()), &allocated, &peak, &reserved)); message != "" {
		return Memory{}, newError("memory of "+d.String(), message)
	}
	return Memory{Allocated: int64(allocated), Peak: int64(peak), Reserved: int64(reserved)}, nil
}
