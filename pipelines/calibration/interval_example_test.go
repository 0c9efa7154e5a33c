package calibration_test

import (
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"experiment/pipelines/calibration"
)

// Two models saw the same 500 examples. The first is calibrated, and the interval of its calibration error reaches 0;
// the second doubles all logits. Both are right equally often, but the second is calibrated worse, by more than chance.
func ExampleDifferences() {
	random := rand.New(rand.NewPCG(1, 2))
	var calm, bold []float64
	var labels []int
	for range 500 {
		logit := 2 * random.NormFloat64()
		label := 0
		if random.Float64() < 1/(1+math.Exp(-logit)) {
			label = 1
		}
		calm, bold, labels = append(calm, 0, logit), append(bold, 0, 2*logit), append(labels, label)
	}
	p, err := calibration.FromLogits(calm, labels, 2)
	if err != nil {
		log.Fatal(err)
	}
	q, err := calibration.FromLogits(bold, labels, 2)
	if err != nil {
		log.Fatal(err)
	}
	settings := calibration.Bootstrap{Draws: 1000, Seed: 1, Bins: calibration.DefaultBins}
	alone, err := p.Intervals(settings)
	if err != nil {
		log.Fatal(err)
	}
	differences, err := calibration.Differences(q, p, settings)
	if err != nil {
		log.Fatal(err)
	}
	for i, d := range differences {
		if d.Name == "accuracy" || d.Name == "nll" || d.Name == "ece" {
			fmt.Printf("%-8s of the first [%.3f, %.3f], difference [%.3f, %.3f]\n", d.Name, alone[i].Lower, alone[i].Upper, d.Lower, d.Upper)
		}
	}
	// Output:
	// accuracy of the first [0.750, 0.823], difference [0.000, 0.000]
	// nll      of the first [0.418, 0.519], difference [0.049, 0.146]
	// ece      of the first [0.000, 0.047], difference [0.027, 0.123]
}
