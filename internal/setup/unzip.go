package setup

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// unzip extracts an archive of plain files and folders into folder. An entry that would lie outside it, or is anything else, is
// an error, and is found before anything is written.
func unzip(name, folder string) error {
	reader, err := zip.OpenReader(name)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return fmt.Errorf("reading %s: %w", filepath.Base(name), err)
	}
	defer reader.Close()
	for _, entry := range reader.File {
		if !filepath.IsLocal(filepath.FromSlash(entry.Name)) {
			return fmt.Errorf("reading %s: entry %q lies outside the archive", filepath.Base(name), entry.Name)
		}
		if mode := entry.Mode(); !mode.IsRegular() && !mode.IsDir() {
			return fmt.Errorf("reading %s: entry %q is neither a file nor a folder", filepath.Base(name), entry.Name)
		}
	}
	for _, entry := range reader.File {
		if err := extract(entry, filepath.Join(folder, filepath.FromSlash(entry.Name))); err != nil {
			return fmt.Errorf("extracting %q: %w", entry.Name, err)
		}
	}
	return nil
}

// extract writes one entry of an archive. The reader checks its length and CRC.
func extract(entry *zip.File, target string) error {
	if entry.Mode().IsDir() {
		return os.MkdirAll(target, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	source, err := entry.Open()
	if err != nil {
		return err
	}
	defer source.Close()
	file, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, entry.Mode().Perm()|0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, source)
	return errors.Join(err, file.Close())
}
