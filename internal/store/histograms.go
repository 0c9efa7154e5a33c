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

func (a attempts) loadHistograms(ctx context.Context, tx *sql.Tx, ids string) error {
	return scan(ctx, tx, func(rows *sql.Rows) error {
		var id int64
		var h run.Histogram
		var counts []byte
		if err := rows.Scan(&id, &h.Split, &h.Calibration, &h.Quantity, &h.Outcome, &h.Lower, &h.Upper, &counts); err != nil {
			return err
		}
		if err := json.Unmarshal(counts, &h.Counts); err != nil {
			return fmt.Errorf("reading a histogram of %s, %s: %w", h.Quantity, h.Outcome, err)
		}
		a[id].Result.Histograms = append(a[id].Result.Histograms, h)
		return nil
	}, `SELECT attempt, split, calibration, quantity, outcome, lower, upper, counts FROM histogram_counts
		WHERE attempt IN (SELECT value FROM json_each(?)) ORDER BY attempt, `+bySplit+`, calibration, quantity, outcome`, ids)
}
