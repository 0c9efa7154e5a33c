package reproduction

import (
	"fmt"
	"math"

	"experiment/internal/run"
)

// Kind says what a value is of.
type Kind string

// The kinds of values.
const (
	Metric      Kind = "metric"
	Reliability Kind = "reliability" // a bin of a reliability curve
	Histogram   Kind = "histogram"   // a bin of a histogram, or one of its ends
	Epoch       Kind = "epoch"       // a number of the epoch history
	File        Kind = "file"        // the SHA-256 of an artefact
)

// Place is where a value stands in what came out of a run.
type Place struct {
	Kind        Kind
	Split       run.Split       // empty for files
	Calibration run.Calibration // of metrics, reliability curves and histograms
	Number      int             // of the epoch or bin, counted from 1; 0 where there is none
	Name        string          // of the metric, or of the file; "entropy wrong count" of a histogram
}

// String names the place for people: "test nll", "test ece, temperature", "epoch 3 train loss".
func (p Place) String() string {
	calibration := ""
	if p.Calibration != "" && p.Calibration != run.Uncalibrated {
		calibration = ", " + string(p.Calibration)
	}
	switch p.Kind {
	case Epoch:
		return fmt.Sprintf("epoch %d %s %s", p.Number, p.Split, p.Name)
	case Reliability, Histogram:
		if p.Number > 0 {
			return fmt.Sprintf("%s bin %d %s%s", p.Split, p.Number, p.Name, calibration)
		}
	case File:
		return p.Name
	}
	return fmt.Sprintf("%s %s%s", p.Split, p.Name, calibration)
}

// Difference is a value that is not what was recorded. Recorded and Again are a run.Number or, for a file, the
// text of its checksum; Again is nil where the value did not come out again.
type Difference struct {
	Place
	Recorded any
	Again    any
}

// By returns how much more it is now, NaN where that is not defined.
func (d Difference) By() float64 {
	recorded, number := d.Recorded.(run.Number)
	again, same := d.Again.(run.Number)
	if !number || !same {
		return math.NaN()
	}
	return float64(again) - float64(recorded)
}

// values are what came out of an attempt, in order.
type values struct {
	order []Place
	at    map[Place]any
}

func (v *values) add(p Place, value any) {
	if v.at == nil {
		v.at = map[Place]any{}
	}
	if _, twice := v.at[p]; !twice {
		v.order = append(v.order, p)
	}
	v.at[p] = value
}

// numbersOf lists every number of an attempt but for times.
func numbersOf(a run.Attempt) values {
	var v values
	for _, m := range a.Result.Metrics {
		v.add(Place{Kind: Metric, Split: m.Split, Calibration: m.Calibration, Name: m.Name}, m.Value)
	}
	for _, curve := range a.Result.Reliability {
		for i, b := range curve.Bins {
			place := Place{Kind: Reliability, Split: curve.Split, Calibration: curve.Calibration, Number: i + 1}
			for _, field := range []struct {
				name  string
				value float64
			}{{"lower", b.Lower}, {"upper", b.Upper}, {"count", float64(b.Count)}, {"confidence", b.Confidence}, {"accuracy", b.Accuracy}} {
				place.Name = field.name
				v.add(place, run.Number(field.value))
			}
		}
	}
	for _, h := range a.Result.Histograms {
		v.addHistogram(h)
	}
	for _, e := range a.History {
		for _, m := range e.Metrics {
			v.add(Place{Kind: Epoch, Split: m.Split, Number: e.Number, Name: m.Name}, m.Value)
		}
	}
	return v
}

func (v *values) addHistogram(h run.Histogram) {
	add := func(number int, field string, value float64) {
		name := fmt.Sprintf("%s %s %s", h.Quantity, h.Outcome, field)
		v.add(Place{Histogram, h.Split, h.Calibration, number, name}, run.Number(value))
	}
	add(0, "lower", h.Lower)
	add(0, "upper", h.Upper)
	for i, count := range h.Counts {
		add(i+1, "count", count)
	}
}

// filesOf lists the checksums of the files of an attempt.
func filesOf(a run.Attempt) values {
	var v values
	for _, f := range a.Artefacts {
		v.add(Place{Kind: File, Name: f.Path}, f.SHA256)
	}
	return v
}

// compare lists what was recorded and is not the same again, and counts what was not recorded.
func compare(recorded, again values) (differences []Difference, added int) {
	common := 0
	for _, p := range recorded.order {
		now, found := again.at[p]
		if found {
			common++
		}
		if !found || !same(recorded.at[p], now) {
			differences = append(differences, Difference{p, recorded.at[p], now})
		}
	}
	return differences, len(again.order) - common
}

// same says whether two values are equal: numbers bit for bit, but that what is undefined equals itself.
func same(a, b any) bool {
	x, first := a.(run.Number)
	y, second := b.(run.Number)
	if !first || !second {
		return a == b
	}
	return math.Float64bits(float64(x)) == math.Float64bits(float64(y)) || math.IsNaN(float64(x)) && math.IsNaN(float64(y))
}
