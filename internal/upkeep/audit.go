package upkeep

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"experiment/internal/run"
	"experiment/internal/runner"
	"experiment/internal/store"
)

// audit is one look at a folder of files.
type audit struct {
	files    string
	holdings map[run.Key]store.Holding
	problems []Problem
}

// Audit compares the folder of files of a database with what the database says. It reads every artefact and compares
// its checksum where verify is set, and otherwise only its size. It changes nothing. What a process makes at the
// moment is no problem.
func Audit(ctx context.Context, files string, r *store.Reader, verify bool) ([]Problem, error) {
	// The folder is read first: a run that begins meanwhile is then recorded, or its folder not seen.
	entries, err := os.ReadDir(files)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("looking at files: %w", err)
	}
	list, err := r.Holdings(ctx)
	if err != nil {
		return nil, err
	}
	a := audit{files: files, holdings: make(map[run.Key]store.Holding, len(list))}
	for _, h := range list {
		a.holdings[h.Run] = h
	}
	for _, entry := range entries {
		if err := a.entry(entry); err != nil {
			return nil, fmt.Errorf("looking at files: %w", err)
		}
	}
	for _, h := range list {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := a.holding(h, verify); err != nil {
			return nil, fmt.Errorf("looking at the files of run %s: %w", h.Run.Short(), err)
		}
	}
	return a.problems, nil
}

// entry looks at a folder, which should be that of a run.
func (a *audit) entry(entry fs.DirEntry) error {
	key, err := run.ParseKey(entry.Name())
	if err != nil || string(key) != entry.Name() || !entry.IsDir() {
		a.problems = append(a.problems, Problem{Kind: Foreign, Path: entry.Name(), Detail: "it is not the folder of a run"})
		return nil
	}
	if _, held, err := runner.Held(a.files, key); err != nil || held {
		return err
	}
	inside, err := os.ReadDir(filepath.Join(a.files, entry.Name()))
	if errors.Is(err, fs.ErrNotExist) { // removed meanwhile
		return nil
	}
	if err != nil {
		return err
	}
	if holding, known := a.holdings[key]; known {
		return a.leftovers(holding, inside)
	}
	return a.orphan(key, inside)
}

// leftovers looks for files that are of no use any more.
func (a *audit) leftovers(h store.Holding, inside []fs.DirEntry) error {
	for _, entry := range inside {
		why := runner.Leftover(entry, runner.Done(h.Status))
		if why == "" {
			continue
		}
		size, err := sizeOf(entry)
		if err != nil {
			return err
		}
		path := filepath.Join(string(h.Run), entry.Name())
		a.problems = append(a.problems, Problem{Kind: Leftover, Run: h.Run, Path: path, Detail: why, Bytes: size})
	}
	return nil
}

// orphan looks at the folder of a run that is not recorded. With anything in it that no run leaves it is Foreign, and
// else with anything that computing it was for Unrecorded.
func (a *audit) orphan(key run.Key, inside []fs.DirEntry) error {
	p := Problem{Kind: Orphan, Run: key, Path: string(key)}
	for _, entry := range inside {
		switch {
		case runner.Precious(entry) && p.Kind == Orphan:
			p.Kind = Unrecorded
		case !runner.RunFile(entry):
			p.Kind, p.Detail = Foreign, fmt.Sprintf("no run is recorded for it, and it holds %s, which no run leaves", entry.Name())
		}
		size, err := sizeOf(entry)
		if err != nil {
			return err
		}
		p.Files, p.Bytes = p.Files+1, p.Bytes+size
	}
	a.problems = append(a.problems, p)
	return nil
}

// sizeOf returns the size of a file, 0 where it was removed meanwhile.
func sizeOf(entry fs.DirEntry) (int64, error) {
	info, err := entry.Info()
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// holding looks for the files that a recorded run should have.
func (a *audit) holding(h store.Holding, verify bool) error {
	if h.Running {
		_, held, err := runner.Held(a.files, h.Run)
		if err != nil {
			return err
		}
		if !held {
			a.problems = append(a.problems, Problem{Kind: Stale, Run: h.Run})
		}
	}
	for _, artefact := range h.Artefacts {
		path := filepath.Join(string(h.Run), artefact.Path)
		detail, err := compare(filepath.Join(a.files, path), artefact, verify)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			a.problems = append(a.problems, Problem{Kind: Gone, Run: h.Run, Path: path})
		case err != nil:
			return err
		case detail != "":
			a.problems = append(a.problems, Problem{Kind: Changed, Run: h.Run, Path: path, Detail: detail})
		}
	}
	return nil
}

// compare says how a file differs from what was recorded of it, "" where it does not.
func compare(path string, recorded run.Artefact, verify bool) (detail string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	info, err := file.Stat()
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "it is no ordinary file", nil
	case info.Size() != recorded.Bytes:
		return fmt.Sprintf("it has %d bytes, and had %d", info.Size(), recorded.Bytes), nil
	case !verify:
		return "", nil
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	if hex.EncodeToString(hash.Sum(nil)) != recorded.SHA256 {
		return "its checksum is another one than was recorded", nil
	}
	return "", nil
}
