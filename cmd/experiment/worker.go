package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"experiment/internal/run"
)

// workerName is the program beside this one that trains.
const workerName = "experiment-worker"

// factsTime is how long a worker may take to load its libraries and say what it computes with.
const factsTime = 2 * time.Minute

// facts is what a worker says it computes with.
type facts struct {
	Provenance    run.Provenance `json:"provenance"`
	CUDADevices   int            `json:"cuda_devices"`
	BLASReference bool           `json:"blas_reference"` // the slow one
	BLASLibrary   string         `json:"blas_library"`   // path
}

// buildHint says where a worker comes from.
const buildHint = "make build, in the source folder of experiment, builds both programs into bin"

// libtorchHint says how libtorch gets onto a machine.
const libtorchHint = "make setup, in the source folder of experiment, finds or installs libtorch; make build then binds it"

// findWorker returns the path of the worker: beside the program as it was called, or beside the file that
// this is a link to.
func findWorker() (string, error) {
	program, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding the worker: %w", err)
	}
	folders := []string{filepath.Dir(program)}
	if resolved, err := filepath.EvalSymlinks(program); err == nil {
		folders = append(folders, filepath.Dir(resolved))
	}
	for _, folder := range folders {
		path := filepath.Join(folder, workerName)
		info, err := os.Stat(path)
		if err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path, nil
		}
	}
	return "", machineFailure(fmt.Errorf("finding the worker: there is no program %s in %s", workerName, folders[0]), buildHint)
}

// askWorker starts the worker and returns what it computes with.
func askWorker(ctx context.Context, path string) (facts, error) {
	ctx, cancel := context.WithTimeout(ctx, factsTime)
	defer cancel()
	var out, complaint bytes.Buffer
	command := exec.CommandContext(ctx, path, "--facts")
	command.Stdout, command.Stderr = &out, &complaint
	if err := command.Run(); err != nil {
		return facts{}, machineFailure(workerError(path, complaint.String(), err), workerHint(complaint.String(), err))
	}
	var f facts
	if err := json.Unmarshal(out.Bytes(), &f); err != nil {
		return facts{}, machineFailure(fmt.Errorf("asking the worker %s: reading its answer: %w", path, err), buildHint)
	}
	return f, nil
}

// workerError puts what the worker, or the dynamic loader in its place, printed before the exit status.
func workerError(path, complaint string, err error) error {
	if message := strings.TrimSpace(complaint); message != "" {
		return fmt.Errorf("starting the worker: %s (%w)", message, err)
	}
	return fmt.Errorf("starting the worker %s: %w", path, err)
}

// workerHint says what to do about a worker that does not start.
func workerHint(complaint string, err error) string {
	switch {
	case strings.Contains(complaint, "shared libraries"), strings.Contains(complaint, "symbol lookup"):
		return libtorchHint
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return buildHint
	}
	return "experiment doctor says what is wrong"
}
