package store

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// ask runs a query and collects its rows.
func ask(t testing.TB, r *Reader, sql string) (columns []string, rows [][]any, err error) {
	t.Helper()
	answer, err := r.Query(t.Context(), sql)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, answer.Close()) }()
	for row, err := range answer.All() {
		if err != nil {
			return nil, nil, err
		}
		rows = append(rows, slices.Clone(row))
	}
	return answer.Columns(), rows, nil
}

func TestQueryReads(t *testing.T) {
	s := openLibrary(t)
	tests := []struct {
		sql     string
		columns []string
		rows    [][]any
	}{
		{"SELECT label, ece, nll, loss_parameters FROM results WHERE split = 'test' ORDER BY label", []string{"label", "ece", "nll", "loss_parameters"}, [][]any{
			{"cross_entropy", 0.3, math.Inf(1), "{}"},
			{"focal gamma=2", 0.1, 0.5, `{"gamma":2.0}`},
			{"label_smoothing epsilon=0.05", nil, 0.25, `{"epsilon":0.05}`},
		}},
		{"SELECT 1 AS a, 'x' AS b, x'00ff' AS c, NULL AS d;  -- the end", []string{"a", "b", "c", "d"}, [][]any{{int64(1), "x", []byte{0, 255}, nil}}},
		{"/* ; */ SELECT ';' || \"a;b\" FROM (SELECT 'x' AS \"a;b\")\n;\n", []string{"';' || \"a;b\""}, [][]any{{";x"}}},
		{"SELECT sweep, count(*) FROM sweep_runs JOIN results ON results.run = sweep_runs.run WHERE split = 'test' GROUP BY sweep", []string{"sweep", "count(*)"}, [][]any{{"x", int64(3)}}},
		{"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT sum(i) FROM n", []string{"sum(i)"}, [][]any{{int64(6)}}},
		{"SELECT json_extract(config, '$.loss.gamma') AS gamma FROM results WHERE loss = 'focal' AND split = 'test'", []string{"gamma"}, [][]any{{2.0}}},
		{"VALUES (1), (2)", []string{"column1"}, [][]any{{int64(1)}, {int64(2)}}},
		{"SELECT name FROM pragma_table_info('sweep_runs')", []string{"name"}, [][]any{{"sweep"}, {"run"}, {"position"}}},
		{"SELECT run FROM results WHERE 0", []string{"run"}, nil},
	}
	for _, test := range tests {
		columns, rows, err := ask(t, s.Reader, test.sql)
		if err != nil || !slices.Equal(columns, test.columns) || !reflect.DeepEqual(rows, test.rows) {
			t.Errorf("%s\ngot  %q %v, %v\nwant %q %v", test.sql, columns, rows, err, test.columns, test.rows)
		}
	}
}

func TestQueryOnlyReads(t *testing.T) {
	s := openLibrary(t)
	folder := t.TempDir()
	other := filepath.Join(folder, "other.db")
	attacks := []string{
		"DELETE FROM runs",
		"UPDATE runs SET status = 'new'",
		"INSERT INTO sweeps SELECT 'y', '', '', '', '', ''",
		"REPLACE INTO sweeps VALUES ('x', '', '', '', '', '')",
		"WITH gone AS (SELECT key FROM runs) DELETE FROM runs WHERE key IN gone",
		"WITH more(n) AS (SELECT 'y') INSERT INTO sweeps SELECT n, '', '', '', '', '' FROM more",
		"DELETE FROM runs RETURNING key",
		"DROP TABLE runs", "DROP VIEW results", "DROP INDEX runs_by_status",
		"CREATE TABLE t (x)", "CREATE TEMP TABLE t (x)", "CREATE TEMP TABLE t AS SELECT * FROM runs", "CREATE VIEW v AS SELECT 1",
		"CREATE TRIGGER g AFTER INSERT ON runs BEGIN DELETE FROM runs; END", "CREATE INDEX i ON runs (seed)",
		"CREATE VIRTUAL TABLE f USING fts3(x)", "CREATE VIRTUAL TABLE temp.f USING rtree(a, b, c)",
		"ALTER TABLE runs RENAME TO walks", "ALTER TABLE runs DROP COLUMN seed",
		"ATTACH '" + other + "' AS other", "ATTACH ':memory:' AS other", "DETACH main",
		"VACUUM", "VACUUM INTO '" + other + "'", "REINDEX", "ANALYZE",
		"BEGIN", "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK", "SAVEPOINT s", "RELEASE s",
		"PRAGMA query_only = 0", "PRAGMA writable_schema = 1", "PRAGMA journal_mode = DELETE", "PRAGMA user_version = 9",
		"PRAGMA application_id = 1", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA foreign_keys = 0", "PRAGMA optimize",
		"PRAGMA temp_store_directory = '/tmp'", "PRAGMA data_version", "PRAGMA database_list",
		"SELECT * FROM pragma_query_only", "SELECT * FROM pragma_wal_checkpoint",
		"SELECT load_extension('/lib/x.so')", "SELECT LOAD_EXTENSION('/lib/x.so', 'main')",
		"EXPLAIN DELETE FROM runs",
		"INSERT INTO sqlite_schema VALUES ('table', 't', 't', 0, 'CREATE TABLE t (x)')",
		"SELECT 1; DELETE FROM runs", "SELECT 1;; SELECT 2", "SELECT 1; /* */ x", "; SELECT 1; DROP TABLE runs", "SELECT ';'; DROP TABLE runs",
		"SELECT 1 -- ;\n; DELETE FROM runs", "SELECT [;]; DELETE FROM runs",
	}
	before := s.fingerprint(t)
	for _, attack := range attacks {
		_, rows, err := ask(t, s.Reader, attack)
		if err == nil {
			t.Errorf("%s: it answered %v", attack, rows)
		} else if !errors.Is(err, ErrOnlyReads) && !strings.Contains(err.Error(), "no such table: pragma_") {
			t.Errorf("%s: got error %v, want that a query only reads", attack, err)
		}
		t.Logf("%s: %v", attack, err)
	}
	if after := s.fingerprint(t); after != before {
		t.Errorf("the attacks changed the database:\n%s\n%s", before, after)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) > 0 {
		t.Errorf("the attacks left %v, %v", entries, err)
	}
}

// fingerprint is some text that changes with the schema and most contents.
func (s *Store) fingerprint(t *testing.T) string {
	t.Helper()
	var text string
	err := s.writer.QueryRow(`SELECT (SELECT group_concat(sql) FROM sqlite_schema) ||
		(SELECT group_concat(key || status || seed) FROM runs) || (SELECT group_concat(name || updated) FROM sweeps) ||
		(SELECT user_version FROM pragma_user_version) || (SELECT application_id FROM pragma_application_id)`).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestQueryMistakes(t *testing.T) {
	s := openLibrary(t)
	for sql, want := range map[string]string{
		"":                                     "no statement",
		" ; -- nothing":                        "no statement",
		"SELECT elegance":                      "no such column: elegance",
		"SELEC 1":                              "syntax error",
		"SELECT ?":                             "parameters",
		"SELECT 'unfinished":                   "unrecognized token",
		"SELECT abs(-9223372036854775807 - 1)": "integer overflow",
	} {
		_, _, err := ask(t, s.Reader, sql)
		if err == nil || !strings.Contains(err.Error(), want) || errors.Is(err, ErrOnlyReads) {
			t.Errorf("%q: got error %v, want one with %q", sql, err, want)
		}
	}
}

func TestQueryStopsWithItsContext(t *testing.T) {
	s, _ := openTemporary(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
	rows, err := s.Query(ctx, endless)
	if err == nil {
		for _, failure := range rows.All() {
			err = errors.Join(err, failure)
		}
		err = errors.Join(err, rows.Close())
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v", err)
	}
}

func TestQueryLooksUpByIndex(t *testing.T) {
	s := openLibrary(t)
	for _, sql := range []string{
		"SELECT * FROM results WHERE run = 'x'",
		"SELECT * FROM sweep_runs JOIN results ON results.run = sweep_runs.run WHERE sweep = 'x'",
		"SELECT sweep FROM sweep_runs WHERE run = 'x'",
		"SELECT * FROM results WHERE loss = 'focal' AND split = 'test' AND calibration = 'none'",
		"SELECT * FROM runs WHERE status = 'failed'",
		"SELECT * FROM attempts WHERE run = 'x' ORDER BY number",
	} {
		_, rows, err := ask(t, s.Reader, "EXPLAIN QUERY PLAN "+sql)
		if err != nil || len(rows) == 0 {
			t.Fatalf("%s: %v, %v", sql, rows, err)
		}
		for _, row := range rows {
			if step := row[3].(string); strings.HasPrefix(step, "SCAN") {
				t.Errorf("%s\nreads a whole table: %s", sql, step)
			}
		}
	}
}
