package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// The fields that only groups have.
const (
	GroupRuns     = "runs"     // how many runs a group has
	GroupFinished = "finished" // how many of them finished
)

// Group returns a row for each combination of the values of some fields among the runs that a filter chooses: these
// values, GroupRuns, GroupFinished, and the means of other fields over the finished runs that have them, nil where
// none has. Groups stand in the order of their first runs, or are sorted by one of their fields or a mean; the limit
// of the filter is one of groups. A field that is no number has no mean: a *NoMeanError.
func (r *Reader) Group(ctx context.Context, f Filter, by, means []string) (Listing, error) {
	var list Listing
	err := r.view(ctx, func(tx *sql.Tx) error {
		sort, descending := f.Sort, f.Descending
		f.Sort, f.Descending = "", false
		s, err := f.selection(ctx, tx)
		if err != nil {
			return err
		}
		natural := "min(" + s.order[0] + ")"
		list.Fields, err = s.groupFields(ctx, tx, by, means)
		if err != nil {
			return err
		}
		for i := range by {
			s.group = append(s.group, fmt.Sprint(i+1))
		}
		if s.order, err = s.groupOrder(ctx, tx, list.Fields[:len(by)], sort, descending, natural); err != nil {
			return err
		}
		list.Rows, err = s.rows(ctx, tx, list.Fields)
		return err
	})
	if err != nil {
		return Listing{}, fmt.Errorf("grouping runs: %w", explain(err))
	}
	return list, nil
}

// groupFields returns the columns of groups.
func (s *selection) groupFields(ctx context.Context, tx *sql.Tx, by, means []string) ([]Field, error) {
	fields, err := s.findFields(ctx, tx, by)
	if err != nil {
		return nil, err
	}
	fields = append(fields,
		Field{Name: GroupRuns, Kind: Number, expression: "count(*)"},
		Field{Name: GroupFinished, Kind: Number, expression: "count(*) FILTER (WHERE runs.status = 'finished')"})
	for _, name := range means {
		mean, err := s.mean(ctx, tx, name)
		if err != nil {
			return nil, err
		}
		fields = append(fields, mean)
	}
	return fields, nil
}

// mean returns the mean of a field over the finished runs of a group.
func (s *selection) mean(ctx context.Context, tx *sql.Tx, name string) (Field, error) {
	f, err := s.findField(ctx, tx, name)
	if err != nil {
		return Field{}, err
	}
	if f.Kind != Number {
		return Field{}, &NoMeanError{name}
	}
	f.expression = "avg(" + f.expression + ") FILTER (WHERE runs.status = 'finished')"
	return f, nil
}

// groupOrder orders groups by one of the fields they have in common, their sizes or a mean, and then as they come.
func (s *selection) groupOrder(ctx context.Context, tx *sql.Tx, by []Field, sort string, descending bool, natural string) ([]string, error) {
	direction := ""
	if descending {
		direction = " DESC"
	}
	if sort == "" {
		return []string{natural + direction}, nil
	}
	at := slices.IndexFunc(by, func(f Field) bool { return f.Name == sort })
	switch {
	case at >= 0:
	case sort == GroupRuns:
		at = len(by)
	case sort == GroupFinished:
		at = len(by) + 1
	default:
		mean, err := s.mean(ctx, tx, sort)
		if err != nil {
			return nil, err
		}
		s.end = append(slices.Clone(mean.args), s.end...)
		return []string{mean.expression + direction + " NULLS LAST", natural}, nil
	}
	return []string{fmt.Sprint(at+1) + direction + " NULLS LAST", natural}, nil
}
