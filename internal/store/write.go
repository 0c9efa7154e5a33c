package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
)

// logPages is how long the log may get before it is folded into the database, which waits for the disk: 16 MiB.
const logPages = 4096

// openLog makes commits go to the write-ahead log without waiting for the disk, and returns what syncs the log. Where
// there is no such log, commits wait for the disk themselves, and log is nil. A process that is killed loses nothing
// either way: what it has written is with the kernel.
func openLog(ctx context.Context, writer *sql.DB) (log *syncer, err error) {
	var mode, path string
	if err := writer.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		return nil, err
	}
	settings := fmt.Sprintf("PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = %d", logPages)
	if _, err := writer.ExecContext(ctx, settings); err != nil {
		return nil, err
	}
	// The log lies beside the file that SQLite opened, which a path with links in it may not name.
	if err := writer.QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path); err != nil {
		return nil, err
	}
	// SQLite holds no locks on this file, which closing it would drop. It stays the same file while the database is
	// open.
	file, err := os.OpenFile(path+"-wal", os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	return newSyncer(file), nil
}

// update runs f in a transaction that no other writer is in. Once it returns, what was written survives a power cut.
func (s *Store) update(ctx context.Context, f func(tx *sql.Tx) error) error {
	if err := transact(ctx, s.writer, f); err != nil || s.log == nil {
		return err
	}
	return explainSync(s.log.now())
}

// updateSoon is update, but for that what was written survives a power cut only after syncEvery. The database is whole
// after one all the same.
func (s *Store) updateSoon(ctx context.Context, f func(tx *sql.Tx) error) error {
	if err := transact(ctx, s.writer, f); err != nil || s.log == nil {
		return err
	}
	return explainSync(s.log.soon())
}

func explainSync(err error) error {
	if err == nil {
		return nil
	}
	return explain(fmt.Errorf("writing the database to the disk: %w", err))
}
