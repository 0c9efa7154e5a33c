package protocol

import "experiment/internal/run"

// LossesFlag is the argument with which a worker averages losses instead of training: it reads one LossesRequest
// from standard input, writes one LossesAnswer to standard output, both as JSON, and ends. It ends at once, without an
// answer, where standard input closes before: then nobody waits for it any more.
const LossesFlag = "--losses"

// LossesRequest asks for the means of losses over predictions that lie in files.
type LossesRequest struct {
	Predictions []PredictionFile `json:"predictions"`
	Labels      string           `json:"labels"` // path
	Losses      []Loss           `json:"losses"`
	Batch       int              `json:"batch"` // examples of a batch, for losses that are values of one
}

// PredictionFile is a file of predictions: of logits, or of probabilities, whose logarithms serve as logits.
type PredictionFile struct {
	Path          string `json:"path"`
	Probabilities bool   `json:"probabilities"`
}

// Loss is a loss with all of its parameters, in the order of the catalogue.
type Loss struct {
	Name       string    `json:"name"`
	Parameters []float64 `json:"parameters"`
}

// LossesAnswer is what a LossesRequest asked for.
type LossesAnswer struct {
	Means [][]run.Number `json:"means"` // of each file, of each loss
}
