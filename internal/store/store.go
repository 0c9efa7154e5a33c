// Package store keeps sweeps, runs, attempts and results in one SQLite file. A Reader reads, a Store
// writes as well; a database may be open in several processes at once.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/mattn/go-sqlite3"
)

// Store is a database open for writing and reading. Its methods may be called from several goroutines;
// they write one after the other.
type Store struct {
	*Reader
	writer *sql.DB
	log    *syncer // of the write-ahead log; nil where there is none
}

// Open opens the database at path for writing, and creates it and the folders it lies in where they are
// missing. A database of an older version is brought up to date.
func Open(ctx context.Context, path string) (*Store, error) {
	s, err := open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("opening database %s: %w", path, explain(err))
	}
	return s, nil
}

func open(ctx context.Context, path string) (*Store, error) {
	absolute, err := absolutePath(path)
	if err != nil {
		return nil, err
	}
	if err := checkFile(absolute); err != nil && !errors.Is(err, ErrMissing) {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(absolute), 0o777); err != nil {
		return nil, err
	}
	writer := sql.OpenDB(newConnector(absolute, writing))
	writer.SetMaxOpenConns(1)
	if err := prepare(ctx, writer); err != nil {
		return nil, errors.Join(whyNot(absolute, err), writer.Close())
	}
	reader, err := newReader(ctx, absolute, reading, querying)
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	log, err := openLog(ctx, writer)
	if err != nil {
		return nil, errors.Join(err, reader.Close(), writer.Close())
	}
	return &Store{Reader: reader, writer: writer, log: log}, nil
}

// prepare checks that the database is one of this program before it changes anything, turns the
// write-ahead log on, so that readers and a writer do not wait for each other, and migrates. Where the file
// system cannot share memory between processes SQLite keeps its rollback journal, which is as safe.
func prepare(ctx context.Context, db *sql.DB) error {
	if _, err := identify(ctx, db, len(migrations)); err != nil {
		return err
	}
	if err := enableWAL(ctx, db); err != nil {
		return err
	}
	return migrate(ctx, db, migrations[:])
}

// enableWAL changes the journal mode. SQLite does not wait for others that do so at the same moment, so
// this does.
func enableWAL(ctx context.Context, db *sql.DB) error {
	deadline := time.Now().Add(10 * time.Second)
	for {
		_, err := db.ExecContext(ctx, "PRAGMA journal_mode = WAL")
		var e sqlite3.Error
		if !errors.As(err, &e) || e.Code != sqlite3.ErrBusy || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Close closes the database. The last to close it folds the write-ahead log into the file.
func (s *Store) Close() error {
	var err error
	if s.log != nil {
		err = s.log.close()
	}
	if err := errors.Join(err, s.Reader.Close(), s.writer.Close()); err != nil {
		return fmt.Errorf("closing the database: %w", explain(err))
	}
	return nil
}

func absolutePath(path string) (string, error) {
	if path == "" {
		return "", errors.New("the path is empty")
	}
	return filepath.Abs(path)
}
