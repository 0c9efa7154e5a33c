package run

// Result is what a run computes. What it was computed on is Provenance.
type Result struct {
	Metrics     []Metric      `json:"metrics"`
	Reliability []Reliability `json:"reliability"`
	Histograms  []Histogram   `json:"histograms"`
	Seconds     float64       `json:"seconds"` // of training and evaluation, without waiting and loading
}

// Value returns the metric of that name on a split under a calibration, and whether there is one.
func (r Result) Value(split Split, calibration Calibration, name string) (float64, bool) {
	for _, m := range r.Metrics {
		if m.Split == split && m.Calibration == calibration && m.Name == name {
			return float64(m.Value), true
		}
	}
	return 0, false
}

// Reliability is a reliability curve: how often predictions of a confidence were right.
type Reliability struct {
	Split       Split       `json:"split"`
	Calibration Calibration `json:"calibration"`
	Bins        []Bin       `json:"bins"`
}

// Bin is one interval of confidence (Lower, Upper]. In an empty one Confidence and Accuracy are 0.
type Bin struct {
	Lower      float64 `json:"lower"`
	Upper      float64 `json:"upper"`
	Count      int     `json:"count"`
	Confidence float64 `json:"confidence"` // mean over the examples of the bin
	Accuracy   float64 `json:"accuracy"`   // fraction that was right
}

// Quantity is what a histogram counts predictions by.
type Quantity string

// Entropy is that of the predicted distribution, in nats.
const Entropy Quantity = "entropy"

// Outcome says how predictions came out.
type Outcome string

// The outcomes, in the order of listings.
const (
	Right Outcome = "right"
	Wrong Outcome = "wrong"
)

// Histogram counts the predictions of one outcome by a quantity. Its bins divide Lower to Upper into equal intervals,
// right-closed, with Lower itself in the first. The counts are whole numbers where labels are classes, and expectations
// where they are distributions.
type Histogram struct {
	Split       Split       `json:"split"`
	Calibration Calibration `json:"calibration"`
	Quantity    Quantity    `json:"quantity"`
	Outcome     Outcome     `json:"outcome"`
	Lower       float64     `json:"lower"`
	Upper       float64     `json:"upper"`
	Counts      []float64   `json:"counts"`
}

// Epoch is what was measured at the end of one pass over the training data, counted from 1.
type Epoch struct {
	Number  int           `json:"number"`
	Metrics []EpochMetric `json:"metrics"`
}

// EpochMetric is a named number of an epoch: the training loss, the learning rate, the validation NLL.
type EpochMetric struct {
	Split Split  `json:"split"`
	Name  string `json:"name"`
	Value Number `json:"value"`
}

// Artefact is a file that a run left, such as its test logits.
type Artefact struct {
	Kind   string `json:"kind"` // "validation-logits", "test-logits", "validation-labels", ...
	Path   string `json:"path"` // relative to the folder of the run
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}
