// Package lockstep says which runs can be trained in lockstep, as replicas of one model, when that pays, and whether it
// leaves their digits alone. It knows configurations only.
package lockstep

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"experiment/internal/run"
	"experiment/pipelines/catalogue"
)

// varying are the settings in which replicas of one model may differ, beside those of the loss.
var varying = []string{
	"seed", "optimizer.lr", "optimizer.momentum", "optimizer.weight_decay", "optimizer.beta1", "optimizer.beta2", "optimizer.epsilon",
}

// Shape returns what runs have in common that can be trained in lockstep: all of a configuration but the loss, its
// coefficients, those of the optimiser and the seed. It is empty for a run that does not train.
func Shape(c run.Config) string {
	if !trains(c) {
		return ""
	}
	form := make([]byte, 0, 512)
	for _, f := range c.Fields() {
		if !strings.HasPrefix(f.Path, "loss.") && !slices.Contains(varying, f.Path) {
			form = appendValue(append(append(form, f.Path...), ": "...), f.Value)
			form = append(form, ", "...)
		}
	}
	form = append(form, "velocity: "...)
	return string(strconv.AppendBool(form, c.Float("optimizer.momentum") > 0)) // a step leaves one to the next, or not
}

// appendValue writes a setting, without the price of fmt: a sweep may have very many.
func appendValue(b []byte, value any) []byte {
	switch v := value.(type) {
	case string:
		return append(b, v...)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		return strconv.AppendFloat(b, v, 'g', -1, 64)
	}
	return fmt.Append(b, value)
}

func trains(c run.Config) bool { return c.Pipeline() == catalogue.ClassificationName }

// Exact says whether a run has the same bits in lockstep with others as alone. Batched matrix products of a CPU compute each
// matrix by itself; grouped convolutions sum in another order than single ones, and what the libraries of an accelerator
// do depends on the sizes, as it does for bfloat16.
func Exact(c run.Config, device string) bool {
	return device == "cpu" && c.Text("model.name") == "mlp" && c.Text("train.precision") != catalogue.BFloat16
}

// Where a step is so small that starting its operations takes longer than they do, replicas share that. Measured on one thread of
// an AMD EPYC with AVX-512, in microseconds a step and model of 1, 8 and 16 multilayer perceptrons (go run ./bench/training
// lockstep), where weights x examples of a batch are
//
//	  150,000:  74,  43,  40
//	  170,000:  67,  34,  32
//	  650,000: 127, 102, 115
//	  690,000: 123, 112,  92
//	2,300,000: 261, 249, 266
//	3,300,000: 269, 324, 355
//	8,600,000: 636, 799, 902
//
// Larger ones lose: the activations of so many leave the cache.
const (
	small, ofSmall   = 250_000, 16
	medium, ofMedium = 700_000, 8
)

// Replicas returns how many runs like one are to be trained in lockstep at most where nothing else is asked for: as many as
// were measured to be faster, and none where their bits would be others. On a CUDA device nothing was measured.
func Replicas(c run.Config, device string) int {
	if !trains(c) || !Exact(c, device) {
		return 1
	}
	switch work := weights(c) * float64(c.Int("train.batch")); {
	case work <= small:
		return ofSmall
	case work <= medium:
		return ofMedium
	}
	return 1
}

// weights returns how many a multilayer perceptron has, but for biases.
func weights(c run.Config) float64 {
	inputs, classes := float64(c.Int("data.dimensions")), float64(c.Int("data.classes"))
	if c.Text("data.name") != "gaussians" {
		inputs, classes = catalogue.ImagePixels, catalogue.ImageClasses
	}
	width, depth := float64(c.Int("model.width")), float64(c.Int("model.depth"))
	if depth == 0 {
		return inputs * classes
	}
	return inputs*width + (depth-1)*width*width + width*classes
}
