package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"experiment/internal/run"
)

// series is a row of histories: a metric in epochs that follow each other.
type series struct {
	split   run.Split
	name    string
	first   int
	numbers []float64
}

// seriesOf sorts a history into series, by split and name. It refuses epochs that do not ascend and a metric that stands
// twice in one.
func seriesOf(history []run.Epoch) ([]series, error) {
	var all []series
	for i, e := range history {
		if i > 0 && e.Number <= history[i-1].Number {
			return nil, fmt.Errorf("epoch %d follows epoch %d", e.Number, history[i-1].Number)
		}
		for _, m := range e.Metrics {
			at := -1
			for k := range all {
				if s := &all[k]; s.split == m.Split && s.name == m.Name {
					at = k // the last is the one that may go on
				}
			}
			switch {
			case at >= 0 && all[at].end() > e.Number:
				return nil, fmt.Errorf("epoch %d, %s %s: it stands twice", e.Number, m.Split, m.Name)
			case at < 0 || all[at].end() < e.Number:
				at = len(all)
				all = append(all, series{m.Split, m.Name, e.Number, make([]float64, 0, len(history)-i)})
			}
			all[at].numbers = append(all[at].numbers, float64(m.Value))
		}
	}
	slices.SortStableFunc(all, func(a, b series) int {
		return strings.Compare(string(a.split)+"\x00"+a.name, string(b.split)+"\x00"+b.name)
	})
	return all, nil
}

// end returns the epoch after the last.
func (s series) end() int { return s.first + len(s.numbers) }

func (s series) text() string {
	b := make([]byte, 0, 20*len(s.numbers)+2)
	for i, f := range s.numbers {
		b = append(b, "[,"[min(i, 1)])
		b = appendNumber(b, f)
	}
	return string(append(b, ']'))
}

func putHistory(ctx context.Context, tx *sql.Tx, id int64, history []run.Epoch) (err error) {
	all, err := seriesOf(history)
	if err != nil || len(all) == 0 {
		return err
	}
	insert, err := tx.PrepareContext(ctx, `INSERT INTO histories (attempt, split, name, first, numbers) VALUES (?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	for _, s := range all {
		if _, err := insert.ExecContext(ctx, id, string(s.split), s.name, s.first, s.text()); err != nil {
			return fmt.Errorf("history of %s %s: %w", s.split, s.name, err)
		}
	}
	return nil
}

func (a attempts) loadHistory(ctx context.Context, tx *sql.Tx, of rowsOf) error {
	var all []series // of one attempt
	var current int64
	var names interned
	finish := func() {
		if len(all) > 0 {
			a[current].History = epochsOf(all)
			all = all[:0]
		}
	}
	err := scan(ctx, tx, func(rows *sql.Rows) error {
		var id int64
		var s series
		var split, name, text sql.RawBytes
		err := rows.Scan(&id, &split, &name, &s.first, &text)
		if err != nil {
			return err
		}
		if id != current {
			finish()
			current = id
		}
		s.split, s.name = run.Split(names.text(split)), names.text(name)
		if s.numbers, err = numbersOf(string(text)); err != nil {
			return fmt.Errorf("reading the history of %s %s: %w", s.split, s.name, err)
		}
		all = append(all, s)
		return nil
	}, `SELECT attempt, split, name, first, numbers FROM histories
		WHERE `+of.where+` ORDER BY attempt, split, name, first`, of.ids)
	finish()
	return err
}

// epochsOf puts the series of an attempt together to its history, which has the epochs that any of them has.
func epochsOf(all []series) []run.Epoch {
	sortBySplit(all, func(s *series) run.Split { return s.split })
	first, end, total := all[0].first, all[0].end(), 0
	for _, s := range all {
		first, end, total = min(first, s.first), max(end, s.end()), total+len(s.numbers)
	}
	history := make([]run.Epoch, 0, end-first)
	metrics := make([]run.EpochMetric, 0, total)
	for number := first; number < end; number++ {
		start := len(metrics)
		for _, s := range all {
			if i := number - s.first; i >= 0 && i < len(s.numbers) {
				metrics = append(metrics, run.EpochMetric{Split: s.split, Name: s.name, Value: run.Number(s.numbers[i])})
			}
		}
		if len(metrics) > start {
			history = append(history, run.Epoch{Number: number, Metrics: metrics[start:len(metrics):len(metrics)]})
		}
	}
	return history
}
