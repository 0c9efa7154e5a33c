package torch

// #include "native.h"
import "C"

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// An Info says what libtorch computes with.
type Info struct {
	Version     string // of libtorch: "2.6.0"
	Build       string // tells builds of one version apart: the build id of libtorch_cpu.so, or a hash of Config
	Capability  string // of the CPU kernels in use: "AVX2"
	Config      string // libtorch's own account of how it was built, several lines
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
	config := strings.TrimSpace(takeText(C.experiment_config()))
	build := takeText(C.experiment_build_id())
	if build == "" {
		build = hashConfig(config)
	}
	return Info{
		Version:     C.GoString(C.experiment_version()),
		Build:       build,
		Capability:  capability(config),
		Config:      config,
		Threads:     int(C.experiment_threads()),
		CUDADevices: cudaDevices(),
		BLAS:        readBLAS(),
		Parallel:    strings.TrimSpace(takeText(C.experiment_parallel_info())),
	}
}

// capabilityLine starts the line of libtorch's account that says which of its kernels the processor can run.
const capabilityLine = "CPU capability usage: "

func capability(config string) string {
	for line := range strings.Lines(config) {
		if _, value, found := strings.Cut(line, capabilityLine); found {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// hashConfig returns a hash of what the account says of the build, and not of the processor: 40 hexadecimal
// digits, as a build id has.
func hashConfig(config string) string {
	hash := sha256.New()
	for line := range strings.Lines(config) {
		if !strings.Contains(line, capabilityLine) {
			hash.Write([]byte(strings.TrimSpace(line) + "\n"))
		}
	}
	return hex.EncodeToString(hash.Sum(nil)[:20])
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
