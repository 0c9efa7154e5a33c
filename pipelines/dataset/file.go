package dataset

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// file is an IDX file, unpacked.
type file struct {
	path   string
	shape  []int
	data   []byte
	sha256 [sha256.Size]byte // of the unpacked bytes, the header included
}

// readFile reads the IDX file of a data set, as it is or, where it is not there, gzipped.
func readFile(dir, set, name string, dimensions int) (*file, error) {
	opened, err := open(dir, set, name)
	if err != nil {
		return nil, err
	}
	f, err := unpack(opened, dimensions)
	if err := errors.Join(err, opened.Close()); err != nil {
		return nil, &DamagedError{Path: opened.Name(), Err: err}
	}
	return f, nil
}

// open opens the file of a data set, preferring the one that needs no unpacking.
func open(dir, set, name string) (*os.File, error) {
	for _, path := range places(filepath.Join(dir, set), name) {
		f, err := os.Open(path)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, &DamagedError{Path: path, Err: err}
		}
	}
	return nil, &MissingError{Name: set, Path: filepath.Join(dir, set, name)}
}

func unpack(f *os.File, dimensions int) (*file, error) {
	var r io.Reader = f
	if filepath.Ext(f.Name()) == ".gz" {
		unzipped, err := unzip(f)
		if err != nil {
			return nil, err
		}
		r = unzipped
	}
	hash := sha256.New()
	shape, data, err := readIDX(io.TeeReader(r, hash), dimensions)
	if err != nil {
		return nil, err
	}
	return &file{path: f.Name(), shape: shape, data: data, sha256: [sha256.Size]byte(hash.Sum(nil))}, nil
}

// unzip returns what is packed in r, the head of which it reads.
func unzip(r io.Reader) (io.Reader, error) {
	unzipped, err := gzip.NewReader(bufio.NewReaderSize(r, 1<<16))
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, fmt.Errorf("unpacking: %w", err)
	}
	return unzipped, nil
}
