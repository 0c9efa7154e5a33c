package calibration_test

import (
	"testing"

	"experiment/pipelines/calibration"
)

func TestVectorScalingHasLimits(t *testing.T) {
	for _, test := range []struct {
		examples, classes int
		want              string
	}{
		{4, 2, ""},
		{3, 2, "fitting vector scaling: its parameters, 2 for each of 2 classes, are more than the 3 examples"},
		{50_000, 100, ""},
		{50_001, 100, "fitting vector scaling: 50001 examples × 100² classes are more than 5e+08"},
		{1 << 40, 1 << 30, "fitting vector scaling: 1099511627776 examples × 1073741824² classes are more than 5e+08"},
	} {
		err := calibration.CheckVector(test.examples, test.classes)
		if got := message(err); got != test.want {
			t.Errorf("%d examples of %d classes: %q, want %q", test.examples, test.classes, got, test.want)
		}
	}
}

// message is the text of an error, empty where there is none.
func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
