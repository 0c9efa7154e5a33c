package store

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"experiment/internal/run"
)

// What can be wrong with a database, for errors.Is.
var (
	ErrMissing     = errors.New("there is no database")
	ErrNotDatabase = errors.New("not a database of this program")
	ErrDamaged     = errors.New("the database is damaged")
	ErrNewer       = errors.New("the database was made by a newer version of this program")
	ErrOlder       = errors.New("the database was made by an older version of this program and has to be opened for writing once")
	ErrReadOnly    = errors.New("the database cannot be written")
	ErrBusy        = errors.New("the database is in use by another process")
	ErrFull        = errors.New("the disk is full")
	ErrOnlyReads   = errors.New("a query only reads")
)

// An UnknownRunError says that no recorded run has the key or prefix.
type UnknownRunError struct{ Prefix string }

func (e *UnknownRunError) Error() string { return fmt.Sprintf("no run has the key %q", e.Prefix) }

// Candidate is one of the runs that an ambiguous prefix may mean.
type Candidate struct {
	Key   run.Key
	Label string
	Seed  int64
}

// An AmbiguousError says that several runs have keys with the prefix.
type AmbiguousError struct {
	Prefix     string
	Candidates []Candidate // in the order of their keys, at most ten
	More       bool        // whether there are further ones
}

func (e *AmbiguousError) Error() string { return fmt.Sprintf("run key %q is ambiguous", e.Prefix) }

// An UnknownSweepError says that no sweep of the name is recorded.
type UnknownSweepError struct {
	Name  string
	Known []string // sorted
}

func (e *UnknownSweepError) Error() string { return fmt.Sprintf("no sweep is named %q", e.Name) }

// explain turns error codes of SQLite and of the operating system into the errors of this package, and
// leaves every other error as it is.
func explain(err error) error {
	kind := classify(err)
	if kind == nil || errors.Is(err, kind) {
		return err
	}
	return fmt.Errorf("%w: %w", kind, err)
}

func classify(err error) error {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return classifySystem(err)
	}
	switch e.Code {
	case sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrProtocol:
		return ErrBusy
	case sqlite3.ErrFull:
		return ErrFull
	case sqlite3.ErrReadonly, sqlite3.ErrPerm:
		return ErrReadOnly
	case sqlite3.ErrNotADB:
		return ErrNotDatabase
	case sqlite3.ErrCorrupt:
		return ErrDamaged
	case sqlite3.ErrCantOpen, sqlite3.ErrIoErr:
		return classifySystem(e.SystemErrno)
	}
	return nil
}

func classifySystem(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return ErrFull
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return ErrReadOnly
	}
	return nil
}
