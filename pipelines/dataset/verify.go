package dataset

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Verdict says how a file compares with the published one.
type Verdict string

// The verdicts.
const (
	AsPublished Verdict = "ok"      // the same contents, whoever packed them
	Differs     Verdict = "differs" // other contents
	Damaged     Verdict = "damaged" // packed, and cannot be unpacked
	NotThere    Verdict = "missing"
)

// Verification is a file of a data set compared with the published one.
type Verification struct {
	File
	Path     string // empty where it is not there
	Bytes    int64  // as it lies there
	Verdict  Verdict
	SHA256   string // of the contents; empty where they could not be read to their end or are longer than published
	Repacked bool   // whether others than the publisher packed the same contents
	Err      error  // what is wrong with it; nil where it is as published
}

// Verify compares the files in DIR/NAME/, which may be packed or not, with the published checksums.
func (k Known) Verify(dir string) ([]Verification, error) {
	var all []Verification
	for _, f := range k.Files {
		present, err := f.look(k.Folder(dir))
		if err != nil {
			return nil, fmt.Errorf("verifying data set %s: %w", k.Name, err)
		}
		if present.Path == "" {
			all = append(all, Verification{File: f, Verdict: NotThere, Err: &MissingError{k.Name, filepath.Join(k.Folder(dir), f.Name)}})
			continue
		}
		v, err := f.verify(present.Path, filepath.Ext(present.Path) == ".gz")
		if err != nil {
			return nil, fmt.Errorf("verifying data set %s: %w", k.Name, err)
		}
		all = append(all, v)
	}
	return all, nil
}

// verify compares a file with the published one. The error is that of a file that cannot be read.
func (f File) verify(path string, packed bool) (v Verification, err error) {
	v = Verification{File: f, Path: path}
	opened, err := os.Open(path)
	if err != nil {
		return v, err
	}
	defer opened.Close()
	info, err := opened.Stat()
	if err != nil {
		return v, err
	}
	v.Bytes = info.Size()
	stored, sum := &watchedReader{reader: opened}, sha256.New()
	var contents io.Reader = stored
	if packed {
		contents, v.Err = unzip(io.TeeReader(stored, sum))
	}
	if v.Err == nil {
		v.Err = f.compare(contents, &v)
	}
	if stored.failure != nil {
		return v, stored.failure
	}
	switch {
	case v.Err == nil:
		v.Verdict, v.Repacked = AsPublished, packed && fmt.Sprintf("%x", sum.Sum(nil)) != f.Packed.SHA256
	case v.Verdict == "":
		v.Verdict = Damaged
	}
	return v, nil
}

// compare reads contents to the end and says how they differ from the published ones.
func (f File) compare(contents io.Reader, v *Verification) error {
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(contents, f.Contents.Bytes+1))
	if err != nil {
		return err
	}
	if n > f.Contents.Bytes {
		v.Verdict = Differs
		return fmt.Errorf("its contents are more than the %d bytes published", f.Contents.Bytes)
	}
	v.SHA256 = fmt.Sprintf("%x", sum.Sum(nil))
	if v.SHA256 == f.Contents.SHA256 {
		return nil
	}
	v.Verdict = Differs
	if n < f.Contents.Bytes {
		return fmt.Errorf("its contents are %d bytes, published %d", n, f.Contents.Bytes)
	}
	return fmt.Errorf("SHA-256 of its contents is %s, published %s", v.SHA256, f.Contents.SHA256)
}

// watchedReader keeps failures to read a file apart from what is wrong with what was read.
type watchedReader struct {
	reader  io.Reader
	failure error
}

func (w *watchedReader) Read(b []byte) (int, error) {
	n, err := w.reader.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		w.failure = err
	}
	return n, err
}
