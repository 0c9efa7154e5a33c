package main

import (
	"cmp"
	"runtime/debug"

	"experiment/internal/machine"
	"experiment/internal/run"
	"experiment/internal/torch"
)

// workerFacts is what --facts prints.
type workerFacts struct {
	Provenance    run.Provenance `json:"provenance"`
	CUDADevices   int            `json:"cuda_devices"`
	BLASReference bool           `json:"blas_reference"` // the slow one
	BLASLibrary   string         `json:"blas_library"`   // path
}

func facts() workerFacts {
	info := torch.ReadInfo()
	return workerFacts{
		Provenance:    describe(info),
		CUDADevices:   info.CUDADevices,
		BLASReference: info.BLAS.Slow(),
		BLASLibrary:   info.BLAS.Library,
	}
}

// describe is what is known before a run: the machine, the programs and the libraries.
func describe(info torch.Info) run.Provenance {
	p := machine.Describe()
	p.Commit, p.Dirty = commit, dirty
	p.Gotch = gotchVersion()
	p.Libtorch, p.LibtorchBuild, p.CPUCapability = info.Version, info.Build, info.Capability
	p.BLAS = cmp.Or(info.BLAS.Config, info.BLAS.Name) // OpenBLAS's own account begins with its name
	p.BLASCore = info.BLAS.Core
	p.Threads = info.Threads
	return p
}

func gotchVersion() string {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, module := range build.Deps {
		if module.Path == "github.com/sugarme/gotch" {
			return module.Version
		}
	}
	return ""
}
