package store

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/mattn/go-sqlite3"
)

// killedAt names the environment variable that makes the test below the process that is killed: the path of its database.
const killedAt = "EXPERIMENT_TEST_KILLED_AT"

// TestKilledMigration holds that a process which is killed in the middle of a migration, with tables dropped and pages
// written, leaves the database at the version it had, whole, and that the next one to open it brings it up to date.
func TestKilledMigration(t *testing.T) {
	if path := os.Getenv(killedAt); path != "" {
		t.Fatal("migrating and being killed: ", migrateAndDie(t, path))
	}
	path := filepath.Join(t.TempDir(), "x.db")
	key := writeVersion1(t, path)
	epochs, bins := writeNumbers(t, path, 4)

	child := exec.Command(os.Args[0], "-test.run=^TestKilledMigration$")
	child.Env = append(os.Environ(), killedAt+"="+path)
	out, err := child.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the process was not killed: %v\n%s", err, out)
	}
	if log, err := os.Stat(path + "-wal"); err != nil || log.Size() == 0 {
		t.Fatalf("the migration had written nothing when it was killed: %v", err)
	}

	db := sql.OpenDB(newConnector(path, writing))
	if version, err := identify(t.Context(), db, 4); version != 4 || err != nil {
		t.Errorf("it is at version %d, want 4: %v", version, err)
	}
	compareRows(t, "epochs", epochs, rowsIn(t, db, selectEpochs))
	compareRows(t, "bins", bins, rowsIn(t, db, selectBins))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	s := openAt(t, path)
	record, err := s.Record(t.Context(), key, History|Bins)
	if err != nil {
		t.Fatal(err)
	}
	compareRows(t, "epochs afterwards", epochs, historyRows(record.Attempt.History))
	compareRows(t, "bins afterwards", bins, curveRows(record.Attempt.Result.Reliability))
}

// migrateAndDie migrates from version 4 to 5 and kills its own process after the first table has been dropped. It returns
// only where that fails.
func migrateAndDie(t *testing.T, path string) error {
	const drop = "DROP TABLE epochs;"
	if !strings.Contains(schema5, drop) {
		return fmt.Errorf("the migration has no %s", drop)
	}
	driver := &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		return c.RegisterFunc("die", func() error { return syscall.Kill(os.Getpid(), syscall.SIGKILL) }, false)
	}}
	sql.Register("killed", driver)
	db, err := sql.Open("killed", newConnector(path, writing).dsn)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("PRAGMA journal_mode = WAL; PRAGMA cache_size = 10"); err != nil { // so that pages are written before the end
		return err
	}
	steps := slices.Clone(migrations[:4])
	steps = append(steps, strings.Replace(schema5, drop, drop+" SELECT die();", 1))
	return migrate(t.Context(), db, steps)
}
