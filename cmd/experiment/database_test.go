package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"experiment/internal/run"
	"experiment/internal/store"
)

var studies = flag.String("studies", "", "write the studies that docs/database.md asks of anew, from the database at this `path`")

// studied is a sweep that was trained once, with every attempt at its runs.
type studied struct {
	Sweep store.Sweep
	Runs  []studiedRun
}

type studiedRun struct {
	run.Run
	Attempts []run.Attempt
}

// studiesFile holds what the queries of docs/database.md ask of: the studies quickstart, which ships, and rates, half of
// whose learning rates are too high.
var studiesFile = filepath.Join("testdata", "database", "studies.json.gz")

// openStudies makes a database of the recorded studies, as training them would, and returns its path.
func openStudies(t *testing.T) string {
	t.Helper()
	if *studies != "" {
		writeStudies(t, *studies)
	}
	path := filepath.Join(t.TempDir(), "experiments.db")
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for _, study := range readStudies(t) {
		retrain(t, s, study)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// retrain records a study as training it would.
func retrain(t *testing.T, s *store.Store, study studied) {
	t.Helper()
	runs := make([]run.Run, len(study.Runs))
	for i, r := range study.Runs {
		runs[i] = r.Run
	}
	if err := s.PutSweep(t.Context(), study.Sweep, runs, store.Replace); err != nil {
		t.Fatal(err)
	}
	for _, r := range study.Runs {
		for _, a := range r.Attempts {
			if _, err := s.Begin(t.Context(), r.Run, a); err != nil {
				t.Fatal(err)
			}
			if err := s.End(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func readStudies(t *testing.T) (list []studied) {
	t.Helper()
	packed, err := os.ReadFile(studiesFile)
	if err != nil {
		t.Fatal(err)
	}
	text, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(text).Decode(&list); err != nil {
		t.Fatal(err)
	}
	return list
}

// writeStudies records the studies of a database. Who trained them where is left out.
func writeStudies(t *testing.T, path string) {
	t.Helper()
	r, err := store.OpenReader(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	var list []studied
	for _, name := range []string{"quickstart", "rates"} {
		study := studied{}
		if study.Sweep, err = r.SweepByName(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		study.Sweep.Path = filepath.Base(study.Sweep.Path)
		records, err := r.Records(t.Context(), store.Filter{Sweep: name}, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, record := range records {
			attempts, err := r.Attempts(t.Context(), record.Key, store.History|store.Bins|store.Histograms|store.Artefacts)
			if err != nil {
				t.Fatal(err)
			}
			for i := range attempts {
				a := &attempts[i]
				a.PID, a.Host, a.Provenance.Host = 1, "", ""
			}
			study.Runs = append(study.Runs, studiedRun{record.Run, attempts})
		}
		list = append(list, study)
	}
	var packed bytes.Buffer
	text, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(json.NewEncoder(text).Encode(list), text.Close(), r.Close())
	if err == nil {
		err = os.WriteFile(studiesFile, packed.Bytes(), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
