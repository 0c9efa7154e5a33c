package worker

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"experiment/internal/run"
)

// WriteArtefact writes a file of that name into the folder of a run. The file appears whole or not at
// all: it is written under a temporary name, synced and renamed.
func WriteArtefact(folder, kind, name string, write func(io.Writer) error) (run.Artefact, error) {
	artefact, err := writeArtefact(folder, kind, name, write)
	if err != nil {
		return run.Artefact{}, fmt.Errorf("writing artefact %s: %w", name, err)
	}
	return artefact, nil
}

func writeArtefact(folder, kind, name string, write func(io.Writer) error) (run.Artefact, error) {
	if !filepath.IsLocal(name) {
		return run.Artefact{}, errors.New("it would lie outside of the run's folder")
	}
	file, err := os.CreateTemp(folder, "."+filepath.Base(name)+".*")
	if err != nil {
		return run.Artefact{}, err
	}
	artefact, err := fill(file, write)
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(folder, name))
	}
	if err != nil {
		return run.Artefact{}, errors.Join(err, os.Remove(file.Name()))
	}
	artefact.Kind, artefact.Path = kind, name
	return artefact, syncFolder(folder)
}

// fill writes and syncs a file and says how long it is and its checksum.
func fill(file *os.File, write func(io.Writer) error) (run.Artefact, error) {
	hash := sha256.New()
	buffered := bufio.NewWriterSize(io.MultiWriter(file, hash), 256<<10)
	if err := errors.Join(write(buffered), buffered.Flush()); err != nil {
		return run.Artefact{}, err
	}
	if err := errors.Join(file.Chmod(0o644), file.Sync()); err != nil {
		return run.Artefact{}, err
	}
	info, err := file.Stat()
	if err != nil {
		return run.Artefact{}, err
	}
	return run.Artefact{SHA256: hex.EncodeToString(hash.Sum(nil)), Bytes: info.Size()}, nil
}

// syncFolder makes a rename inside it outlast a loss of power.
func syncFolder(folder string) error {
	opened, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(opened.Sync(), opened.Close())
}
