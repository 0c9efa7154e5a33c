package report

import "experiment/internal/comparison"

// measure is a metric as the report of an evaluation shows it.
type measure struct {
	comparison.Column
	doc string // what it is, in Markdown
}

// measureNamed returns how a metric is shown; one that is not known is shown by its name, in four decimals.
func measureNamed(name string) measure {
	for _, m := range measures() {
		if m.Metric == name {
			return m
		}
	}
	column, _ := comparison.MetricColumn(name, plain)
	return measure{Column: column}
}

// measures lists the metrics of evaluations.
func measures() []measure {
	of := func(metric, doc string) measure {
		column, _ := comparison.MetricColumn(metric, plain)
		return measure{column, doc}
	}
	return []measure{
		of("accuracy", "how many predicted classes are the label"),
		of("error", "how many are not"),
		of("nll", "the mean of -log q at the label, in nats; a proper score"),
		of("brier", "the mean squared distance of q and the label, summed over classes, from 0 to 2; a proper score"),
		of("ece", "the mean distance of confidence and accuracy over the bins, weighted by how many predictions fall into each; biased upwards, most where there are few examples"),
		of("mce", "the largest such distance of a bin that is not empty"),
		of("adaptive_ece", "the ECE over bins of equal size, sorted by confidence"),
		of("classwise_ece", "the mean over classes k of the ECE of q at k as the probability that the label is k"),
		of("debiased_rmsce", "the root mean squared distance over bins of equal size, less what the variance of the accuracy accounts for (Kumar 2019)"),
		of("smooth_ece", "the error smoothed by a Gaussian kernel as wide as the error is large, without bins (Błasiok and Nakkiran 2023)"),
		of("mean_confidence", "the mean of the largest probabilities"),
		of("mean_entropy", "of q, in nats"),
		of("overconfidence", "the mean confidence less the accuracy; below 0 the model is under-confident"),
		of("aurc", "the area under the risk-coverage curve: the mean over i of the error among the i most confident (Geifman 2017)"),
		of("auroc_misclassification", "the probability that a right prediction is more confident than a wrong one, ties counting a half"),
		of("ece_noise_floor", "the mean ECE of labels drawn from q itself: an ECE near it is no evidence of miscalibration"),
		of("kl_divergence", "the mean of CE(p‖q) - H\\[p\\], in nats, p being the labels"),
		of("cross_entropy_true", "the mean of -Σ p log q, in nats"),
		of("entropy_true", "the mean of -Σ p log p, in nats: no model has a smaller CE(p‖q)"),
		of("true_calibration_error", "the ECE with each hit replaced by p at the predicted class"),
	}
}
