package loss

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"experiment/internal/torch"
)

// reference is testdata/losses.json: losses and gradients computed by PyTorch's autograd in float64, from formulas
// written down independently of this package.
type reference struct {
	Logits [][]float64     `json:"logits"`
	Labels []int64         `json:"labels"`
	Cases  []referenceCase `json:"cases"`
}

type referenceCase struct {
	Loss       string             `json:"loss"`
	Parameters map[string]float64 `json:"parameters"`
	PerExample []float64          `json:"per_example"`
	Gradient   [][]float64        `json:"gradient"` // of the mean
}

// member is the loss of the case; false where this package has none of its name.
func (c referenceCase) member(t *testing.T) (Member, bool) {
	t.Helper()
	names, ok := Parameters(c.Loss)
	member := Member{Name: c.Loss}
	for _, name := range names {
		value, known := c.Parameters[name]
		if !known && !(c.Loss == "focal" && name == "epsilon") { // 0 there
			t.Fatalf("%s: the reference has no parameter %s", c.Loss, name)
		}
		member.Parameters = append(member.Parameters, value)
	}
	return member, ok
}

func readReference(t *testing.T) reference {
	t.Helper()
	text, err := os.ReadFile("testdata/losses.json")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReferenceValuesAndGradients(t *testing.T) {
	r := readReference(t)
	classes := len(r.Logits[0])
	seen := map[string]int{}
	for _, c := range r.Cases {
		member, ok := c.member(t)
		if !ok {
			continue
		}
		seen[c.Loss]++
		for dtype, tolerance := range map[torch.DType]float64{torch.Float64: 1e-10, torch.Float32: 1e-5} {
			t.Run(fmt.Sprintf("%s %v %v", c.Loss, member.Parameters, dtype), func(t *testing.T) {
				got := compute(t, dtype, batch{logits: flat(r.Logits), labels: r.Labels, classes: classes}, member)
				n := float64(len(r.Labels))
				gradient := flat(c.Gradient)
				for i := range gradient {
					gradient[i] *= n // compute differentiates the sum
				}
				near(t, "loss", got.values, c.PerExample, tolerance)
				near(t, "gradient", got.gradient, gradient, tolerance)
			})
		}
	}
	for _, name := range Names() {
		if batchLevel := name == "mmce" || name == "mdca"; (seen[name] == 0) != batchLevel { // those are in TestPlainValues
			t.Errorf("the reference has %d cases of %s", seen[name], name)
		}
	}
}

func flat(rows [][]float64) []float64 {
	var values []float64
	for _, row := range rows {
		values = append(values, row...)
	}
	return values
}
