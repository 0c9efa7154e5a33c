package predictions_test

import (
	"fmt"
	"slices"
	"testing"

	"experiment/internal/predictions"
)

// Labels of three examples over three classes, in every form that has one meaning.
func TestLabels(t *testing.T) {
	uint8s := "\x93NUMPY\x01\x00\x3f\x00" + fmt.Sprintf("%-63s", "{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}")
	for name, content := range map[string]string{
		"int64.npy":   array(t, []int64{2, 0, 1}, 3),
		"uint8.npy":   uint8s + "\x02\x00\x01",
		"column.npy":  array(t, []int64{2, 0, 1}, 3, 1),
		"float64.npy": array(t, []float64{2, 0, 1}, 3),
		"plain.csv":   "2\n0\n1\n",
		"named.csv":   "label\n2\n0\n1\n",
		"savetxt.csv": "2.000000000000000000e+00\n0.000000000000000000e+00\n1.000000000000000000e+00\n",
	} {
		labels, err := predictions.OpenLabels(save(t, name, content), 3, 3)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.Equal(labels.Classes, []int{2, 0, 1}) || labels.Soft != nil {
			t.Errorf("%s: labels %v, %v", name, labels.Classes, labels.Soft)
		}
		if err := labels.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSoftLabels(t *testing.T) {
	for name, content := range map[string]string{
		"float32.npy": array(t, []float32{0.5, 0.25, 0.25, 0, 1, 0}, 2, 3),
		"soft.csv":    "0.5,0.25,0.25\n0,1,0\n",
	} {
		labels, err := predictions.OpenLabels(save(t, name, content), 2, 3)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if labels.Classes != nil || !slices.Equal(values(labels.Soft), []float64{0.5, 0.25, 0.25, 0, 1, 0}) {
			t.Errorf("%s: labels %v, %v", name, labels.Classes, values(labels.Soft))
		}
		if err := labels.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRefusesLabels(t *testing.T) {
	for _, test := range []struct{ name, content, want string }{
		{"y.npy", array(t, []int64{0, 3}, 2), "reading FILE: row 1: label 3 is outside 0 to 2"},
		{"y.npy", array(t, []int64{0, -1}, 2), "reading FILE: row 1: label -1 is outside 0 to 2"},
		{"y.npy", array(t, []int64{0, 1 << 62}, 2), "reading FILE: row 1: label 4611686018427387904 is outside 0 to 2"},
		{"y.npy", array(t, []float64{0, 0.5}, 2), "reading FILE: row 1: label 0.5 is not a whole number"},
		{"y.csv", "0\nnan\n", "reading FILE: row 1: label NaN is not a whole number"},
		{"y.csv", "inf\n0\n", "reading FILE: row 0: label +Inf is not a whole number"},
		{"y.csv", "0\n3\n", "reading FILE: row 1: label 3 is outside 0 to 2"},
		{"y.csv", "0\ncat\n", `FILE:2:1: "cat" is not a number`},
		{"y.csv", "0\n1\n2\n", "reading FILE: 3 rows of labels for 2 rows of predictions"},
		{"y.npy", array(t, []int64{0, 1}, 1, 2), "reading FILE: 1 rows of labels for 2 rows of predictions"},
		{"y.csv", "0,1\n1,0\n", "reading FILE: 2 columns, neither one of labels nor 3 of probabilities, one for each class"},
		{"y.csv", ".5,.5,0\n.5,.25,0\n", "reading FILE: row 1: the probabilities sum to 0.75, not to 1 within 0.001"},
		{"y.csv", "1,0,0\n0,1,1\n", "reading FILE: row 1: the probabilities sum to 2, not to 1 within 0.001; " +
			"these look like counts of votes: divide each row by its sum"},
		{"y.npy", array(t, []int64{50, 1, 0, 51, 0, 0}, 2, 3), "reading FILE: row 0: class 0: 50 is not a probability; " +
			"these look like counts of votes: divide each row by its sum"},
		{"y.csv", "1,0,0\nnan,1,1\n", "reading FILE: row 1: class 0: NaN is not a probability"},
	} {
		name := save(t, test.name, test.content)
		labels, err := predictions.OpenLabels(name, 2, 3)
		if err == nil {
			err = labels.Check()
		}
		refused(t, name, err, test.want)
	}
}
