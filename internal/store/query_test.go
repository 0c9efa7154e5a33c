package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
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
		{"\ufeffSELECT 1 AS a;\ufeff", []string{"a"}, [][]any{{int64(1)}}},
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
	path := s.path(t)
	folder := t.TempDir()
	other := filepath.Join(folder, "other.db")
	attacks := []string{
		"DELETE FROM runs",
		"UPDATE runs SET status = 'new'",
		"INSERT INTO sweeps SELECT 'y', '', '', '', '', ''",
		"REPLACE INTO sweeps VALUES ('x', '', '', '', '', '')",
		"INSERT INTO sweeps VALUES ('x', '', '', '', '', '') ON CONFLICT DO UPDATE SET path = 'y' RETURNING name",
		"UPDATE runs SET seed = other.seed FROM runs AS other",
		"WITH gone AS (SELECT key FROM runs) DELETE FROM runs WHERE key IN gone",
		"WITH more(n) AS (SELECT 'y') INSERT INTO sweeps SELECT n, '', '', '', '', '' FROM more",
		"DELETE FROM runs RETURNING key",
		"DROP TABLE runs", "DROP VIEW results", "DROP INDEX runs_by_status",
		"CREATE TABLE t (x)", "CREATE TEMP TABLE t (x)", "CREATE TEMP TABLE t AS SELECT * FROM runs", "CREATE VIEW v AS SELECT 1",
		"CREATE TRIGGER g AFTER INSERT ON runs BEGIN DELETE FROM runs; END", "CREATE INDEX i ON runs (seed)",
		"CREATE VIRTUAL TABLE f USING fts3(x)", "CREATE VIRTUAL TABLE temp.f USING rtree(a, b, c)",
		"ALTER TABLE runs RENAME TO walks", "ALTER TABLE runs DROP COLUMN seed",
		"CREATE VIRTUAL TABLE f USING fts3tokenize('simple')", "CREATE TEMP VIEW runs AS SELECT 1",
		"ATTACH '" + other + "' AS other", "ATTACH 'file:" + other + "?mode=rwc' AS other", "ATTACH ':memory:' AS other", "DETACH main",
		"VACUUM", "VACUUM INTO '" + other + "'", "VACUUM INTO 'file:" + other + "?mode=rwc'", "REINDEX", "REINDEX runs", "ANALYZE", "ANALYZE runs",
		"BEGIN", "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK", "SAVEPOINT s", "RELEASE s",
		"PRAGMA query_only = 0", "PRAGMA QUERY_ONLY(0)", "PRAGMA main.query_only = off", "PRAGMA writable_schema = 1", "PRAGMA writable_schema = RESET", "PRAGMA journal_mode = DELETE", "PRAGMA user_version = 9",
		"PRAGMA application_id = 1", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA foreign_keys = 0", "PRAGMA optimize",
		"PRAGMA temp_store_directory = '/tmp'", "PRAGMA data_version", "PRAGMA database_list",
		"SELECT * FROM pragma_query_only", "SELECT * FROM pragma_wal_checkpoint",
		"SELECT load_extension('/lib/x.so')", "SELECT LOAD_EXTENSION('/lib/x.so', 'main')",
		"EXPLAIN DELETE FROM runs", "EXPLAIN QUERY PLAN DELETE FROM runs", "EXPLAIN VACUUM INTO '" + other + "'",
		"INSERT INTO sqlite_schema VALUES ('table', 't', 't', 0, 'CREATE TABLE t (x)')",
		"SELECT 1; DELETE FROM runs", "SELECT 1;; SELECT 2", "SELECT 1; /* */ x", "; SELECT 1; DROP TABLE runs", "SELECT ';'; DROP TABLE runs",
		"SELECT 1 -- ;\n; DELETE FROM runs", "/* SELECT */ DELETE FROM runs -- SELECT", "SELECT 1; EXPLAIN DELETE FROM runs", "EXPLAIN SELECT 1; DELETE FROM runs",
		"\ufeffDELETE FROM runs", "EXPLAIN ATTACH '" + other + "' AS other", "PRAGMA table_info('runs'); DELETE FROM runs",
		"SELECT [;]; DELETE FROM runs",
	}
	before := contents(t, filepath.Dir(path))
	for _, attack := range attacks {
		_, rows, err := ask(t, s.Reader, attack)
		if err == nil {
			t.Errorf("%s: it answered %v", attack, rows)
		} else if !errors.Is(err, ErrOnlyReads) && !strings.Contains(err.Error(), "no such table: pragma_") {
			t.Errorf("%s: got error %v, want that a query only reads", attack, err)
		}
		t.Logf("%s: %v", attack, err)
	}
	if after := contents(t, filepath.Dir(path)); !maps.Equal(after, before) {
		t.Errorf("the attacks changed files:\n%v\n%v", before, after)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) > 0 {
		t.Errorf("the attacks left %v, %v", entries, err)
	}
}

// path returns where the database lies.
func (s *Store) path(t *testing.T) string {
	t.Helper()
	var path string
	if err := s.writer.QueryRow("SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path); err != nil {
		t.Fatal(err)
	}
	return path
}

// contents returns the sum of each file of a folder, by its name. That of the memory which connections share is
// empty: they leave their marks in it when they read.
func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	sums := map[string]string{}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), "-shm") {
			sums[e.Name()] = ""
			continue
		}
		data, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		sums[e.Name()] = fmt.Sprintf("%x", sha256.Sum256(data))
	}
	return sums
}

func TestQueryMistakes(t *testing.T) {
	s := openLibrary(t)
	for sql, want := range map[string]string{
		"":                                       "no statement",
		" ; -- nothing":                          "no statement",
		"\ufeff":                                 "no statement",
		"\ufeff; -- nothing":                     "no statement",
		"/*":                                     "no statement",
		"\x00":                                   "NUL byte after 0 bytes",
		"SELECT 1\x00; DELETE FROM runs":         "NUL byte after 8 bytes",
		"SELECT 1 /* \x00 */":                    "NUL byte",
		"EXPLAIN":                                "incomplete input",
		"SELECT elegance":                        "no such column: elegance",
		"SELEC 1":                                "syntax error",
		"SELECT ?":                               "parameters",
		"SELECT 'unfinished":                     "unrecognized token",
		"SELECT abs(-9223372036854775807 - 1)":   "integer overflow",
		"DELETE FROM results":                    "cannot modify results because it is a view",
		"UPDATE sqlite_schema SET sql = ''":      "table sqlite_master may not be modified",
		"SELECT writefile('/tmp/x', 'y')":        "no such function: writefile",
		"SELECT readfile('/etc/hostname')":       "no such function: readfile",
		"SELECT edit(config) FROM runs":          "no such function: edit",
		"SELECT * FROM dbstat":                   "no such table: dbstat",
		"SELECT * FROM sqlite_dbpage":            "no such table: sqlite_dbpage",
		"SELECT randomblob(1 << 30)":             "string or blob too big",
		"SELECT fts3_tokenizer('simple', x'41')": "fts3tokenize disabled",
	} {
		_, _, err := ask(t, s.Reader, sql)
		if err == nil || !strings.Contains(err.Error(), want) || errors.Is(err, ErrOnlyReads) {
			t.Errorf("%q: got error %v, want one with %q", sql, err, want)
		}
	}
}

// A query without end stops with its context, in the middle of a row or between two.
func TestQueryStopsWithItsContext(t *testing.T) {
	s, _ := openTemporary(t)
	const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
	for _, sql := range []string{endless + "SELECT count(*) FROM n", endless + "SELECT i FROM n", endless + "SELECT i FROM n ORDER BY -i"} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		rows, err := s.Query(ctx, sql)
		if err == nil {
			for _, failure := range rows.All() {
				err = errors.Join(err, failure)
			}
			err = errors.Join(err, rows.Close())
		}
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: got error %v", sql, err)
		}
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
