package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"experiment/internal/run"
)

// Detail names what is loaded of an attempt besides its metrics. Details are joined by |.
type Detail uint8

const (
	History    Detail = 1 << iota // what was measured at each epoch
	Bins                          // reliability curves
	Artefacts                     // the list of files it left
	Histograms                    // how predictions are distributed
	TestOnly                      // of metrics, reliability curves and histograms, those of the test split only
)

// Records returns the runs that a filter chooses, each with the attempt that decides its state and, where
// that finished, the metrics of every split and calibration, unless the details are TestOnly.
func (r *Reader) Records(ctx context.Context, f Filter, details Detail) ([]run.Record, error) {
	return r.records(ctx, func(tx *sql.Tx) ([]run.Record, error) { return readRecords(ctx, tx, f, details) })
}

// records returns what read finds, all of one moment.
func (r *Reader) records(ctx context.Context, read func(tx *sql.Tx) ([]run.Record, error)) ([]run.Record, error) {
	var records []run.Record
	err := r.view(ctx, func(tx *sql.Tx) (err error) {
		records, err = read(tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading runs: %w", err)
	}
	return records, nil
}

// Record returns one run, or an *UnknownRunError.
func (r *Reader) Record(ctx context.Context, key run.Key, details Detail) (run.Record, error) {
	records, err := r.Records(ctx, Filter{Keys: []run.Key{key}}, details)
	if err != nil {
		return run.Record{}, err
	}
	if len(records) == 0 {
		return run.Record{}, fmt.Errorf("reading run: %w", &UnknownRunError{string(key)})
	}
	return records[0], nil
}

// Attempts returns every attempt of a run in the order of their numbers, or none for an unknown run.
func (r *Reader) Attempts(ctx context.Context, key run.Key, details Detail) ([]run.Attempt, error) {
	var list []run.Attempt
	err := r.view(ctx, func(tx *sql.Tx) error {
		var ids []int64
		row := newAttemptRow()
		err := scan(ctx, tx, func(rows *sql.Rows) error {
			if err := rows.Scan(row.targets()...); err != nil {
				return err
			}
			a, err := row.attempt(key)
			list, ids = append(list, a), append(ids, row.id.Int64)
			return err
		}, `SELECT `+attemptColumns+` FROM attempts WHERE run = ? ORDER BY number`, string(key))
		if err != nil {
			return err
		}
		found := attempts{}
		for i, id := range ids {
			found[id] = &list[i]
		}
		return found.load(ctx, tx, details)
	})
	if err != nil {
		return nil, fmt.Errorf("reading attempts of run %s: %w", key.Short(), err)
	}
	return list, nil
}

func readRecords(ctx context.Context, tx *sql.Tx, f Filter, details Detail) ([]run.Record, error) {
	s, err := f.selection(ctx, tx)
	if err != nil {
		return nil, err
	}
	var ids []int64 // 0 where no attempt was made
	var key, label, config, status sql.RawBytes
	var names interned
	var configs run.ConfigReader
	row := newAttemptRow()
	targets := append([]any{&key, &label, &config, &status}, row.targets()...)
	query, args := s.sql("runs.key, runs.label, runs.config, runs.status, " + attemptColumns)
	records, err := f.room(ctx, tx)
	if err != nil {
		return nil, err
	}
	err = scan(ctx, tx, func(rows *sql.Rows) (err error) {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		r := run.Record{Run: run.Run{Key: run.Key(key), Label: names.text(label)}, Status: run.Status(names.text(status))}
		if r.Config, err = configs.Read(config); err == nil {
			r.Attempt, err = row.attempt(r.Key)
		}
		if err != nil {
			return fmt.Errorf("run %s: %w", r.Key.Short(), err)
		}
		records = append(records, r)
		ids = append(ids, row.id.Int64)
		return nil
	}, query, args...)
	if err != nil {
		return nil, err
	}
	found := make(attempts, len(ids))
	for i, id := range ids {
		if id != 0 {
			found[id] = &records[i].Attempt
		}
	}
	return records, found.load(ctx, tx, details)
}

// room returns an empty slice for the records that a filter chooses. Records are large: where it has no conditions they are
// counted first, which takes less than copying them as a slice grows.
func (f Filter) room(ctx context.Context, tx *sql.Tx) ([]run.Record, error) {
	n := 0
	var err error
	switch {
	case len(f.Where)+len(f.Statuses) > 0:
	case f.Keys != nil:
		n = len(f.Keys)
	case f.Sweep != "":
		err = tx.QueryRowContext(ctx, "SELECT count(*) FROM sweep_runs WHERE sweep = ?", f.Sweep).Scan(&n)
	default:
		err = tx.QueryRowContext(ctx, "SELECT count(*) FROM runs").Scan(&n)
	}
	if f.Limit > 0 {
		n = min(n, f.Limit)
	}
	return make([]run.Record, 0, n), err
}

// load reads the metrics of attempts, and the details that are asked for.
func (a attempts) load(ctx context.Context, tx *sql.Tx, details Detail) error {
	list := make([]int64, 0, len(a))
	for id := range a {
		list = append(list, id)
	}
	ids, err := json.Marshal(list)
	if err != nil {
		return err
	}
	all := rowsOf{"attempt IN (SELECT value FROM json_each(?))", string(ids)}
	measured := all
	if details&TestOnly != 0 {
		measured.where += " AND split = 'test'"
	}
	if err := a.loadScores(ctx, tx, measured); err != nil {
		return err
	}
	for _, l := range []struct {
		detail Detail
		load   func(ctx context.Context, tx *sql.Tx, of rowsOf) error
		of     rowsOf
	}{
		{History, a.loadHistory, all}, {Bins, a.loadCurves, measured}, {Artefacts, a.loadArtefacts, all}, {Histograms, a.loadHistograms, measured},
	} {
		if details&l.detail == 0 {
			continue
		}
		if err := l.load(ctx, tx, l.of); err != nil {
			return err
		}
	}
	return nil
}

// rowsOf says which rows of a table are loaded.
type rowsOf struct {
	where string // a condition with one parameter
	ids   string // its value: a JSON list of attempts
}

const attemptColumns = `attempts.id, attempts.number, attempts.status, attempts.reason, attempts.resumed, attempts.epoch,
	attempts.started, attempts.ended, attempts.seconds, attempts.pid, attempts.host, attempts.log, attempts.provenance`

// attemptRow is a row of attemptColumns, all NULL where a run has no attempt.
type attemptRow struct {
	id, number, resumed, epoch, pid          sql.NullInt64
	status, reason, host, log, ended, starts sql.RawBytes
	provenance                               sql.RawBytes
	seconds                                  real
	names                                    interned
	known                                    provenances
}

func newAttemptRow() *attemptRow { return &attemptRow{known: provenances{}} }

func (r *attemptRow) targets() []any {
	return []any{
		&r.id, &r.number, &r.status, &r.reason, &r.resumed, &r.epoch,
		&r.starts, &r.ended, &r.seconds, &r.pid, &r.host, &r.log, &r.provenance,
	}
}

// attempt returns the attempt of a run that the row holds.
func (r *attemptRow) attempt(key run.Key) (run.Attempt, error) {
	if !r.id.Valid {
		return run.Attempt{}, nil
	}
	a := run.Attempt{
		Run:     key,
		Number:  int(r.number.Int64),
		Status:  run.Status(r.names.text(r.status)),
		Reason:  r.names.text(r.reason),
		Resumed: int(r.resumed.Int64),
		Epoch:   int(r.epoch.Int64),
		PID:     int(r.pid.Int64),
		Host:    r.names.text(r.host),
		Log:     string(r.log),
	}
	if a.Status == run.Finished {
		a.Result.Seconds = float64(r.seconds)
	}
	var err error
	if a.Started, err = decodeTime(sql.NullString{String: string(r.starts), Valid: r.starts != nil}); err != nil {
		return run.Attempt{}, fmt.Errorf("attempt %d: %w", a.Number, err)
	}
	if a.Ended, err = decodeTime(sql.NullString{String: string(r.ended), Valid: r.ended != nil}); err != nil {
		return run.Attempt{}, fmt.Errorf("attempt %d: %w", a.Number, err)
	}
	if a.Provenance, err = r.known.read(string(r.provenance)); err != nil {
		return run.Attempt{}, fmt.Errorf("attempt %d: %w", a.Number, err)
	}
	return a, nil
}
