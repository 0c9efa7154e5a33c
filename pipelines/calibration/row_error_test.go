package calibration_test

import (
	"errors"
	"math"
	"strings"
	"sync/atomic"
	"testing"

	"experiment/pipelines/calibration"
)

// rewritten are rows that somebody spoils after they have been read once.
type rewritten struct {
	spoiled atomic.Bool
	bad     float64
}

const spoiledRow = 5000 // in the second chunk of examples, which another goroutine reads

func (r *rewritten) Row(i int, row []float64) {
	clear(row)
	row[i%len(row)] = 1
	if i == spoiledRow && r.spoiled.Load() {
		row[0] = r.bad
	}
}

// What is no longer a distribution is an error of whatever returns errors, and never ends the program.
func TestRowsThatChange(t *testing.T) {
	const n, classes = 9000, 3
	for _, labels := range []bool{false, true} {
		file := &rewritten{bad: math.NaN()}
		still := &rewritten{}
		var p *calibration.Predictions
		var err error
		if labels {
			p, err = calibration.FromLogitRows(still, calibration.SoftLabels(n, file), classes)
		} else {
			p, err = calibration.FromLogitRows(file, calibration.SoftLabels(n, still), classes)
		}
		if err != nil {
			t.Fatal(err)
		}
		other, err := calibration.FromLogitRows(still, calibration.SoftLabels(n, still), classes)
		if err != nil {
			t.Fatal(err)
		}
		file.spoiled.Store(true)
		intervals := calibration.Bootstrap{Draws: 100, Bins: 5}
		for name, use := range map[string]func() error{
			"metrics":       func() error { _, err := p.Metrics(5, "classwise_ece"); return err },
			"truth":         func() error { _, err := p.Metrics(5, "kl_divergence"); return err },
			"intervals":     func() error { _, err := p.Intervals(intervals); return err },
			"differences":   func() error { _, err := calibration.Differences(p, other, intervals); return err },
			"nll":           func() error { _, err := p.FitTemperature(); return err },
			"vector":        func() error { _, err := p.FitVector(); return err },
			"scaled":        func() error { _, err := p.Scale(2); return err },
			"scaled vector": func() error { _, err := p.ScaleVector(make([]float64, classes), make([]float64, classes)); return err },
		} {
			if err := use(); err == nil || !strings.Contains(err.Error(), "row 5000: ") {
				t.Errorf("labels %v: %s: error is %v", labels, name, err)
			}
		}
		if _, err := p.FitTemperatureByECE(5); !labels && err == nil {
			t.Error("a temperature was fitted on logits that have changed")
		}
		func() {
			defer func() {
				row, ok := recover().(*calibration.RowError)
				if !ok || row.Row != spoiledRow || row.Labels != labels || !row.Changed {
					t.Errorf("labels %v: the class-wise ECE panics with %+v", labels, row)
				}
			}()
			t.Errorf("labels %v: a class-wise ECE of %v", labels, p.ClasswiseECE(5))
		}()
	}
}

// A bug in rows of somebody else's reaches who called, with the place it happened at.
func TestPanicsOfRowsReachTheCaller(t *testing.T) {
	defer func() {
		text, ok := recover().(string)
		if !ok || !strings.HasPrefix(text, "index out of order\n") || !strings.Contains(text, "broken.Row") {
			t.Errorf("the panic is %q", text)
		}
	}()
	_, err := calibration.FromLogitRows(broken{}, calibration.HardLabels(make([]int, 9000)), 2)
	t.Errorf("no panic, and the error %v", err)
}

type broken struct{}

func (broken) Row(i int, _ []float64) {
	if i == spoiledRow {
		panic("index out of order")
	}
}

func TestRowErrors(t *testing.T) {
	_, err := calibration.FromLogits([]float64{0, 1, 0, math.NaN()}, []int{0, 0}, 2)
	var row *calibration.RowError
	if !errors.As(err, &row) || row.Row != 1 || row.Labels || row.Changed || row.Err.Error() != "class 1: the logit is not a number" {
		t.Errorf("error is %v", err)
	}
}
