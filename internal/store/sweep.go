package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"experiment/internal/run"
)

// Sweep is a sweep file as it was when it was last run.
type Sweep struct {
	Name        string
	Description string
	Pipeline    string
	Path        string    // of the file
	Source      string    // its text
	Updated     time.Time // UTC, set by PutSweep
	Runs        int       // how many runs it has, set when read
}

// Mode says what PutSweep does with the runs that a sweep had before.
type Mode int

const (
	Replace Mode = iota // the sweep has the given runs and no others
	Add                 // the given runs are added; what is recorded of the sweep itself stays
)

// PutSweep records a sweep and its runs, in their order. Runs that are known keep what is recorded of
// them. Runs that leave the sweep stay, unless they were never tried and belong to no other sweep.
func (s *Store) PutSweep(ctx context.Context, sweep Sweep, runs []run.Run, mode Mode) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		if err := putSweep(ctx, tx, sweep, mode); err != nil {
			return err
		}
		if err := putRuns(ctx, tx, runs); err != nil {
			return err
		}
		if err := putMembers(ctx, tx, sweep.Name, runs); err != nil {
			return err
		}
		if mode == Add {
			return nil
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM runs
			WHERE status = 'new' AND NOT EXISTS (SELECT 1 FROM sweep_runs WHERE sweep_runs.run = runs.key)`)
		return err
	})
	if err != nil {
		return fmt.Errorf("recording sweep %q: %w", sweep.Name, err)
	}
	return nil
}

func putSweep(ctx context.Context, tx *sql.Tx, sweep Sweep, mode Mode) error {
	const insert = `INSERT INTO sweeps (name, description, pipeline, path, source, updated)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) `
	const add = insert + `DO NOTHING`
	const replace = insert + `DO UPDATE SET description = excluded.description, pipeline = excluded.pipeline,
		path = excluded.path, source = excluded.source, updated = excluded.updated`
	statement := replace
	if mode == Add {
		statement = add
	}
	_, err := tx.ExecContext(ctx, statement, sweep.Name, sweep.Description, sweep.Pipeline, sweep.Path,
		sweep.Source, encodeTime(time.Now()))
	if err != nil || mode == Add {
		return err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM sweep_runs WHERE sweep = ?`, sweep.Name)
	return err
}

// putRuns records runs that are not known yet. Labels are for people and follow the newest. Each insertion
// runs without the context: the driver starts a goroutine for each that can be cancelled, which nearly
// doubles the time of a large sweep.
func putRuns(ctx context.Context, tx *sql.Tx, runs []run.Run) (err error) {
	insert, err := tx.PrepareContext(ctx, `INSERT INTO runs
		(key, pipeline, label, dataset, model, loss, loss_parameters, seed, config)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET label = excluded.label WHERE label <> excluded.label`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	brief := context.WithoutCancel(ctx)
	for _, r := range runs {
		if err := ctx.Err(); err != nil {
			return err
		}
		parameters, err := lossParameters(r.Config)
		if err != nil {
			return err
		}
		config, err := configText(r.Config)
		if err != nil {
			return err
		}
		c := r.Config
		_, err = insert.ExecContext(brief, string(r.Key), c.Pipeline(), r.Label, c.Text("data.name"), c.Text("model.name"),
			c.Text("loss.name"), parameters, c.Seed(), config)
		if err != nil {
			return fmt.Errorf("run %s: %w", r.Key.Short(), err)
		}
	}
	return nil
}

// putMembers appends runs to a sweep. Those that it has keep their place.
func putMembers(ctx context.Context, tx *sql.Tx, sweep string, runs []run.Run) (err error) {
	var position int
	err = tx.QueryRowContext(ctx, `SELECT ifnull(max(position), 0) FROM sweep_runs WHERE sweep = ?`, sweep).Scan(&position)
	if err != nil {
		return err
	}
	insert, err := tx.PrepareContext(ctx, `INSERT INTO sweep_runs (sweep, run, position) VALUES (?, ?, ?)
		ON CONFLICT (sweep, run) DO NOTHING`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	brief := context.WithoutCancel(ctx)
	for i, r := range runs {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := insert.ExecContext(brief, sweep, string(r.Key), position+i+1); err != nil {
			return err
		}
	}
	return nil
}

// Sweeps returns what is recorded of every sweep, sorted by name.
func (r *Reader) Sweeps(ctx context.Context) ([]Sweep, error) {
	var sweeps []Sweep
	err := r.view(ctx, func(tx *sql.Tx) (err error) {
		sweeps, err = readSweeps(ctx, tx, selectSweeps+` ORDER BY name`)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading sweeps: %w", err)
	}
	return sweeps, nil
}

// SweepByName returns what is recorded of a sweep, or an *UnknownSweepError.
func (r *Reader) SweepByName(ctx context.Context, name string) (Sweep, error) {
	var sweep Sweep
	err := r.view(ctx, func(tx *sql.Tx) error {
		sweeps, err := readSweeps(ctx, tx, selectSweeps+` WHERE name = ?`, name)
		if err != nil {
			return err
		}
		if len(sweeps) == 0 {
			return unknownSweep(ctx, tx, name)
		}
		sweep = sweeps[0]
		return nil
	})
	if err != nil {
		return Sweep{}, fmt.Errorf("reading sweep: %w", err)
	}
	return sweep, nil
}

const selectSweeps = `SELECT name, description, pipeline, path, source, updated,
	(SELECT count(*) FROM sweep_runs WHERE sweep = name) FROM sweeps`

func readSweeps(ctx context.Context, tx *sql.Tx, query string, args ...any) ([]Sweep, error) {
	var sweeps []Sweep
	err := scan(ctx, tx, func(rows *sql.Rows) error {
		var s Sweep
		var updated sql.NullString
		err := rows.Scan(&s.Name, &s.Description, &s.Pipeline, &s.Path, &s.Source, &updated, &s.Runs)
		if err != nil {
			return err
		}
		s.Updated, err = decodeTime(updated)
		sweeps = append(sweeps, s)
		return err
	}, query, args...)
	return sweeps, err
}

// unknownSweep returns the error for a name that no sweep has.
func unknownSweep(ctx context.Context, tx *sql.Tx, name string) error {
	unknown := &UnknownSweepError{Name: name}
	err := scan(ctx, tx, func(rows *sql.Rows) error {
		var known string
		err := rows.Scan(&known)
		unknown.Known = append(unknown.Known, known)
		return err
	}, `SELECT name FROM sweeps ORDER BY name`)
	if err != nil {
		return err
	}
	return unknown
}
