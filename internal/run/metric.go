package run

// Split names the part of the data a metric was measured on.
type Split string

// The splits. Test is read once, after training.
const (
	Train      Split = "train"
	Validation Split = "validation"
	Test       Split = "test"
)

// Calibration says what was done to the logits before they were measured.
type Calibration string

// The calibrations, all fitted on the validation split only.
const (
	Uncalibrated     Calibration = "none"
	TemperatureScale Calibration = "temperature"     // one temperature, by the least NLL
	TemperatureByECE Calibration = "temperature_ece" // one temperature of a grid, by the least ECE
	VectorScale      Calibration = "vector"          // a weight and a bias for each class, by the least NLL
)

// Calibrations lists every calibration, in the order of listings.
var Calibrations = [...]Calibration{Uncalibrated, TemperatureScale, TemperatureByECE, VectorScale}

// Metric is a named number of a run, a split and a calibration. Fractions and nats.
type Metric struct {
	Split       Split       `json:"split"`
	Calibration Calibration `json:"calibration"`
	Name        string      `json:"name"`
	Value       Number      `json:"value"`
}

// MetricNames lists every metric a run can have, in the order of listings. Definitions and sources stand
// in package calibration and, from cross_entropy_uniform on, in package bound.
var MetricNames = [...]string{
	"accuracy", "error", "nll", "brier", "ece", "mce", "adaptive_ece", "classwise_ece", "debiased_rmsce",
	"smooth_ece", "mean_confidence", "mean_entropy", "overconfidence", "aurc", "auroc_misclassification",
	"ece_noise_floor", "temperature", "kl_divergence", "cross_entropy_true", "entropy_true",
	"true_calibration_error",
	"cross_entropy_uniform", "label_smoothing", "focal", "entropy_regularised", "sharper_bound",
	"bound_slack", "sharper_slack", "bernoulli_slack", "bound_slack_least", "sharper_slack_least", "bernoulli_slack_least",
}
