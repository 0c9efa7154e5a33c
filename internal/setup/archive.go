package setup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"experiment/internal/download"
)

// archive is a libtorch to be had from a server.
type archive struct {
	URL    string `json:"url"`
	SHA256 string `json:"sha256"` // in hexadecimal; empty where unknown
}

// originFile, inside an unpacked libtorch, says which archive it came from. It is written before the folder gets its name.
const originFile = "experiment-origin.json"

// findDownload returns the libtorch of an archive, from an earlier download or by downloading it now.
func findDownload(ctx context.Context, machine *Machine, root string, a archive) (Libtorch, error) {
	if strings.HasPrefix(a.URL, officialHost) && !officialSupports(runtime.GOARCH) {
		return Libtorch{}, &MissingError{
			What:   "there is no official libtorch for " + runtime.GOOS + "/" + runtime.GOARCH,
			Remedy: "pip install torch, and LIBTORCH_USE_PYTORCH=1 make setup",
		}
	}
	if folder, ok := downloaded(root, a); ok {
		return inspect(machine, sourceDownload, folder)
	}
	deps := filepath.Join(root, depsFolder)
	file := filepath.Join(deps, "libtorch.zip")
	progress := newProgress(machine, "downloading libtorch from "+a.URL)
	wanted := download.File{URLs: []string{a.URL}, Path: file, Progress: progress.update, Failed: progress.failed}
	if a.SHA256 != "" {
		wanted.Check = download.SHA256(a.SHA256)
	}
	received, err := wanted.Fetch(ctx)
	progress.finish()
	if err != nil {
		return Libtorch{}, fmt.Errorf("downloading libtorch: %w", err)
	}
	if a.SHA256 == "" {
		machine.Log.Printf("no checksum to compare with; to pin what was received: LIBTORCH_SHA256=%s", received.SHA256)
	}
	machine.Log.Printf("unpacking libtorch")
	folder, err := unpack(machine, deps, file, archive{URL: a.URL, SHA256: received.SHA256})
	if err != nil {
		return Libtorch{}, fmt.Errorf("unpacking libtorch: %w", err)
	}
	if err := os.Remove(file); err != nil {
		return Libtorch{}, fmt.Errorf("removing the archive: %w", err)
	}
	return inspect(machine, sourceDownload, folder)
}

// downloaded finds the folder that an archive was unpacked to before.
func downloaded(root string, a archive) (string, bool) {
	found, err := filepath.Glob(filepath.Join(root, depsFolder, "libtorch-*", originFile))
	if err != nil {
		return "", false
	}
	for _, name := range found {
		var origin archive
		data, err := os.ReadFile(name)
		if err != nil || json.Unmarshal(data, &origin) != nil || origin.URL != a.URL {
			continue
		}
		if a.SHA256 == "" || strings.EqualFold(a.SHA256, origin.SHA256) {
			return filepath.Dir(name), true
		}
	}
	return "", false
}

// unpack extracts an archive into deps and returns the folder, which is named after the version in it and complete as soon as it has that name.
func unpack(machine *Machine, deps, file string, origin archive) (string, error) {
	work, err := os.MkdirTemp(deps, "unpacking-*.tmp")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	if err := unzip(file, work); err != nil {
		return "", err
	}
	top := work
	if inner := filepath.Join(work, "libtorch"); exists(inner) {
		top = inner
	}
	l, err := inspect(machine, sourceDownload, top)
	if errors.Is(err, errNotLibtorch) {
		return "", fmt.Errorf("reading the archive: %w: no libtorch/include and libtorch/lib in it", errNotLibtorch)
	}
	if err != nil {
		return "", err
	}
	data, err := json.Marshal(origin)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(top, originFile), append(data, '\n'), 0o644); err != nil {
		return "", err
	}
	name := "libtorch-" + l.Version
	if l.CUDA {
		name += "-cuda"
	}
	folder := filepath.Join(deps, name)
	return folder, replaceFolder(top, folder)
}
