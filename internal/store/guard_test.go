package store

import (
	"bytes"
	"context"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"
)

// FuzzOneStatement holds the scanner of statements against SQLite: where SQLite goes on to a second
// statement, the scanner must have seen it.
func FuzzOneStatement(f *testing.F) {
	for _, sql := range []string{"SELECT 1", "SELECT ';' ; ", "/* ; */ SELECT [;], `;` -- ;", ";;", "SELECT 'it''s'; /*", "SELECT 1 --", "\ufeff;\ufeff"} {
		f.Add(sql)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		if strings.Contains(strings.ToUpper(sql), "VACUUM") {
			return // it may write anywhere
		}
		sql += "\n; CREATE TABLE second (x)"
		if _, rest := cutStatement(sql); !rest && createsSecond(t, sql) {
			t.Errorf("%q is taken for one statement", sql)
		}
	})
}

// createsSecond runs all statements of sql in memory and says whether one makes the table second.
func createsSecond(t *testing.T, sql string) bool {
	opened, err := (&sqlite3.SQLiteDriver{}).Open(":memory:")
	if err != nil {
		t.Fatal(err)
	}
	connection := opened.(*sqlite3.SQLiteConn)
	defer func() {
		if err := connection.Close(); err != nil {
			t.Error(err)
		}
	}()
	connection.RegisterAuthorizer(func(action int, _, _, _ string) int {
		if action == sqlite3.SQLITE_ATTACH || action == sqlite3.SQLITE_PRAGMA {
			return sqlite3.SQLITE_DENY
		}
		return sqlite3.SQLITE_OK
	})
	if _, err := connection.Exec(sql, nil); err != nil {
		return false
	}
	connection.RegisterAuthorizer(nil)
	_, err = connection.Exec("SELECT x FROM second", nil)
	return err == nil
}

// FuzzQuery gives the text of a statement to a database: whatever it is, it reads, or is an error.
func FuzzQuery(f *testing.F) {
	for _, sql := range []string{"SELECT * FROM results", "\ufeff", "\x00", "SELECT 1\x00;", "/*", ";", "EXPLAIN", "PRAGMA table_info(runs)", "DELETE FROM runs"} {
		f.Add(sql)
	}
	path := filepath.Join(f.TempDir(), "experiments.db")
	s, err := Open(f.Context(), path)
	if err != nil {
		f.Fatal(err)
	}
	if err := s.Close(); err != nil {
		f.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		r, err := OpenReader(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if rows, err := r.Query(ctx, sql); err == nil {
			next, stop := iter.Pull2(rows.All())
			next()
			stop()
			if err := rows.Close(); err != nil {
				t.Error(err)
			}
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
			t.Errorf("%q changed the database (%v)", sql, err)
		}
	})
}
