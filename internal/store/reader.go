package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
)

// Reader is a database open for reading only. Its methods may be called from several goroutines.
type Reader struct {
	db    *sql.DB
	query connector // of Query
}

// OpenReader opens the database at path for reading. A missing or empty file is ErrMissing.
func OpenReader(ctx context.Context, path string) (*Reader, error) {
	r, err := openReader(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("opening database %s: %w", path, explain(err))
	}
	return r, nil
}

func openReader(ctx context.Context, path string) (*Reader, error) {
	absolute, err := absolutePath(path)
	if err != nil {
		return nil, err
	}
	if err := checkFile(absolute); err != nil {
		return nil, err
	}
	r, err := newReader(ctx, absolute, reading, querying)
	if err == nil || !errors.Is(classify(whyNot(absolute, err)), ErrReadOnly) {
		return r, err
	}
	// The write-ahead log needs a file of shared memory, which cannot be made here. Where there is no log,
	// all is in the database file, and it is taken to stay as it is.
	if log, err := os.Stat(absolute + "-wal"); err == nil && log.Size() > 0 {
		return nil, fmt.Errorf("%w: its write-ahead log %s-wal has to be read, which needs a folder that can be written", ErrReadOnly, path)
	}
	return newReader(ctx, absolute, immutable, immutable)
}

// newReader opens the database and checks that it is of the version this program knows.
func newReader(ctx context.Context, path string, as, query access) (*Reader, error) {
	db := sql.OpenDB(newConnector(path, as))
	version, err := identify(ctx, db, len(migrations))
	switch {
	case err != nil:
	case version == 0:
		err = fmt.Errorf("%w: the file is empty", ErrMissing)
	case version < len(migrations):
		err = ErrOlder
	default:
		return &Reader{db, newConnector(path, query)}, nil
	}
	return nil, errors.Join(err, db.Close())
}

// Close closes the database.
func (r *Reader) Close() error {
	if err := r.db.Close(); err != nil {
		return fmt.Errorf("closing the database: %w", explain(err))
	}
	return nil
}

// view runs f in a transaction, so that all it reads is of one moment.
func (r *Reader) view(ctx context.Context, f func(tx *sql.Tx) error) error {
	return transact(ctx, r.db, f)
}

// scan calls row for each row of a query.
func scan(ctx context.Context, db querier, row func(rows *sql.Rows) error, query string, args ...any) (err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
