package dataset

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"experiment/internal/download"
)

// State says how much of a data set there is.
type State string

// The states. What is in the files of a complete data set is another question: see Check and Verify.
const (
	Embedded State = "embedded" // generated, there are no files
	Complete State = "complete"
	Partial  State = "partial" // some of the files, or a part of one
	Missing  State = "missing"
)

// Presence is what there is of a data set.
type Presence struct {
	State  State
	Folder string // where the files belong; empty where there are none
	Files  []Present
	There  int   // of the files
	Bytes  int64 // of all files, and of what has arrived of others
}

// Present is a file of a data set where it lies. Its path is empty where it is not there.
type Present struct {
	Name  string // unpacked
	Path  string
	Bytes int64
}

// Folder is where the files of the data set belong.
func (k Known) Folder(dir string) string { return filepath.Join(dir, k.Name) }

// Look says what there is of the data set in DIR/NAME/, without reading it.
func (k Known) Look(dir string) (Presence, error) {
	if len(k.Files) == 0 {
		return Presence{State: Embedded}, nil
	}
	seen := Presence{State: Missing, Folder: k.Folder(dir)}
	for _, f := range k.Files {
		present, err := f.look(seen.Folder)
		if err != nil {
			return Presence{}, fmt.Errorf("looking for data set %s: %w", k.Name, err)
		}
		if present.Path != "" {
			seen.There++
		}
		part, err := sizeOf(packed(seen.Folder, f.Name) + download.PartSuffix)
		if err != nil {
			return Presence{}, fmt.Errorf("looking for data set %s: %w", k.Name, err)
		}
		seen.Files = append(seen.Files, present)
		seen.Bytes += present.Bytes + max(part, 0)
	}
	switch {
	case seen.There == len(k.Files):
		seen.State = Complete
	case seen.There > 0 || seen.Bytes > 0:
		seen.State = Partial
	}
	return seen, nil
}

// look finds the file in its folder.
func (f File) look(folder string) (Present, error) {
	for _, path := range places(folder, f.Name) {
		size, err := sizeOf(path)
		if err != nil || size >= 0 {
			return Present{f.Name, path, size}, err
		}
	}
	return Present{Name: f.Name}, nil
}

// places returns where a file may lie, first the one that is read where there are several.
func places(folder, name string) []string {
	return []string{filepath.Join(folder, name), packed(folder, name)}
}

// packed is where a file lies as it was published.
func packed(folder, name string) string { return filepath.Join(folder, name+".gz") }

// sizeOf returns the size of a file, -1 where there is none.
func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return -1, nil
	}
	if err != nil {
		return -1, err
	}
	return info.Size(), nil
}
