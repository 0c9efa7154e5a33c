// Database makes a database of runs that were never trained, as large as one likes, to measure commands on:
//
//	go run ./bench/database -sweeps 1 -o /tmp/10k.db     # 10,000 runs
//	go run ./bench/database -sweeps 10 -o /tmp/100k.db   # 100,000 runs
//
// Each sweep, generated-0 and so on, has 1,000 configurations with ten seeds. What is recorded of a run is as much as
// of a real one of thirty epochs, written by the program's own store: metrics of every split and calibration, the
// history of every epoch, reliability curves, histograms of entropies, provenance and the list of artefacts. One run in a
// hundred failed, diverged or was interrupted. The numbers are made up, plausible and the same each time. With -files
// the artefacts are made too, as files of the recorded sizes that take no space on the disk.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"experiment/internal/run"
	"experiment/internal/store"
)

func main() {
	path := flag.String("o", "", "make the database at `PATH`, which must not exist")
	sweeps := flag.Int("sweeps", 1, "`N` sweeps of 10,000 runs")
	files := flag.Bool("files", false, "make the files of the runs too")
	flag.Parse()
	if *path == "" || *sweeps < 1 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := generate(context.Background(), *path, *sweeps, *files); err != nil {
		fmt.Fprintf(os.Stderr, "database: %v\n", err)
		os.Exit(1)
	}
}

// generate makes the database and says what it holds.
func generate(ctx context.Context, path string, sweeps int, files bool) error {
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return errors.Join(fmt.Errorf("making %s: it exists", path), err)
	}
	begin := time.Now()
	db, err := store.Open(ctx, path)
	if err != nil {
		return err
	}
	runs := 0
	for i := range sweeps {
		n, err := addSweep(ctx, db, i)
		if err != nil {
			return errors.Join(err, db.Close())
		}
		runs += n
	}
	if files {
		err = makeFiles(ctx, db, store.Files(path))
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	_, err = fmt.Printf("%s: %d runs, %d bytes, %d a run, in %.1f s\n", path, runs, info.Size(), info.Size()/int64(runs), time.Since(begin).Seconds())
	return err
}

// addSweep records a sweep and an attempt of each of its runs, and returns how many they are.
func addSweep(ctx context.Context, db *store.Store, number int) (runs int, err error) {
	s, err := describeSweep(number)
	if err != nil {
		return 0, err
	}
	described := store.Sweep{Name: s.Name, Description: s.Description, Pipeline: s.Pipeline, Path: s.Name + ".yaml", Source: string(s.Source)}
	if err := db.PutSweep(ctx, described, s.Runs, store.Replace); err != nil {
		return 0, err
	}
	for _, each := range s.Runs {
		a := attemptOf(each)
		if a.Number, err = db.Begin(ctx, each, a); err != nil {
			return 0, err
		}
		if err := db.End(ctx, a); err != nil {
			return 0, err
		}
	}
	return len(s.Runs), nil
}

// makeFiles makes the log and the artefacts of every run.
func makeFiles(ctx context.Context, db *store.Store, folder string) error {
	holdings, err := db.Holdings(ctx)
	if err != nil {
		return err
	}
	for _, h := range holdings {
		files := append([]run.Artefact{{Path: logName, Bytes: 2000}}, h.Artefacts...)
		if err := os.MkdirAll(filepath.Join(folder, string(h.Run)), 0o777); err != nil {
			return err
		}
		for _, f := range files {
			file, err := os.Create(filepath.Join(folder, string(h.Run), f.Path))
			if err != nil {
				return err
			}
			if err := errors.Join(file.Truncate(f.Bytes), file.Close()); err != nil {
				return err
			}
		}
	}
	return nil
}
