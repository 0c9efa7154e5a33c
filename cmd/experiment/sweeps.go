package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"experiment/internal/run"
	"experiment/internal/sweep"
)

// loadSweep reads a sweep file and passes its warnings on.
func (p *program) loadSweep(path string, overrides []string) (sweep.Sweep, error) {
	s, err := sweep.Load(path, overrides...)
	if err != nil {
		return sweep.Sweep{}, err
	}
	for _, warning := range s.Warnings {
		p.note("%v", warning)
	}
	return s, nil
}

// namesFile says whether SWEEP means a file and not the name of a recorded sweep: it exists, or is
// written like a path.
func namesFile(word string) bool {
	if exists(word) {
		return true
	}
	extension := filepath.Ext(word)
	return extension == ".yaml" || extension == ".yml" || strings.ContainsRune(word, os.PathSeparator)
}

// exists says whether a path names a file.
func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// keysOf returns the keys of runs in their order.
func keysOf(runs []run.Run) []run.Key {
	keys := make([]run.Key, len(runs))
	for i, r := range runs {
		keys[i] = r.Key
	}
	return keys
}

// isLocated says whether every message of an error begins with its own place in a sweep.
func isLocated(err error) bool {
	var located *sweep.Error
	return errors.As(err, &located)
}

// classifySweep knows what is wrong with sweep files.
func classifySweep(err error) *failure {
	var missing *fs.PathError
	switch {
	case isLocated(err):
		return &failure{status: statusUsage, cause: err}
	case errors.As(err, &missing) && errors.Is(err, fs.ErrNotExist) && slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(missing.Path)):
		return &failure{status: statusUsage, cause: fmt.Errorf("reading sweep %s: there is no such file", missing.Path), hint: nearbySweeps(missing.Path)}
	}
	return nil
}

// nearbySweeps lists the sweep files in the folder of a path that does not exist.
func nearbySweeps(path string) string {
	folder := filepath.Dir(path)
	found, err := filepath.Glob(filepath.Join(folder, "*.y*ml"))
	if err != nil || len(found) == 0 {
		return "there are no sweep files in " + folder
	}
	return suggestion(path, found, "sweep files there: "+strings.Join(found, ", "))
}
