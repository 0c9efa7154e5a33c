package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/mattn/go-sqlite3"
)

// connector opens connections to one database file, all with the same settings.
type connector struct{ dsn string }

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.Driver().Open(c.dsn) }

func (c connector) Driver() driver.Driver { return &sqlite3.SQLiteDriver{} }

// access says how a connection uses the database file.
type access string

// The settings of each access. A process waits up to ten seconds for another that is writing. Every
// transaction is synced to the disk when it commits (FULL), unless openLog sees to that. A reader opens the file
// for writing, though it never changes a table, because only then does it take the write-ahead log away when it is
// the last to close.
const (
	writing   access = "mode=rwc&_busy_timeout=10000&_foreign_keys=1&_synchronous=FULL&_txlock=immediate&_stmt_cache_size=32"
	reading   access = "mode=rw&_busy_timeout=10000&_query_only=1"
	querying  access = "mode=ro&_busy_timeout=10000&_query_only=1"
	immutable access = querying + "&immutable=1" // in a folder where nobody writes
)

// newConnector returns a connector to the file at an absolute path.
func newConnector(path string, as access) connector {
	location := url.URL{Scheme: "file", Path: path, RawQuery: string(as)}
	return connector{location.String()}
}

// smallest is the least size of a database file in bytes. SQLite would take a shorter one for empty, and
// write over it.
const smallest = 512

// checkFile refuses what cannot be a database file before SQLite tries.
func checkFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return ErrMissing
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%w: it is a folder", ErrNotDatabase)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%w: it is no ordinary file", ErrNotDatabase)
	case info.Size() > 0 && info.Size() < smallest:
		return fmt.Errorf("%w: it is too short", ErrNotDatabase)
	}
	return nil
}

// whyNot returns, for the error of SQLite that it cannot open a file, what the operating system says on
// making files in that folder. Any other error it returns as it is.
func whyNot(path string, err error) error {
	var e sqlite3.Error
	if !errors.As(err, &e) || e.Code != sqlite3.ErrCantOpen {
		return err
	}
	probe, failure := os.CreateTemp(filepath.Dir(path), ".experiment-*")
	var reason *fs.PathError
	switch {
	case errors.As(failure, &reason):
		return fmt.Errorf("making a file in its folder: %w", reason.Err)
	case failure != nil:
		return failure
	}
	return errors.Join(err, probe.Close(), os.Remove(probe.Name()))
}

// querier is a database, a connection or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// applicationID marks database files of this program: the bytes "xprm".
const applicationID = 0x7870726d

// identify returns the schema version of the database, 0 for an empty one. It refuses a database of
// another program and one of a version above latest.
func identify(ctx context.Context, db querier, latest int) (version int, err error) {
	var application, tables int
	err = db.QueryRowContext(ctx, `SELECT
		(SELECT application_id FROM pragma_application_id),
		(SELECT user_version FROM pragma_user_version),
		(SELECT count(*) FROM sqlite_schema)`).Scan(&application, &version, &tables)
	switch {
	case err != nil:
		return 0, err
	case application == 0 && version == 0 && tables == 0:
		return 0, nil
	case application != applicationID:
		return 0, fmt.Errorf("%w: another program made it", ErrNotDatabase)
	case version > latest:
		return 0, fmt.Errorf("%w: its schema is version %d, this program knows %d", ErrNewer, version, latest)
	}
	return version, nil
}

// Twin returns another database that has the same folder of files, X for X.db or X.db for X, and whether there is one.
func Twin(path string) (twin string, exists bool) {
	twin, named := strings.CutSuffix(path, ".db")
	if !named {
		twin = path + ".db"
	}
	info, err := os.Stat(twin)
	return twin, err == nil && info.Mode().IsRegular()
}

// Files returns the folder of logs and artefacts that belongs to the database at path: X.files for X.db.
// The files of a run lie in a folder of that, named by its key.
func Files(path string) string { return strings.TrimSuffix(path, ".db") + ".files" }
