package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"experiment/internal/run"
)

// binText writes the bins of a curve as JSON.
func binText(bins []run.Bin) string {
	b := append(make([]byte, 0, 80*len(bins)+2), '[')
	for i, bin := range bins {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendNumber(append(b, '['), bin.Lower)
		b = appendNumber(append(b, ','), bin.Upper)
		b = strconv.AppendInt(append(b, ','), int64(bin.Count), 10)
		b = appendNumber(append(b, ','), bin.Confidence)
		b = appendNumber(append(b, ','), bin.Accuracy)
		b = append(b, ']')
	}
	return string(append(b, ']'))
}

// binsOf reads what binText wrote.
func binsOf(text string) ([]run.Bin, error) {
	bins := make([]run.Bin, 0, strings.Count(text, "["))
	for t := tokens(text); ; {
		lower := t.next()
		if lower == "" {
			return bins, nil
		}
		bin, err := binFrom([...]string{lower, t.next(), t.next(), t.next(), t.next()})
		if err != nil {
			return nil, fmt.Errorf("reading a reliability curve: %w", err)
		}
		bins = append(bins, bin)
	}
}

func binFrom(tokens [5]string) (bin run.Bin, err error) {
	if bin.Count, err = strconv.Atoi(tokens[2]); err != nil {
		return run.Bin{}, err
	}
	for _, number := range []struct {
		token string
		value *float64
	}{{tokens[0], &bin.Lower}, {tokens[1], &bin.Upper}, {tokens[3], &bin.Confidence}, {tokens[4], &bin.Accuracy}} {
		if *number.value, err = parseNumber(number.token); err != nil {
			return run.Bin{}, err
		}
	}
	return bin, nil
}

// putCurves records reliability curves; one without bins is none.
func putCurves(ctx context.Context, tx *sql.Tx, id int64, curves []run.Reliability) (err error) {
	insert, err := tx.PrepareContext(ctx, `INSERT INTO curves (attempt, split, calibration, bins) VALUES (?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	for _, c := range curves {
		if len(c.Bins) == 0 {
			continue
		}
		if _, err := insert.ExecContext(ctx, id, string(c.Split), string(c.Calibration), binText(c.Bins)); err != nil {
			return fmt.Errorf("reliability of %s, %s: %w", c.Split, c.Calibration, err)
		}
	}
	return nil
}

func (a attempts) loadCurves(ctx context.Context, tx *sql.Tx, of rowsOf) error {
	var names interned
	err := scan(ctx, tx, func(rows *sql.Rows) error {
		var id int64
		var split, calibration, text sql.RawBytes
		if err := rows.Scan(&id, &split, &calibration, &text); err != nil {
			return err
		}
		bins, err := binsOf(string(text))
		curve := run.Reliability{Split: run.Split(names.text(split)), Calibration: run.Calibration(names.text(calibration)), Bins: bins}
		a[id].Result.Reliability = append(a[id].Result.Reliability, curve)
		return err
	}, `SELECT attempt, split, calibration, bins FROM curves
		WHERE `+of.where+` ORDER BY attempt, split, calibration`, of.ids)
	for _, attempt := range a {
		sortBySplit(attempt.Result.Reliability, func(c *run.Reliability) run.Split { return c.Split })
	}
	return err
}
