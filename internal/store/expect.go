package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"experiment/internal/run"
)

// mean is a mean that grows.
type mean struct {
	sum   float64
	count int
}

// ExpectedSeconds returns how long each run may take: the mean over the finished runs that differ from it in
// the seed only or, where there are none, in seed and loss. A run without such siblings is left out.
func (r *Reader) ExpectedSeconds(ctx context.Context, runs []run.Run) (map[run.Key]float64, error) {
	siblings := map[string]mean{} // by configuration without the seed, and without seed and loss
	err := scan(ctx, r.db, func(rows *sql.Rows) error {
		var twin, cousin string
		var m mean
		if err := rows.Scan(&twin, &cousin, &m.sum, &m.count); err != nil {
			return err
		}
		for _, config := range []string{twin, cousin} {
			all := siblings[config]
			siblings[config] = mean{all.sum + m.sum, all.count + m.count}
		}
		return nil
	}, `SELECT json_remove(runs.config, '$.seed'), json_remove(runs.config, '$.seed', '$.loss'),
			sum(attempts.seconds), count(attempts.seconds)
		FROM runs JOIN attempts ON attempts.id = runs.attempt
		WHERE runs.status = 'finished' GROUP BY 1, 2`)
	if err != nil {
		return nil, fmt.Errorf("reading times: %w", explain(err))
	}
	expected := map[run.Key]float64{}
	if len(siblings) == 0 {
		return expected, nil
	}
	for _, r := range runs {
		for _, group := range []string{"", "loss."} {
			config, err := without(r.Config, group)
			if err != nil {
				return nil, err
			}
			if m := siblings[config]; m.count > 0 {
				expected[r.Key] = m.sum / float64(m.count)
				break
			}
		}
	}
	return expected, nil
}

// without returns the canonical configuration without the seed and, where group is not empty, without the
// settings of that group.
func without(c run.Config, group string) (string, error) {
	var fields []run.Field
	for _, f := range c.Fields() {
		if f.Path != "seed" && (group == "" || !strings.HasPrefix(f.Path, group)) {
			fields = append(fields, f)
		}
	}
	rest, err := run.NewConfig(fields)
	if err != nil {
		return "", fmt.Errorf("comparing configurations: %w", err)
	}
	return configText(rest)
}
