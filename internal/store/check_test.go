package store

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	s, path := openTemporary(t)
	for seed := range int64(300) {
		finish(t, s, newRun(t, "focal gamma=2", seed), 1, measured("ece", 0.5))
	}
	health, err := s.Check(t.Context())
	if err != nil || health.Version != len(migrations) || health.Runs != 300 || len(health.Problems) > 0 {
		t.Errorf("got %+v, %v", health, err)
	}
	if _, err := s.writer.Exec("PRAGMA foreign_keys = 0; DELETE FROM attempts WHERE number = 1; PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	health, err = s.Check(t.Context())
	if err != nil || len(health.Problems) == 0 || !strings.Contains(health.Problems[0], "missing") {
		t.Errorf("with attempts missing: %+v, %v", health, err)
	}
	damage(t, path)
	r, err := OpenReader(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	health, err = r.Check(t.Context())
	if !errors.Is(err, ErrDamaged) && len(health.Problems) < 2 {
		t.Errorf("with pages overwritten: %+v, %v", health, err)
	}
}

// damage overwrites the second half of a database file.
func damage(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(data) / 2; i < len(data); i++ {
		data[i] = 0xA5
	}
	write(t, path, data)
}
