package setup

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// adapterVersion is raised whenever this package would make something else of the same inputs.
const adapterVersion = 1

// inputs is everything the adapted copy of gotch depends on.
type inputs struct {
	Adapter     int    `json:"adapter"`
	Gotch       string `json:"gotch"`
	Compiler    string `json:"compiler"`
	Fingerprint string `json:"fingerprint"`
	Flags       string `json:"flags"` // the copy's lib.go
}

func newInputs(root string, l Libtorch, c compiler, gotch string) inputs {
	return inputs{
		Adapter:     adapterVersion,
		Gotch:       gotch,
		Compiler:    strings.Join(c.Command, " ") + ": " + c.Version,
		Fingerprint: l.Fingerprint,
		Flags:       string(bindingFlags(root, l)),
	}
}

// record is what a stamp keeps of the libtorch used.
type record struct {
	Source  string `json:"source"`
	Folder  string `json:"folder"` // relative to the root where it lies inside the clone
	Version string `json:"version"`
}

func recordOf(root string, l Libtorch) record {
	folder := l.Folder
	if inside, ok := strings.CutPrefix(folder, root+string(filepath.Separator)); ok {
		folder = inside
	}
	return record{Source: l.Source, Folder: folder, Version: l.Version}
}

// chosen says whether a user picked this libtorch, or it was downloaded, rather than found in the system.
func (r record) chosen() bool { return r.Folder != "" && r.Source != sourceSystem }

// folder is where the libtorch lies, with the clone at root.
func (r record) folder(root string) string {
	if filepath.IsAbs(r.Folder) {
		return r.Folder
	}
	return filepath.Join(root, r.Folder)
}

// stamp is what a finished set-up leaves for the next one.
type stamp struct {
	Inputs   inputs   `json:"inputs"`
	Libtorch record   `json:"libtorch"`
	Adapted  []string `json:"adapted"`
	Sources  string   `json:"sources"` // hash of the adapted copy
}

func stampPath(root string) string { return filepath.Join(root, depsFolder, "setup.json") }

// readStamp returns the stamp of the last finished set-up, an empty one where there was none.
func readStamp(root string) (stamp, error) {
	data, err := os.ReadFile(stampPath(root))
	if errors.Is(err, os.ErrNotExist) {
		return stamp{}, nil
	}
	if err != nil {
		return stamp{}, err
	}
	var s stamp
	if err := json.Unmarshal(data, &s); err != nil {
		return stamp{}, fmt.Errorf("reading %s: %w", stampPath(root), err)
	}
	return s, nil
}

func writeStamp(root string, l Libtorch, in inputs, adapted []string) error {
	sources, err := hashTree(gotchFolder(root))
	if err != nil {
		return fmt.Errorf("hashing the copy of gotch: %w", err)
	}
	data, err := json.MarshalIndent(stamp{Inputs: in, Libtorch: recordOf(root, l), Adapted: adapted, Sources: sources}, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the stamp: %w", err)
	}
	_, err = writeChanged(stampPath(root), append(data, '\n'))
	return err
}

// intact says whether the copy of gotch is still as it was left.
func intact(root, sources string) bool {
	present, err := hashTree(gotchFolder(root))
	return err == nil && present == sources
}
