package store

import (
	"database/sql"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"experiment/internal/run"
)

func TestMigrateStepByStep(t *testing.T) {
	db := sql.OpenDB(newConnector(filepath.Join(t.TempDir(), "x.db"), writing))
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	version := func(latest int) int {
		t.Helper()
		v, err := identify(t.Context(), db, latest)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	first := "CREATE TABLE one (x INTEGER) STRICT; INSERT INTO one VALUES (1)"
	if err := migrate(t.Context(), db, []string{first}); err != nil || version(1) != 1 {
		t.Fatalf("the first step: version %d, %v", version(1), err)
	}
	broken := "ALTER TABLE one ADD COLUMN y TEXT; CREATE TABLE one (x INTEGER)"
	if err := migrate(t.Context(), db, []string{first, broken}); err == nil || version(2) != 1 {
		t.Fatalf("a broken step: version %d, %v", version(2), err)
	}
	second := "ALTER TABLE one ADD COLUMN y TEXT DEFAULT 'old'"
	third := "CREATE TABLE two (x INTEGER) STRICT"
	if err := migrate(t.Context(), db, []string{first, second, third}); err != nil || version(3) != 3 {
		t.Fatalf("two steps at once: version %d, %v", version(3), err)
	}
	var x int
	var y string
	if err := db.QueryRow("SELECT x, y FROM one").Scan(&x, &y); err != nil || x != 1 || y != "old" {
		t.Errorf("after migrating there is %d, %q, %v", x, y, err)
	}
	if err := migrate(t.Context(), db, []string{first}); err == nil {
		t.Error("an older program migrates a newer database")
	}
}

// TestSchemaHasEveryMetric fails where a metric was added without a migration.
func TestSchemaHasEveryMetric(t *testing.T) {
	s, _ := openTemporary(t)
	contract := []string{
		"run", "label", "dataset", "model", "loss", "loss_parameters", "seed", "device", "seconds", "split", "calibration", "config",
	}
	for table, want := range map[string][]string{
		"scores":  append([]string{"attempt", "split", "calibration", "undefined"}, run.MetricNames[:]...),
		"results": append(contract, run.MetricNames[:]...),
	} {
		var got []string
		err := scan(t.Context(), s.db, func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			got = append(got, name)
			return err
		}, "SELECT name FROM pragma_table_info(?) ORDER BY cid", table)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s has the columns\n%v, want\n%v", table, got, want)
		}
	}
}

// TestDatabaseOfVersion1 holds that what an earlier version recorded is there after the database is brought up to date,
// and can be added to and removed.
func TestDatabaseOfVersion1(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	key := writeVersion1(t, path)
	if _, err := OpenReader(t.Context(), path); !errors.Is(err, ErrOlder) {
		t.Fatalf("reading it before: %v", err)
	}
	s := openAt(t, path)
	record, err := s.Record(t.Context(), key, History|Bins|Artefacts|Histograms)
	if err != nil {
		t.Fatal(err)
	}
	want := record
	want.Attempt.Result.Metrics = []run.Metric{
		{Split: run.Test, Calibration: run.Uncalibrated, Name: "accuracy", Value: 0.75},
		{Split: run.Test, Calibration: run.Uncalibrated, Name: "ece", Value: 0.125},
		{Split: run.Test, Calibration: run.TemperatureScale, Name: "ece", Value: 0.0625},
		{Split: run.Test, Calibration: run.TemperatureScale, Name: "aurc", Value: run.Number(math.NaN())},
		{Split: run.Test, Calibration: run.TemperatureScale, Name: "temperature", Value: 1.5},
	}
	if bits(t, record) != bits(t, want) {
		t.Errorf("the metrics are %v, want %v", record.Attempt.Result.Metrics, want.Attempt.Result.Metrics)
	}
	if len(record.Attempt.History) != 1 || len(record.Attempt.Result.Reliability) != 1 {
		t.Errorf("the history is %v, the reliability %v", record.Attempt.History, record.Attempt.Result.Reliability)
	}
	if n := len(record.Attempt.Result.Histograms); n != 0 {
		t.Errorf("there are %d histograms, of a time before there were any", n)
	}
	finish(t, s, newRun(t, "focal gamma=2", 1), 1, run.Metric{Split: run.Test, Calibration: run.VectorScale, Name: "ece", Value: 0.25})
	var rows int
	if err := s.db.QueryRow("SELECT count(*) FROM results WHERE calibration = 'temperature' OR calibration = 'vector'").Scan(&rows); err != nil || rows != 2 {
		t.Errorf("there are %d rows of an old and a new run, want 2: %v", rows, err)
	}
	if _, err := s.writer.Exec("DELETE FROM attempts WHERE run = ?", string(key)); err != nil {
		t.Fatal(err)
	}
	if err := s.db.QueryRow("SELECT count(*) FROM scores").Scan(&rows); err != nil || rows != 1 {
		t.Errorf("%d rows of metrics are left after an attempt was deleted, want 1: %v", rows, err)
	}
}

// writeVersion1 makes a database as version 1 of the schema had it, with a finished run.
func writeVersion1(t *testing.T, path string) run.Key {
	t.Helper()
	db := sql.OpenDB(newConnector(path, writing))
	if err := migrate(t.Context(), db, migrations[:1]); err != nil {
		t.Fatal(err)
	}
	r := newRun(t, "cross_entropy", 0)
	config, err := r.Config.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, insert := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO runs VALUES (?, 'classification', 'cross_entropy', 'mnist', 'cnn', 'cross_entropy', '{}', 0, ?, 'finished', NULL)`, []any{string(r.Key), string(config)}},
		{`INSERT INTO attempts VALUES (7, ?, 1, 'finished', '', 15, '2025-03-01T12:00:00.000Z', '2025-03-01T12:01:00.000Z', 2.5, 17, 'here', 'x.log', 'cpu', '{}')`, []any{string(r.Key)}},
		{`UPDATE runs SET attempt = 7`, nil},
		{`INSERT INTO scores (attempt, split, calibration, undefined, accuracy, ece) VALUES (7, 'test', 'none', '[]', 0.75, 0.125)`, nil},
		{`INSERT INTO scores (attempt, split, calibration, undefined, aurc, ece, temperature) VALUES (7, 'test', 'temperature', '["aurc"]', NULL, 0.0625, 1.5)`, nil},
		{`INSERT INTO bins VALUES (7, 'test', 'none', 1, 0, 1, 3, 0.5, 0.25)`, nil},
		{`INSERT INTO epochs VALUES (7, 1, 'validation', 'nll', 0.5)`, nil},
	} {
		if _, err := db.Exec(insert.sql, insert.args...); err != nil {
			t.Fatalf("%s: %v", insert.sql, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return r.Key
}

func TestCalibrationsOfTheSchemaAreThoseOfRun(t *testing.T) {
	s, _ := openTemporary(t)
	var metrics []run.Metric
	for _, calibration := range run.Calibrations {
		metrics = append(metrics, run.Metric{Split: run.Test, Calibration: calibration, Name: "ece", Value: 0.5})
	}
	finish(t, s, newRun(t, "focal gamma=2", 0), 1, metrics...)
	if _, err := s.writer.Exec("UPDATE scores SET calibration = 'odd' WHERE calibration = 'none'"); err == nil {
		t.Error("a metric can have an unknown calibration")
	}
}

func TestStatesOfTheSchemaAreThoseOfRun(t *testing.T) {
	s, _ := openTemporary(t)
	putSweepOf(t, s, "x", Replace, newRun(t, "focal gamma=2", 0))
	for _, status := range run.Statuses {
		if _, err := s.writer.Exec("UPDATE runs SET status = ?", string(status)); err != nil {
			t.Errorf("status %q: %v", status, err)
		}
	}
	if _, err := s.writer.Exec("UPDATE runs SET status = 'odd'"); err == nil {
		t.Error("a run can have an unknown state")
	}
}
