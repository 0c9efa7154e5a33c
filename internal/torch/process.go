package torch

// #include "native.h"
import "C"

import "fmt"

// Settings of the whole process, made before the first [Do].

// SetThreads sets on how many threads libtorch and OpenBLAS compute one operation. An OS thread that has computed
// already keeps its number, unless it is the calling one.
func SetThreads(n int) error {
	if n < 1 {
		return fmt.Errorf("setting threads: %d is less than 1", n)
	}
	return setting("threads", C.experiment_set_threads(C.int(n)))
}

// ReuseMemory makes the C library keep the memory of freed tensors for the next ones. It otherwise gives large blocks
// back to the system, and each step of training waits for as many pages to be mapped and zeroed again: the
// convolutional network's step takes about half the time with it. It reports whether the C library can.
func ReuseMemory() bool { return C.experiment_reuse_memory() != 0 }

// TrimMemory gives memory that is kept and not in use back to the system, where the C library can.
func TrimMemory() { C.experiment_trim_memory() }

// SetDeterministic makes libtorch choose algorithms that give the same bits on every repetition, and fail where it has
// none. On CUDA the environment variable CUBLAS_WORKSPACE_CONFIG must be set as well, to ":4096:8".
func SetDeterministic(on bool) error {
	return setting("deterministic algorithms", C.experiment_set_deterministic(cBool(on)))
}

// SetTF32 allows products and convolutions on CUDA to round their factors to 10 bits of mantissa. Without this call
// libtorch does so for convolutions only.
func SetTF32(allowed bool) error {
	return setting("tf32", C.experiment_set_tf32(cBool(allowed)))
}

func setting(what string, message *C.char) error {
	if text := takeText(message); text != "" {
		return fmt.Errorf("setting %s: %w", what, newError(what, text))
	}
	return nil
}
