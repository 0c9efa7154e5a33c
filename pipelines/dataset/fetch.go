package dataset

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"experiment/internal/download"
)

// FetchOptions says where from and how a data set is fetched.
type FetchOptions struct {
	Base     string // URL of a server with the files at BASE/NAME/FILE.gz; empty for the published mirrors
	Observer Observer
	Wait     func(ctx context.Context, d time.Duration) error // between attempts; nil sleeps
}

// Observer is told how the fetching of a data set goes.
type Observer interface {
	Waiting()                                    // another process fetches the same data set
	Progress(number, of int, bytes, total int64) // so many bytes of a file, by its number; total is -1 where unknown
	Failed(err error)                            // an attempt; others follow
	Fetched(f Fetched)                           // a file has arrived, and been checked
}

// Fetched is a file of a data set that is there and as published.
type Fetched struct {
	Name     string
	Path     string
	URL      string // empty where it was there before
	Bytes    int64
	Repacked bool     // whether others than the publisher packed it
	Aside    []string // where files that were not as published were put
}

// lockName is the file in the folder of a data set that is locked while it is fetched.
const lockName = "fetch.lock"

// Fetch makes the files in DIR/NAME/ those that were published, and returns them all: it downloads those that are not there, and
// those that have other contents, which it puts aside and never removes. Where nothing is to do it writes nothing.
func (k Known) Fetch(ctx context.Context, dir string, o FetchOptions) (all []Fetched, err error) {
	if all, err = k.whole(dir); err != nil || all != nil || len(k.Files) == 0 {
		return all, err
	}
	folder := k.Folder(dir)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("fetching data set %s: %w", k.Name, err)
	}
	release, err := download.Lock(ctx, filepath.Join(folder, lockName), o.Observer.Waiting)
	if err != nil {
		return nil, fmt.Errorf("fetching data set %s: %w", k.Name, err)
	}
	defer func() { err = errors.Join(err, release()) }()
	found, err := k.Verify(dir)
	if err != nil {
		return nil, err
	}
	for i, v := range found {
		fetched := present(v)
		if v.Verdict != AsPublished {
			if fetched, err = (fetch{k, folder, o}).file(ctx, i+1, v); err != nil {
				return nil, fmt.Errorf("fetching data set %s: %w", k.Name, err)
			}
			o.Observer.Fetched(fetched)
		}
		all = append(all, fetched)
	}
	return all, nil
}

// whole returns the files where all are there and as published, and nil otherwise.
func (k Known) whole(dir string) ([]Fetched, error) {
	found, err := k.Verify(dir)
	if err != nil {
		return nil, err
	}
	var all []Fetched
	for _, v := range found {
		if v.Verdict != AsPublished {
			return nil, nil
		}
		all = append(all, present(v))
	}
	return all, nil
}

// present is a file that needs no fetching.
func present(v Verification) Fetched {
	return Fetched{Name: v.Name, Path: v.Path, Bytes: v.Bytes, Repacked: v.Repacked}
}

// fetch is the fetching of one data set, whose lock is held.
type fetch struct {
	Known
	folder string
	FetchOptions
}

// file makes one file as published, and puts aside what is not.
func (s fetch) file(ctx context.Context, number int, found Verification) (fetched Fetched, err error) {
	path := packed(s.folder, found.Name)
	inTheWay := found.Path != "" && found.Path != path // unpacked, it hides one that is packed, which may be as published
	if inTheWay {
		hidden, err := found.verify(path, true)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return Fetched{}, err
		}
		if hidden.Verdict == AsPublished {
			fetched = present(hidden)
		}
	}
	if fetched.Path == "" {
		if fetched, err = s.download(ctx, number, found.File, path); err != nil {
			return Fetched{}, err
		}
	}
	if inTheWay {
		to, err := download.Aside(found.Path)
		if err != nil {
			return Fetched{}, err
		}
		fetched.Aside = append(fetched.Aside, to)
	}
	return fetched, nil
}

const (
	attempts = 3       // from each mirror, in a row
	spare    = 1 << 20 // bytes that a packed file may be longer than its contents
)

// download gets a file from the first mirror that has it as published.
func (s fetch) download(ctx context.Context, number int, f File, path string) (Fetched, error) {
	fetched := Fetched{Name: f.Name, Path: path}
	urls, err := s.urls(f.Name)
	if err != nil {
		return Fetched{}, err
	}
	received, err := download.File{
		Path: path, Keep: true, Limit: f.Contents.Bytes + spare, Attempts: attempts, Wait: s.Wait, Failed: s.Observer.Failed,
		URLs:     urls,
		Progress: func(done, total int64) { s.Observer.Progress(number, len(s.Files), done, total) },
		Check: func(path, sum string) (err error) {
			fetched.Repacked, err = f.accept(path, sum)
			return err
		},
	}.Fetch(ctx)
	if err != nil {
		return Fetched{}, err
	}
	fetched.URL, fetched.Bytes = received.URL, received.Bytes
	if received.Aside != "" {
		fetched.Aside = []string{received.Aside}
	}
	return fetched, nil
}

// urls returns where a file is to be had, packed.
func (s fetch) urls(name string) ([]string, error) {
	if s.Base != "" {
		address, err := url.JoinPath(s.Base, s.Name, name+".gz")
		return []string{address}, err
	}
	urls := make([]string, len(s.Mirrors))
	for i, mirror := range s.Mirrors {
		urls[i] = mirror + name + ".gz"
	}
	return urls, nil
}

// accept says whether a packed file with a checksum is as published or, packed by others, has the same contents.
func (f File) accept(path, sum string) (repacked bool, err error) {
	if sum == f.Packed.SHA256 {
		return false, nil
	}
	v, err := f.verify(path, true)
	if err != nil {
		return false, err
	}
	if v.Err != nil {
		return false, fmt.Errorf("SHA-256 is %s, published %s, and %w", sum, f.Packed.SHA256, v.Err)
	}
	return true, nil
}
