package setup

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// BLAS is the library that multiplies matrices for libtorch on a CPU.
type BLAS struct {
	Name string // "OpenBLAS", "MKL", "reference BLAS", ...
	Path string // where the system's one lies; empty where libtorch brings its own
	Slow bool   // whether it is the reference implementation, tens of times slower than the others
}

// findBLAS says which BLAS the libtorch in the folder library is linked to. A system package takes whatever
// libblas.so.3 points to, which the administrator can choose.
func findBLAS(machine *Machine, library string) (BLAS, error) {
	needed, err := neededLibraries(filepath.Join(library, "libtorch_cpu.so"))
	if err != nil {
		return BLAS{}, err
	}
	for _, name := range needed {
		switch {
		case strings.HasPrefix(name, "libblas.so"):
			return systemBLAS(machine, name)
		case strings.HasPrefix(name, "libopenblas"):
			return BLAS{Name: "OpenBLAS"}, nil
		case strings.HasPrefix(name, "libmkl"):
			return BLAS{Name: "MKL"}, nil
		}
	}
	return BLAS{Name: "its own"}, nil
}

// systemBLAS follows the links from libblas.so.3 to the implementation chosen.
func systemBLAS(machine *Machine, name string) (BLAS, error) {
	for _, folder := range []string{filepath.Join("/usr/lib", triplet(runtime.GOARCH)), "/usr/lib64", "/usr/lib"} {
		link := machine.path(filepath.Join(folder, name))
		if _, err := os.Lstat(link); err != nil {
			continue
		}
		target, err := filepath.EvalSymlinks(link)
		if err != nil {
			return BLAS{}, err
		}
		return nameBLAS(target), nil
	}
	return BLAS{Name: "unknown"}, nil
}

// nameBLAS names the implementation in a file of Debian's, whose folder tells it: .../openblas-pthread/libblas.so.3.
func nameBLAS(path string) BLAS {
	kind := filepath.Base(filepath.Dir(path))
	switch {
	case strings.Contains(path, "openblas"):
		if _, threads, found := strings.Cut(kind, "openblas-"); found {
			return BLAS{Name: "OpenBLAS (" + threads + ")", Path: path}
		}
		return BLAS{Name: "OpenBLAS", Path: path}
	case strings.Contains(path, "mkl"):
		return BLAS{Name: "MKL", Path: path}
	case strings.Contains(path, "blis"):
		return BLAS{Name: "BLIS", Path: path}
	case strings.Contains(path, "atlas"):
		return BLAS{Name: "ATLAS", Path: path}
	case kind == "blas":
		return BLAS{Name: "reference BLAS", Path: path, Slow: true}
	}
	return BLAS{Name: "unknown", Path: path}
}
