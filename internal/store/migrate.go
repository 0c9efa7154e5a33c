package store

import (
	"context"
	"database/sql"
	_ "embed" // for the schema
	"errors"
	"fmt"
)

//go:embed schema/1.sql
var schema1 string

//go:embed schema/2.sql
var schema2 string

//go:embed schema/3.sql
var schema3 string

//go:embed schema/4.sql
var schema4 string

//go:embed schema/5.sql
var schema5 string

// migrations lists the steps from each schema version to the next: the first makes version 1 of an empty
// database. A step that was released never changes.
var migrations = [...]string{schema1, schema2, schema3, schema4, schema5}

// migrate brings the database to the version that the steps lead to. Each step is a transaction, so a
// database is always whole at some version.
func migrate(ctx context.Context, db *sql.DB, steps []string) error {
	for {
		done, err := migrateOnce(ctx, db, steps)
		if done || err != nil {
			return err
		}
	}
}

func migrateOnce(ctx context.Context, db *sql.DB, steps []string) (done bool, err error) {
	err = transact(ctx, db, func(tx *sql.Tx) error {
		version, err := identify(ctx, tx, len(steps))
		if err != nil {
			return err
		}
		if done = version >= len(steps); done {
			return nil
		}
		next := version + 1
		script := fmt.Sprintf("%s;\nPRAGMA application_id = %d; PRAGMA user_version = %d", steps[version], applicationID, next)
		if _, err := tx.ExecContext(ctx, script); err != nil {
			return fmt.Errorf("migrating to schema version %d: %w", next, err)
		}
		return nil
	})
	return done, err
}

// transact runs f in a transaction, which is committed if f returns no error.
func transact(ctx context.Context, db *sql.DB, f func(tx *sql.Tx) error) (err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return explain(err)
	}
	if err := f(tx); err != nil {
		return explain(rollback(tx, err))
	}
	return explain(tx.Commit())
}

// rollback ends the transaction that cause stands in the way of. SQLite has ended it already where the
// disk is full or the context is done.
func rollback(tx *sql.Tx, cause error) error {
	err := tx.Rollback()
	if err == nil || errors.Is(err, sql.ErrTxDone) || errors.Is(classify(cause), ErrFull) {
		return cause
	}
	return errors.Join(cause, err)
}
