// Package difference says what differs between two recorded runs: what they are, what they were made on, and what came
// out.
package difference

import (
	"math"
	"slices"
	"strings"

	"experiment/internal/reproduction"
	"experiment/internal/run"
)

// Setting is a setting of the configuration that is not the same. A value is nil where a run lacks it.
type Setting struct {
	Path string
	A, B any
}

// Metric is a metric that is not the same. A value is nil where a run lacks it, and NaN where it is undefined.
type Metric struct {
	Split       run.Split
	Calibration run.Calibration
	Name        string
	A, B        any // run.Number
}

// By returns how much more the second run has, NaN where that is not defined.
func (m Metric) By() float64 {
	a, first := m.A.(run.Number)
	b, second := m.B.(run.Number)
	if !first || !second {
		return math.NaN()
	}
	return float64(b) - float64(a)
}

// Difference is what is not the same in two runs, and how much is.
type Difference struct {
	Settings     []Setting // sorted by path
	Metrics      []Metric  // test, then validation, then train; in each by calibration, and as run.MetricNames
	Provenance   []reproduction.Fact
	SameSettings int
	SameMetrics  int
}

// Between compares two runs. Of the provenance, what is not known of one of them is no difference.
func Between(a, b run.Record) Difference {
	var d Difference
	d.Settings, d.SameSettings = compareSettings(a.Config, b.Config)
	d.Metrics, d.SameMetrics = compareMetrics(a.Attempt.Result, b.Attempt.Result)
	d.Provenance = reproduction.Facts(a.Attempt.Provenance, b.Attempt.Provenance)
	return d
}

func compareSettings(a, b run.Config) (different []Setting, same int) {
	for _, f := range a.Fields() {
		other, _ := b.Get(f.Path)
		if other == f.Value {
			same++
		} else {
			different = append(different, Setting{f.Path, f.Value, other})
		}
	}
	for _, f := range b.Fields() {
		if _, known := a.Get(f.Path); !known {
			different = append(different, Setting{f.Path, nil, f.Value})
		}
	}
	slices.SortFunc(different, func(x, y Setting) int { return strings.Compare(x.Path, y.Path) })
	return different, same
}

// compareMetrics walks the places where metrics may stand in their order.
func compareMetrics(a, b run.Result) (different []Metric, same int) {
	for _, split := range []run.Split{run.Test, run.Validation, run.Train} {
		for _, calibration := range run.Calibrations {
			for _, name := range run.MetricNames {
				m := Metric{split, calibration, name, valueOf(a, split, calibration, name), valueOf(b, split, calibration, name)}
				switch {
				case m.A == nil && m.B == nil:
				case m.A == m.B || isNaN(m.A) && isNaN(m.B):
					same++
				default:
					different = append(different, m)
				}
			}
		}
	}
	return different, same
}

func valueOf(r run.Result, split run.Split, calibration run.Calibration, name string) any {
	if value, found := r.Value(split, calibration, name); found {
		return run.Number(value)
	}
	return nil
}

func isNaN(value any) bool {
	n, ok := value.(run.Number)
	return ok && math.IsNaN(float64(n))
}
