package store

import (
	"database/sql"
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

// TestAttemptsOfTheFirstSchema reads what a program recorded that knew no checkpoints.
func TestAttemptsOfTheFirstSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db := sql.OpenDB(newConnector(path, writing))
	err := migrate(t.Context(), db, migrations[:1])
	if err == nil {
		_, err = db.Exec(`INSERT INTO runs (key, pipeline, label, dataset, model, loss, loss_parameters, seed, config) VALUES ('ab', '', '', '', '', '', '{}', 0, '{}');
			INSERT INTO attempts (run, number, status, reason, epoch, started, pid, host, log, device, provenance)
			VALUES ('ab', 1, 'interrupted', 'lost', 7, '2025-03-01T12:00:00.250Z', 17, 'here', '', 'cpu', '{}')`)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	attempts, err := openAt(t, path).Attempts(t.Context(), "ab", 0)
	if err != nil || len(attempts) != 1 || attempts[0].Epoch != 7 || attempts[0].Resumed != 0 {
		t.Errorf("attempts %+v: %v", attempts, err)
	}
}
