package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"experiment/internal/run"
)

func putHistograms(ctx context.Context, tx *sql.Tx, id int64, histograms []run.Histogram) error {
	for _, h := range histograms {
		counts, err := json.Marshal(h.Counts)
		if err == nil {
			_, err = tx.ExecContext(ctx, `INSERT INTO histogram_counts
				(attempt, split, calibration, quantity, outcome, lower, upper, counts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
				id, string(h.Split), string(h.Calibration), string(h.Quantity), string(h.Outcome), h.Lower, h.Upper, string(counts))
		}
		if err != nil {
			return fmt.Errorf("histogram of %s, %s, %s, %s: %w", h.Quantity, h.Outcome, h.Split, h.Calibration, err)
		}
	}
	return nil
}

func (a attempts) loadHistograms(ctx context.Context, tx *sql.Tx, of rowsOf) error {
	var names interned
	err := scan(ctx, tx, func(rows *sql.Rows) (err error) {
		var id int64
		var h run.Histogram
		var split, calibration, quantity, outcome, counts sql.RawBytes
		if err := rows.Scan(&id, &split, &calibration, &quantity, &outcome, &h.Lower, &h.Upper, &counts); err != nil {
			return err
		}
		h.Split, h.Calibration = run.Split(names.text(split)), run.Calibration(names.text(calibration))
		h.Quantity, h.Outcome = run.Quantity(names.text(quantity)), run.Outcome(names.text(outcome))
		if h.Counts, err = numbersOf(string(counts)); err != nil {
			return fmt.Errorf("reading a histogram of %s, %s: %w", h.Quantity, h.Outcome, err)
		}
		a[id].Result.Histograms = append(a[id].Result.Histograms, h)
		return nil
	}, `SELECT attempt, split, calibration, quantity, outcome, lower, upper, counts FROM histogram_counts
		WHERE `+of.where+` ORDER BY attempt, split, calibration, quantity, outcome`, of.ids)
	for _, attempt := range a {
		sortBySplit(attempt.Result.Histograms, func(h *run.Histogram) run.Split { return h.Split })
	}
	return err
}
