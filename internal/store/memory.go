package store

import (
	"context"
	"database/sql"
	"fmt"

	"experiment/internal/run"
)

// Memory is what a worker took.
type Memory struct {
	Replicas int   // runs that it trained side by side
	Bytes    int64 // resident, at their peak
}

// PeakMemory returns for each run that has such siblings the most memory that a worker took in finished runs which differ from
// it in seed and loss only, for each number of them that was trained side by side.
func (r *Reader) PeakMemory(ctx context.Context, runs []run.Run) (map[run.Key][]Memory, error) {
	siblings := map[string][]Memory{} // by configuration without seed and loss
	err := scan(ctx, r.db, func(rows *sql.Rows) error {
		var config string
		var taken Memory
		err := rows.Scan(&config, &taken.Replicas, &taken.Bytes)
		siblings[config] = append(siblings[config], taken)
		return err
	}, `SELECT json_remove(runs.config, '$.seed', '$.loss'), max(coalesce(json_extract(attempts.provenance, '$.replicas'), 1), 1) AS replicas,
			max(json_extract(attempts.provenance, '$.peak_memory')) AS peak
		FROM runs JOIN attempts ON attempts.id = runs.attempt
		WHERE runs.status = 'finished' GROUP BY 1, 2 HAVING peak > 0 ORDER BY 1, 2`)
	if err != nil {
		return nil, fmt.Errorf("reading the memory of workers: %w", explain(err))
	}
	found := map[run.Key][]Memory{}
	if len(siblings) == 0 {
		return found, nil
	}
	for _, each := range runs {
		config, err := without(each.Config, "loss.")
		if err != nil {
			return nil, err
		}
		if taken, known := siblings[config]; known {
			found[each.Key] = taken
		}
	}
	return found, nil
}
