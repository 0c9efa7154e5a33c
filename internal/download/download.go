// Package download fetches files over HTTP. A transfer that breaks is taken up again where it ended, in this process or a later
// one, and a file has its name only once it is whole and checked.
package download

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// File is one file to fetch. What a broken transfer leaves lies in Path.part, from where the next one goes on where the server
// vouches that the file is still the same.
type File struct {
	URLs     []string                                         // where it is to be had, tried in turn
	Path     string                                           // of the finished file; its folder exists
	Limit    int64                                            // bytes beyond which it cannot be the file; 0 for no limit
	Check    func(path, sha256 string) error                  // of what was received, before it has its name. May be nil
	Keep     bool                                             // put another file that has the name aside, instead of replacing it
	Progress func(done, total int64)                          // bytes; total is -1 where the server does not tell. May be nil
	Failed   func(err error)                                  // told of a failure after which it is tried again. May be nil
	Attempts int                                              // for each URL; 0 means 6
	Wait     func(ctx context.Context, d time.Duration) error // between attempts; nil sleeps
	Idle     time.Duration                                    // how long a transfer may stand still; 0 means a minute
}

// Received is a file that was fetched.
type Received struct {
	URL    string
	SHA256 string // in hexadecimal
	Bytes  int64
	Aside  string // where the file was put that had the name before; empty where there was none
}

// SHA256 returns a check that the checksum is the one given, in hexadecimal.
func SHA256(want string) func(path, sha256 string) error {
	return func(_, got string) error {
		if !strings.EqualFold(got, want) {
			return fmt.Errorf("SHA-256 is %s, expected %s", got, strings.ToLower(want))
		}
		return nil
	}
}

// Fetch downloads the file from the first of its addresses that has it.
func (f File) Fetch(ctx context.Context) (Received, error) {
	var failures []error
	for i, url := range f.inTurn() {
		if i > 0 {
			f.tell(failures[i-1])
		}
		received, err := source{f, url}.fetch(ctx)
		if err == nil {
			return received, nil
		}
		failures = append(failures, err)
		var final permanentError
		if ctx.Err() != nil || errors.As(err, &final) && final.here {
			break
		}
	}
	return Received{}, errors.Join(failures...)
}

// inTurn returns the addresses, first the one from which a part is there.
func (f File) inTurn() []string {
	n, err := f.readNote()
	if i := slices.Index(f.URLs, n.URL); err == nil && i > 0 {
		return slices.Concat(f.URLs[i:i+1], f.URLs[:i], f.URLs[i+1:])
	}
	return f.URLs
}

func (f File) tell(err error) {
	if f.Failed != nil {
		f.Failed(err)
	}
}

// permanentError is a failure that trying the same again would not mend; here says that no other server would, either.
type permanentError struct {
	error
	here bool
}

func (e permanentError) Unwrap() error { return e.error }
