package calibration_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"experiment/pipelines/calibration"
)

func TestFocalLossByHand(t *testing.T) {
	p := fromProbabilities(t, []float64{.5, .25, .25, .1, .9, 0}, []int{0, 1}, 3)
	entropy := (1.5*math.Ln2 - .1*math.Log(.1) - .9*math.Log(.9)) / 2
	for gamma, want := range map[float64]float64{
		0:  (math.Ln2 - math.Log(.9)) / 2,
		.5: (math.Sqrt(.5)*math.Ln2 - math.Sqrt(.1)*math.Log(.9)) / 2,
		1:  (.5*math.Ln2 - .1*math.Log(.9)) / 2,
		3:  (.125*math.Ln2 - .001*math.Log(.9)) / 2,
	} {
		if got := p.FocalLoss(gamma); !near(got, want, 1e-15) {
			t.Errorf("γ = %v: the focal loss is %v, want %v", gamma, got, want)
		}
		if got, want := p.FocalBoundSlack(gamma), want-(p.NLL()-gamma*entropy); !near(got, want, 1e-15) {
			t.Errorf("γ = %v: the slack is %v, want %v", gamma, got, want)
		}
	}
}

// TestFocalLossAtTheEnds holds that certainty, right or wrong, leaves no NaN, and that what is next to certain keeps
// its digits.
func TestFocalLossAtTheEnds(t *testing.T) {
	tests := []struct {
		name                          string
		logits                        []float64
		label                         int
		gamma, loss, slack, tolerance float64
	}{
		{"certain and right", []float64{0, math.Inf(-1)}, 0, 3, 0, 0, 0},
		{"certain and right, γ below 1", []float64{0, math.Inf(-1)}, 0, .25, 0, 0, 0},
		{"certain and right, γ = 0", []float64{0, math.Inf(-1)}, 0, 0, 0, 0, 0},
		{"certain and wrong", []float64{0, math.Inf(-1)}, 1, 3, math.Inf(1), 0, 0},
		{"certain and wrong, γ = 0", []float64{0, math.Inf(-1)}, 1, 0, math.Inf(1), 0, 0},
		// With δ = exp(-40) the loss is √δ·δ, and γ·H[q] - (1-√δ)·δ = δ/2·(40 + 1) - δ + δ^1.5.
		{"all but certain", []float64{0, -40}, 0, .5, math.Exp(-60), math.Exp(-40)*19.5 + math.Exp(-60), 1e-14},
		// q is 0 in float64 and its logarithm is not.
		{"all but impossible", []float64{0, -1000}, 1, 3, 1000, 0, 0},
		{"half, an enormous γ", []float64{0, 0}, 0, 1e300, 0, 1e300 * math.Ln2, 1e-15},
	}
	for _, test := range tests {
		p := fromLogits(t, test.logits, []int{test.label}, 2)
		if got := p.FocalLoss(test.gamma); got != test.loss && !(math.Abs(got-test.loss) <= test.tolerance*test.loss) {
			t.Errorf("%s: the loss is %v, want %v", test.name, got, test.loss)
		}
		if got := p.FocalBoundSlack(test.gamma); got != test.slack && !(math.Abs(got-test.slack) <= test.tolerance*test.slack) {
			t.Errorf("%s: the slack is %v, want %v", test.name, got, test.slack)
		}
	}
}

// TestFocalBoundHolds holds that the slack is what its name says, and never below 0, whatever the label: γ from next to
// 0, where Bernoulli's inequality does not help, to 50. Probabilities below the least normal number have few digits.
func TestFocalBoundHolds(t *testing.T) {
	const leastNormal = 0x1p-1022
	logit := rapid.OneOf(rapid.Float64Range(-3, 3), rapid.Float64Range(-50, 50), rapid.Float64Range(-1e4, 1e4))
	rapid.Check(t, func(t *rapid.T) {
		classes, gamma := rapid.IntRange(2, 6).Draw(t, "classes"), math.Exp(rapid.Float64Range(-9, 4).Draw(t, "log γ"))
		logits := rapid.SliceOfN(logit, classes, classes).Draw(t, "logits")
		for label := range classes {
			p, err := calibration.FromLogits(logits, []int{label}, classes)
			if err != nil {
				t.Fatal(err)
			}
			slack, direct := p.FocalBoundSlack(gamma), p.FocalLoss(gamma)-(p.NLL()-gamma*p.MeanEntropy())
			if !(slack >= -leastNormal) {
				t.Errorf("label %d: the slack is %v", label, slack)
			}
			if scale := 1 + p.NLL() + gamma*p.MeanEntropy(); !near(slack, direct, 1e-14*scale) {
				t.Errorf("label %d: the slack is %v and the loss less the bound %v", label, slack, direct)
			}
		}
	})
}

// TestFocalLossOfSoftLabels holds that the loss of a distribution over labels is the mean of theirs.
func TestFocalLossOfSoftLabels(t *testing.T) {
	p := fromSoft(t, []float64{1, 0, 2, -1, 0, 3}, []float64{.5, .25, .25, 0, 1, 0}, 3)
	loss, slack := 0.0, 0.0
	for y, share := range []float64{.25, .125, .125} {
		hard := fromLogits(t, []float64{1, 0, 2}, []int{y}, 3)
		loss, slack = loss+share*hard.FocalLoss(2), slack+share*hard.FocalBoundSlack(2)
	}
	second := fromLogits(t, []float64{-1, 0, 3}, []int{1}, 3)
	loss, slack = loss+second.FocalLoss(2)/2, slack+second.FocalBoundSlack(2)/2
	if got := p.FocalLoss(2); !near(got, loss, 1e-15) {
		t.Errorf("the loss is %v, want %v", got, loss)
	}
	if got := p.FocalBoundSlack(2); !near(got, slack, 1e-15) {
		t.Errorf("the slack is %v, want %v", got, slack)
	}
}

func TestFocalLossWithoutGammaIsTheNLL(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t).predictions(t)
		if p.FocalLoss(0) != p.NLL() || p.FocalBoundSlack(0) != 0 {
			t.Errorf("the loss is %v, the nll %v, the slack %v", p.FocalLoss(0), p.NLL(), p.FocalBoundSlack(0))
		}
	})
}

func TestFocalLossRefusesGamma(t *testing.T) {
	p := fromProbabilities(t, []float64{.5, .5}, []int{0}, 2)
	for _, gamma := range []float64{-1, math.NaN(), math.Inf(1)} {
		for name, measure := range map[string]func(float64) float64{"FocalLoss": p.FocalLoss, "FocalBoundSlack": p.FocalBoundSlack} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s takes γ = %v", name, gamma)
					}
				}()
				measure(gamma)
			}()
		}
	}
}
