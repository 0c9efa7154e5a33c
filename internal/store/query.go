package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/mattn/go-sqlite3"
)

// Rows is what a query answers. It must be closed.
type Rows struct {
	columns []string
	rows    driver.Rows
	closers []io.Closer
}

// Query runs one SQL statement that users write. It runs on a connection of its own that is read-only and
// under an authorizer, so all it can do is select: everything else is ErrOnlyReads.
func (r *Reader) Query(ctx context.Context, sql string) (*Rows, error) {
	rows, err := r.startQuery(ctx, sql)
	if err != nil {
		return nil, fmt.Errorf("querying the database: %w", explain(err))
	}
	return rows, nil
}

func (r *Reader) startQuery(ctx context.Context, sql string) (_ *Rows, err error) {
	if err := oneStatement(sql); err != nil {
		return nil, err
	}
	opened, err := r.query.Connect(ctx)
	if err != nil {
		return nil, err
	}
	connection := opened.(*sqlite3.SQLiteConn)
	closers := []io.Closer{connection}
	defer func() {
		if err != nil {
			err = errors.Join(err, closeAll(closers))
		}
	}()
	var g guard
	connection.SetLimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
	connection.RegisterAuthorizer(g.authorize)
	prepared, err := connection.Prepare(sql)
	if err != nil {
		return nil, g.explain(err)
	}
	statement := prepared.(*sqlite3.SQLiteStmt)
	closers = append(closers, statement)
	if !statement.Readonly() {
		return nil, fmt.Errorf("%w: the statement would write", ErrOnlyReads)
	}
	if n := statement.NumInput(); n > 0 {
		return nil, fmt.Errorf("the statement has %d parameters, which have no values here", n)
	}
	rows, err := statement.QueryContext(ctx, nil)
	if err != nil {
		return nil, g.explain(err)
	}
	return &Rows{rows.Columns(), rows, append(closers, rows)}, nil
}

// Columns returns the names of the columns.
func (r *Rows) Columns() []string { return r.columns }

// All yields the rows as they are computed: each value is nil, int64, float64, string or []byte. A row is
// valid until the next. An error is the last that is yielded.
func (r *Rows) All() iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		read := make([]driver.Value, len(r.columns))
		row := make([]any, len(r.columns))
		for {
			err := r.rows.Next(read)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(nil, fmt.Errorf("querying the database: %w", explain(err)))
				return
			}
			for i, v := range read {
				row[i] = v
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// Close ends the query.
func (r *Rows) Close() error {
	if err := closeAll(r.closers); err != nil {
		return fmt.Errorf("ending the query: %w", explain(err))
	}
	return nil
}

// closeAll closes in the reverse order.
func closeAll(closers []io.Closer) error {
	var all error
	for i := len(closers) - 1; i >= 0; i-- {
		all = errors.Join(all, closers[i].Close())
	}
	return all
}
