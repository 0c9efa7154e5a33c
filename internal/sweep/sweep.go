// Package sweep turns a sweep file into runs: a YAML file, strictly read, that describes many runs by
// what they share and where they differ. Errors carry line and column.
//
// A run is put together of layers, a later one winning over an earlier one: the base, one block of
// runs, the grid and the zip, and the overrides of the command line. Within a block a list is an axis,
// and the axes of a block, of the grid and of the overrides are crossed; those of the zip are walked
// side by side. The base describes one run, so it holds no lists. Runs come in the order of the file:
// by block, then by axis with the last one varying fastest, and then by seed.
//
// Settings may be written nested, {optimizer: {lr: 0.1}}, or dotted, {optimizer.lr: 0.1}; a section that
// has choices takes the name of one alone, {loss: focal}. A parameter belongs to the choice that is named
// beside it in the same layer, and goes with it where a later layer names another; a parameter without a
// name beside it belongs to whatever choice the run ends up with, which must have it.
package sweep

import (
	"fmt"
	"io"
	"os"

	"experiment/internal/run"
)

// MaxRuns is how many runs a sweep may describe, before duplicates are merged and exclusions applied.
const MaxRuns = 1_000_000

// Sweep is a sweep file, expanded.
type Sweep struct {
	Name        string
	Description string
	Pipeline    string
	Runs        []run.Run // each once, in the order of the file
	Duplicates  int       // how many more times a run was described
	Excluded    int       // how many descriptions of runs were excluded
	Warnings    []error   // what is allowed but hardly meant; each an *Error
	Source      []byte    // the file as it was read
}

// Load reads a sweep file. Overrides are settings that win over those of the file, each in the form of
// the command line, "optimizer.lr=0.1"; several values separated by commas make an axis, and "seeds=5"
// or "seeds=0,3" replaces the seeds. What is wrong with the sweep is reported as one or more *Error,
// joined.
func Load(path string, overrides ...string) (sweep Sweep, err error) {
	file, err := os.Open(path)
	if err != nil {
		return Sweep{}, fmt.Errorf("reading sweep: %w", err)
	}
	defer func() {
		if closing := file.Close(); err == nil && closing != nil {
			err = fmt.Errorf("reading sweep: %w", closing)
		}
	}()
	source, err := io.ReadAll(io.LimitReader(file, maxSource+1))
	if err != nil {
		return Sweep{}, fmt.Errorf("reading sweep: %w", err)
	}
	return Parse(path, source, overrides...)
}

// Parse is Load for a file that is in memory; name is what errors call it.
func Parse(name string, source []byte, overrides ...string) (Sweep, error) {
	found := &problems{}
	src, text := newSource(name, source, found)
	if err := found.err(); err != nil {
		return Sweep{}, err
	}
	root := parseTree(src, text, found)
	if err := found.err(); err != nil {
		return Sweep{}, err
	}
	spec := readSpec(src, root, overrides, found)
	if err := found.err(); err != nil {
		return Sweep{}, err
	}
	sweep := spec.expand(found)
	if err := found.err(); err != nil {
		return Sweep{}, err
	}
	for _, w := range found.warnings {
		sweep.Warnings = append(sweep.Warnings, w)
	}
	sweep.Source = source
	return sweep, nil
}
