package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"experiment/internal/run"
)

// putDetails records what came out of an attempt.
func putDetails(ctx context.Context, tx *sql.Tx, id int64, a run.Attempt) error {
	if err := putHistory(ctx, tx, id, a.History); err != nil {
		return err
	}
	if a.Status != run.Finished {
		return nil
	}
	if err := putScores(ctx, tx, id, a.Result.Metrics); err != nil {
		return err
	}
	if err := putBins(ctx, tx, id, a.Result.Reliability); err != nil {
		return err
	}
	if err := putHistograms(ctx, tx, id, a.Result.Histograms); err != nil {
		return err
	}
	for _, f := range a.Artefacts {
		_, err := tx.ExecContext(ctx, `INSERT INTO artefacts (attempt, kind, path, sha256, bytes) VALUES (?, ?, ?, ?, ?)`,
			id, f.Kind, f.Path, f.SHA256, f.Bytes)
		if err != nil {
			return fmt.Errorf("artefact %s: %w", f.Path, err)
		}
	}
	return nil
}

func putHistory(ctx context.Context, tx *sql.Tx, id int64, history []run.Epoch) (err error) {
	insert, err := tx.PrepareContext(ctx, `INSERT INTO epochs (attempt, epoch, split, name, value) VALUES (?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	for _, e := range history {
		for _, m := range e.Metrics {
			_, err := insert.ExecContext(ctx, id, e.Number, string(m.Split), m.Name, encodeNumber(float64(m.Value)))
			if err != nil {
				return fmt.Errorf("epoch %d, %s %s: %w", e.Number, m.Split, m.Name, err)
			}
		}
	}
	return nil
}

func putBins(ctx context.Context, tx *sql.Tx, id int64, curves []run.Reliability) (err error) {
	insert, err := tx.PrepareContext(ctx, `INSERT INTO bins
		(attempt, split, calibration, bin, lower, upper, count, confidence, accuracy) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	for _, c := range curves {
		for i, b := range c.Bins {
			_, err := insert.ExecContext(ctx, id, string(c.Split), string(c.Calibration), i+1, encodeNumber(b.Lower),
				encodeNumber(b.Upper), b.Count, encodeNumber(b.Confidence), encodeNumber(b.Accuracy))
			if err != nil {
				return fmt.Errorf("reliability of %s, %s: %w", c.Split, c.Calibration, err)
			}
		}
	}
	return nil
}

// bySplit orders rows as a run meets the splits.
const bySplit = `CASE split WHEN 'train' THEN 0 WHEN 'validation' THEN 1 ELSE 2 END`

// attempts finds attempts by the number of their row.
type attempts map[int64]*run.Attempt

func (a attempts) loadHistory(ctx context.Context, tx *sql.Tx, ids string) error {
	return scan(ctx, tx, func(rows *sql.Rows) error {
		var id int64
		var number int
		var m run.EpochMetric
		var value sql.NullFloat64
		if err := rows.Scan(&id, &number, &m.Split, &m.Name, &value); err != nil {
			return err
		}
		m.Value = run.Number(decodeNumber(value))
		history := a[id].History
		if n := len(history); n == 0 || history[n-1].Number != number {
			history = append(history, run.Epoch{Number: number})
		}
		last := &history[len(history)-1]
		last.Metrics = append(last.Metrics, m)
		a[id].History = history
		return nil
	}, `SELECT attempt, epoch, split, name, value FROM epochs
		WHERE attempt IN (SELECT value FROM json_each(?)) ORDER BY attempt, epoch, `+bySplit+`, name`, ids)
}

func (a attempts) loadBins(ctx context.Context, tx *sql.Tx, ids string) error {
	return scan(ctx, tx, func(rows *sql.Rows) error {
		var id int64
		var split run.Split
		var calibration run.Calibration
		var count int
		var lower, upper, confidence, accuracy sql.NullFloat64
		if err := rows.Scan(&id, &split, &calibration, &lower, &upper, &count, &confidence, &accuracy); err != nil {
			return err
		}
		curves := a[id].Result.Reliability
		if n := len(curves); n == 0 || curves[n-1].Split != split || curves[n-1].Calibration != calibration {
			curves = append(curves, run.Reliability{Split: split, Calibration: calibration})
		}
		last := &curves[len(curves)-1]
		last.Bins = append(last.Bins, run.Bin{
			Lower: decodeNumber(lower), Upper: decodeNumber(upper), Count: count,
			Confidence: decodeNumber(confidence), Accuracy: decodeNumber(accuracy),
		})
		a[id].Result.Reliability = curves
		return nil
	}, `SELECT attempt, split, calibration, lower, upper, count, confidence, accuracy FROM bins
		WHERE attempt IN (SELECT value FROM json_each(?)) ORDER BY attempt, `+bySplit+`, calibration, bin`, ids)
}

func (a attempts) loadArtefacts(ctx context.Context, tx *sql.Tx, ids string) error {
	return scan(ctx, tx, func(rows *sql.Rows) error {
		var id int64
		var f run.Artefact
		if err := rows.Scan(&id, &f.Kind, &f.Path, &f.SHA256, &f.Bytes); err != nil {
			return err
		}
		a[id].Artefacts = append(a[id].Artefacts, f)
		return nil
	}, `SELECT attempt, kind, path, sha256, bytes FROM artefacts
		WHERE attempt IN (SELECT value FROM json_each(?)) ORDER BY attempt, kind, path`, ids)
}
