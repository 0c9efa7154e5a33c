package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"experiment/internal/run"
	"experiment/internal/store"
	"experiment/pipelines/dataset"
)

// checkWorker looks for the worker, starts it, and judges what it computes with.
func checkWorker(ctx context.Context) []finding {
	path, err := findWorker()
	if err != nil {
		return []finding{
			broken("worker", err),
			{"libtorch", warning, "not known without the worker", libtorchHint},
		}
	}
	found := []finding{{check: "worker", verdict: good, text: path}}
	f, err := askWorker(ctx, path)
	if err != nil {
		return append(found, broken("libtorch", err))
	}
	if own := sourceCommit(); f.Provenance.Commit != own && own != unknownCommit {
		found[0] = finding{"worker", warning, path + " was built from commit " + f.Provenance.Commit + ", and this program from " + own, "make build"}
	}
	return append(found,
		finding{check: "libtorch", verdict: good, text: f.Provenance.Libtorch},
		checkBLAS(f), checkCores(f.Provenance), checkCUDA(f))
}

func broken(check string, err error) finding {
	f := classify(err)
	return finding{check, wrong, f.Error(), f.hint}
}

func checkBLAS(f facts) finding {
	text := firstOf(f.Provenance.BLAS, "unknown")
	if f.BLASLibrary != "" {
		text += " (" + f.BLASLibrary + ")"
	}
	if f.BLASReference {
		return finding{"BLAS", warning, text + " is the reference one, tens of times slower than others", "apt install libopenblas0-pthread"}
	}
	return finding{check: "BLAS", verdict: good, text: text}
}

func checkCores(v run.Provenance) finding {
	text := firstOf(v.BLASCore, "unknown")
	if forced := v.Environment["OPENBLAS_CORETYPE"]; forced != "" {
		return finding{"kernels", warning, text + ", because OPENBLAS_CORETYPE is " + forced + ": it may be slower, and changes the last digits of results",
			"unset OPENBLAS_CORETYPE, unless results of another machine are to be repeated"}
	}
	return finding{check: "kernels", verdict: good, text: text + ", chosen by BLAS for this processor"}
}

func checkCUDA(f facts) finding {
	switch {
	case f.CUDADevices > 0:
		return finding{check: "CUDA", verdict: good, text: plural(f.CUDADevices, "device", "devices") + ", driver " + firstOf(f.Provenance.Driver, "unknown")}
	case f.Provenance.Driver != "":
		return finding{"CUDA", warning, "there is a driver, and libtorch sees no device", "make setup with LIBTORCH naming a libtorch for CUDA, and make build"}
	}
	return finding{check: "CUDA", verdict: good, text: "no device: runs train on the CPU"}
}

// checkThreads says how many workers fit onto the processor.
func checkThreads(getenv func(string) string) finding {
	cores := runtime.GOMAXPROCS(0)
	text := plural(cores, "core", "cores") + ": as many runs at a time, of one thread each"
	if set := getenv("OMP_NUM_THREADS"); set != "" {
		text += "; OMP_NUM_THREADS=" + set + " is not used, --threads is"
	}
	return finding{check: "threads", verdict: good, text: text}
}

func (p *program) checkDatabase(ctx context.Context) finding {
	var health store.Health
	err := p.read(ctx, func(r *store.Reader) (err error) {
		health, err = r.Check(ctx)
		return err
	})
	switch {
	case errors.Is(err, store.ErrMissing):
		if err := writable(filepath.Dir(p.database)); err != nil {
			return finding{"database", wrong, fmt.Sprintf("none yet, and %s cannot be made: %v", p.database, err), "choose a place that can be written with --db PATH"}
		}
		return finding{check: "database", verdict: good, text: p.database + ": none yet, the first run makes it"}
	case err != nil:
		return broken("database", err)
	case len(health.Problems) > 0:
		return finding{"database", wrong, p.database + " is damaged: " + strings.Join(health.Problems, "; "), classifyStore(store.ErrDamaged).hint}
	}
	text := fmt.Sprintf("%s: %s, whole, schema version %d", p.database, plural(health.Runs, "run", "runs"), health.Version)
	if err := errors.Join(access(p.database), access(filepath.Dir(p.database))); err != nil {
		return finding{"database", warning, text + ", and cannot be written", "to train more runs, choose another place with --db PATH"}
	}
	return finding{check: "database", verdict: good, text: text}
}

// writable says whether something can be made in a folder, or in the nearest of its parents that exists.
func writable(folder string) error {
	for {
		err := access(folder)
		parent := filepath.Dir(folder)
		if !errors.Is(err, syscall.ENOENT) || parent == folder {
			return err
		}
		folder = parent
	}
}

// access returns nil where a path exists and can be written.
func access(path string) error {
	const writing = 2
	return syscall.Access(path, writing)
}

// checkData says which data sets are there.
func (p *program) checkData() []finding {
	var found []finding
	for _, known := range dataset.List() {
		found = append(found, p.checkDataSet(known))
	}
	return found
}

// checkDataSet says what there is of a data set, and reads one that is complete. What is not there at all is no error.
func (p *program) checkDataSet(known dataset.Known) finding {
	seen, err := p.look(known)
	if err != nil {
		return broken("data set", err)
	}
	f := finding{check: "data set", verdict: good, text: known.Name + ": " + stateText(seen)}
	switch seen.State {
	case dataset.Missing:
		f.text += ", " + p.fetchCommand(known.Name) + " downloads it"
	case dataset.Partial:
		f.verdict, f.remedy = warning, p.fetchCommand(known.Name)
	case dataset.Complete:
		if err := dataset.Check(p.dataDir, known.Name); err != nil {
			return finding{"data set", wrong, fmt.Sprintf("%s: damaged: %v", known.Name, err), p.fetchCommand(known.Name)}
		}
	}
	return f
}
