// Package setup prepares a clone of the project for building: it finds or fetches libtorch, makes a copy of gotch's C++ binding
// that compiles against exactly that libtorch, and writes the files through which the go command picks both up.
//
// What it writes lies below .deps, but for go.work and internal/torch/flags.go; git ignores all of it. Nothing it writes holds an absolute
// path, except that of a libtorch outside the clone, so a clone can be moved. A stamp, written last, records every input: a
// set-up whose inputs are unchanged does nothing, one that was killed is done again.
package setup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"experiment/internal/download"
)

// Summary says what a set-up found and did.
type Summary struct {
	Libtorch Libtorch
	Compiler string   // first line of what the C++ compiler says of its version
	Gotch    string   // version of the gotch module
	Adapted  []string // functions of gotch that this libtorch cannot provide, and that therefore only throw
	Fresh    bool     // false where nothing was to do
	Notes    []string // what a user should know or do, one sentence each
}

// Run sets up the clone at root, which holds the project's go.mod.
//
// A *MissingError says that the machine lacks something, and how to get it.
func Run(ctx context.Context, machine *Machine, root string) (summary *Summary, err error) {
	deps := filepath.Join(root, depsFolder)
	if err := os.MkdirAll(deps, 0o755); err != nil {
		return nil, fmt.Errorf("creating %s: %w", deps, err)
	}
	release, err := download.Lock(ctx, filepath.Join(deps, "lock"), func() { machine.Log.Print("waiting for another set-up of this clone") })
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, release()) }()
	if err := removeLeftovers(deps); err != nil {
		return nil, err
	}

	previous, err := readStamp(root)
	if err != nil {
		machine.Log.Printf("ignoring the stamp of an earlier set-up: %v", err)
	}
	compiler, err := findCompiler(ctx, machine, root)
	if err != nil {
		return nil, err
	}
	libtorch, notes, err := find(ctx, machine, root, previous.Libtorch)
	if err != nil {
		return nil, err
	}
	gotch, err := gotchVersion(root)
	if err != nil {
		return nil, err
	}
	summary = &Summary{Libtorch: libtorch, Compiler: compiler.Version, Gotch: gotch, Notes: notes}

	inputs := newInputs(root, libtorch, compiler, gotch)
	adapted := previous.Adapted
	if previous.Inputs != inputs || !intact(root, previous.Sources) {
		if err := os.Remove(stampPath(root)); err != nil && !os.IsNotExist(err) {
			return nil, fmt.Errorf("removing the old stamp: %w", err)
		}
		if adapted, err = renewGotch(ctx, machine, root, libtorch, compiler, gotch); err != nil {
			return nil, err
		}
		summary.Fresh = true
	}
	summary.Adapted = adapted
	written, err := writeFiles(root, libtorch)
	if err != nil {
		return nil, err
	}
	if summary.Fresh = summary.Fresh || written; !summary.Fresh && previous.Libtorch == recordOf(root, libtorch) {
		return summary, nil
	}
	return summary, writeStamp(root, libtorch, inputs, adapted)
}

// removeLeftovers deletes what a set-up that was killed had not finished.
func removeLeftovers(deps string) error {
	entries, err := os.ReadDir(deps)
	if err != nil {
		return fmt.Errorf("reading %s: %w", deps, err)
	}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".tmp") {
			continue
		}
		if err := os.RemoveAll(filepath.Join(deps, entry.Name())); err != nil {
			return fmt.Errorf("removing what an earlier set-up left: %w", err)
		}
	}
	return nil
}
