package comparison

import (
	"slices"

	"experiment/internal/run"
)

// MetricColumn returns the column of a metric, and whether there is such a metric.
func MetricColumn(name string, calibration run.Calibration) (Column, bool) {
	columns := metricColumns()
	i := slices.IndexFunc(columns, func(c Column) bool { return c.Metric == name })
	if i < 0 {
		return Decimal(name, name, name, calibration, Neither, 4), slices.Contains(run.MetricNames[:], name)
	}
	columns[i].Calibration = calibration
	return columns[i], true
}

// metricColumns lists how people read metrics. Those that are not here have no other name than in data.
func metricColumns() []Column {
	percent := func(metric, title string, better Better) Column {
		return Percentage(metric, title+" (%)", metric, "", better)
	}
	decimal := func(metric, title string, better Better) Column {
		return Decimal(metric, title, metric, "", better, 4)
	}
	return []Column{
		percent("accuracy", "Accuracy", Higher),
		percent("error", "Error", Lower),
		decimal("nll", "NLL", Lower),
		decimal("brier", "Brier", Lower),
		percent("ece", "ECE", Lower),
		percent("mce", "MCE", Lower),
		percent("adaptive_ece", "Adaptive ECE", Lower),
		percent("classwise_ece", "Class-wise ECE", Lower),
		percent("debiased_rmsce", "Debiased RMSCE", Lower),
		percent("smooth_ece", "Smooth ECE", Lower),
		percent("mean_confidence", "Mean confidence", Neither),
		decimal("mean_entropy", "Mean entropy", Neither),
		percent("overconfidence", "Overconfidence", Neither),
		decimal("aurc", "AURC", Lower),
		decimal("auroc_misclassification", "AUROC of misclassification", Higher),
		percent("ece_noise_floor", "ECE noise floor", Neither),
		Decimal("temperature", "T", "temperature", "", Neither, 3),
		decimal("kl_divergence", "KL(p‖q)", Lower),
		decimal("cross_entropy_true", "CE(p‖q)", Lower),
		decimal("entropy_true", "H[p]", Neither),
		percent("true_calibration_error", "True calibration error", Lower),
	}
}
