package report

import (
	"experiment/internal/comparison"
	"experiment/internal/run"
)

// Drawn lists the runs whose histories, reliability curves and histograms the report of a study shows: those of the
// sections that have figures and, for the size of its test split, one of every other group. The records need none of these,
// so that they can be read of the listed runs only, and any report comes out the same.
func Drawn(records []run.Record) []run.Key {
	if len(records) > 0 && isTheory(&records[0]) {
		return nil
	}
	groups := comparison.Finished(comparison.GroupRecords(records))
	sections := comparison.NewLayout(groups).Sections(groups)
	shown, _ := first(sections)
	var keys []run.Key
	for i, s := range sections {
		for _, g := range s.Groups {
			members := g.Records
			if i >= len(shown) {
				members = members[:1]
			}
			for _, r := range members {
				keys = append(keys, r.Key)
			}
		}
	}
	return keys
}
