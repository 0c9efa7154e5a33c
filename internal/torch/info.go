package torch

// #include "native.h"
import "C"

import "strings"

// An Info says what libtorch computes with.
type Info struct {
	Version     string // of libtorch: "2.6.0"
	Threads     int    // of one operation on the CPU
	CUDADevices int
	BLAS        BLAS
	Parallel    string // libtorch's own account of its threads, several lines
}

// A BLAS is the library behind products on the CPU.
type BLAS struct {
	Name    string // "OpenBLAS", "MKL", "reference" or "unknown"
	Library string // path of the file it was loaded from
	Config  string // OpenBLAS's version and how it was built
	Core    string // the processor OpenBLAS chose its kernels for: "SkylakeX"
	Threads int    // OpenBLAS's own; 0 for others
}

// Slow is whether products run on the reference BLAS, tens of times slower than OpenBLAS.
func (b BLAS) Slow() bool { return b.Name == "reference" }

// ReadInfo asks libtorch and the BLAS it was loaded with.
func ReadInfo() Info {
	return Info{
		Version:     C.GoString(C.experiment_version()),
		Threads:     int(C.experiment_threads()),
		CUDADevices: cudaDevices(),
		BLAS:        readBLAS(),
		Parallel:    strings.TrimSpace(takeText(C.experiment_parallel_info())),
	}
}

func readBLAS() BLAS {
	b := BLAS{
		Library: takeText(C.experiment_blas_library()),
		Config:  strings.TrimSpace(takeText(C.experiment_openblas_config())),
		Core:    takeText(C.experiment_openblas_core()),
		Threads: int(C.experiment_openblas_threads()),
	}
	b.Name = blasName(b.Config != "" || b.Core != "", C.experiment_has_mkl() != 0, b.Library)
	return b
}

// blasName tells the libraries apart. Distributions install the reference BLAS as .../blas/libblas.so.3.
func blasName(openBLAS, mkl bool, library string) string {
	switch {
	case openBLAS:
		return "OpenBLAS"
	case mkl:
		return "MKL"
	case strings.Contains(library, "/blas/libblas"):
		return "reference"
	}
	return "unknown"
}
