package calibration_test

import (
	"fmt"
	"log"

	"experiment/pipelines/calibration"
)

func Example() {
	logits := []float32{
		4.0, 0.0, 0.0,
		0.0, 3.0, 0.0,
		0.0, 5.0, 0.0,
		1.0, 0.0, 2.0,
	}
	labels := []int{0, 1, 2, 2}
	predictions, err := calibration.FromLogits(logits, labels, 3)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("accuracy %.3f\n", predictions.Accuracy())
	fmt.Printf("nll      %.3f\n", predictions.NLL())
	fmt.Printf("ece      %.3f\n", predictions.ECE(calibration.DefaultBins))
	// Output:
	// accuracy 0.750
	// nll      1.388
	// ece      0.344
}

// A temperature is fitted on validation data and used on other data.
func ExamplePredictions_FitTemperature() {
	validation, err := calibration.FromLogits([]float64{6, 0, 6, 0, 0, 6, 0, 6}, []int{0, 1, 1, 1}, 2)
	if err != nil {
		log.Fatal(err)
	}
	fit, err := validation.FitTemperature()
	if err != nil {
		log.Fatal(err)
	}
	test, err := calibration.FromLogits([]float64{6, 0, 0, 6}, []int{0, 0}, 2)
	if err != nil {
		log.Fatal(err)
	}
	scaled, err := test.Scale(fit.Temperature)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("temperature %.3f\n", fit.Temperature)
	fmt.Printf("nll %.3f, then %.3f\n", test.NLL(), scaled.NLL())
	// Output:
	// temperature 5.461
	// nll 3.002, then 0.837
}

func ExamplePredictions_Reliability() {
	predictions, err := calibration.FromProbabilities([]float64{.9, .1, .8, .2, .3, .7}, []int{0, 0, 0}, 2)
	if err != nil {
		log.Fatal(err)
	}
	for _, bin := range predictions.Reliability(5) {
		fmt.Printf("(%.1f, %.1f]  n %d  confidence %.2f  accuracy %.2f\n",
			bin.Lower, bin.Upper, bin.Count, bin.Confidence, bin.Accuracy)
	}
	// Output:
	// (0.0, 0.2]  n 0  confidence 0.00  accuracy 0.00
	// (0.2, 0.4]  n 0  confidence 0.00  accuracy 0.00
	// (0.4, 0.6]  n 0  confidence 0.00  accuracy 0.00
	// (0.6, 0.8]  n 2  confidence 0.75  accuracy 0.50
	// (0.8, 1.0]  n 1  confidence 0.90  accuracy 1.00
}

// An ECE near its noise floor is no evidence of miscalibration.
func ExamplePredictions_ECENoiseFloor() {
	predictions, err := calibration.FromProbabilities(
		[]float64{.9, .1, .8, .2, .7, .3, .6, .4, .9, .1, .8, .2}, []int{0, 0, 0, 0, 0, 1}, 2)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("ece             %.3f\n", predictions.ECE(calibration.DefaultBins))
	fmt.Printf("ece_noise_floor %.3f\n", predictions.ECENoiseFloor(calibration.DefaultBins))
	fmt.Printf("smooth_ece      %.3f\n", predictions.SmoothECE())
	// Output:
	// ece             0.250
	// ece_noise_floor 0.286
	// smooth_ece      0.096
}

// Vector scaling can favour a class, which a temperature cannot.
func ExamplePredictions_FitVector() {
	validation, err := calibration.FromLogits([]float64{2, 0, 2, 0, 2, 0, 2, 0}, []int{0, 1, 1, 1}, 2)
	if err != nil {
		log.Fatal(err)
	}
	temperature, err := validation.FitTemperature()
	if err != nil {
		log.Fatal(err)
	}
	vector, err := validation.FitVector()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("nll %.3f, by temperature %.3f, by vector %.3f\n", validation.NLL(), temperature.NLL, vector.NLL)
	// Output:
	// nll 1.627, by temperature 0.697, by vector 0.562
}

// votes are the labels that ten people gave to each of three images, cat or dog.
type votes [3][2]float64

func (v votes) Row(i int, row []float64) {
	for k, n := range v[i] {
		row[k] = n / 10
	}
}

// Where people disagree about an example, its label is a distribution. Every metric is then its expectation, and how
// far the model is from the people can be told from how far they are from each other.
func ExampleSoftLabels() {
	people := votes{{9, 1}, {5, 5}, {2, 8}}
	model := votes{{8, 2}, {6, 4}, {1, 9}}
	predictions, err := calibration.FromProbabilityRows(model, calibration.SoftLabels(3, people), 2)
	if err != nil {
		log.Fatal(err)
	}
	truth, err := calibration.NewTruthRows(predictions, people)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("accuracy %.3f\n", predictions.Accuracy())
	fmt.Printf("ce %.3f = kl %.3f + h %.3f\n", truth.CrossEntropy(), truth.KLDivergence(), truth.Entropy())
	fmt.Printf("true calibration error %.3f\n", truth.CalibrationError(calibration.DefaultBins))
	// Output:
	// accuracy 0.733
	// ce 0.540 = kl 0.034 + h 0.506
	// true calibration error 0.100
}
