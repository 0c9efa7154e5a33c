package classification

import (
	"slices"

	"experiment/internal/run"
	"experiment/pipelines/calibration"
)

// usualGamma is the γ of focal loss in use (Mukhoti 2020): that of the bound for losses without one of their own.
const usualGamma = 3

// gammaOfBound returns the γ at which a run compares the focal loss with its bound CE - γ·H[q]: its own where it
// trains on either side, or on focal loss and something else, and that is not 0; else the usual one.
func gammaOfBound(c run.Config) float64 {
	own := []string{"focal", "entropy_regularised", "mmce", "mdca"}
	if gamma := c.Float("loss.gamma"); gamma > 0 && slices.Contains(own, c.Text("loss.name")) {
		return gamma
	}
	return usualGamma
}

// measureBound returns the focal loss, and how far it is above CE - γ·H[q], on the validation split.
func measureBound(p *calibration.Predictions, gamma float64) []run.EpochMetric {
	return []run.EpochMetric{
		{Split: run.Validation, Name: "focal_gamma", Value: run.Number(gamma)},
		{Split: run.Validation, Name: "focal_loss", Value: run.Number(p.FocalLoss(gamma))},
		{Split: run.Validation, Name: "focal_bound_slack", Value: run.Number(p.FocalBoundSlack(gamma))},
	}
}
