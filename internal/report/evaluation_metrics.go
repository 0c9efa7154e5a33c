package report

import "experiment/internal/comparison"

// measure is a metric as the report of an evaluation shows it.
type measure struct {
	comparison.Column        // Header has the unit, Name has not
	doc               string // what it is, in Markdown
}

// measureNamed returns how a metric is shown; one that is not known is shown by its name, in four decimals.
func measureNamed(name string) measure {
	for _, m := range measures() {
		if m.Metric == name {
			return m
		}
	}
	return measure{Column: comparison.Column{Name: name, Header: name, Metric: name, Digits: 4}}
}

// measures lists the metrics of evaluations.
func measures() []measure {
	percent := func(metric, title, doc string) measure {
		return measure{comparison.Column{Name: title, Header: title + " (%)", Metric: metric, Percent: true, Digits: 2}, doc}
	}
	number := func(metric, title, doc string) measure {
		return measure{comparison.Column{Name: title, Header: title, Metric: metric, Digits: 4}, doc}
	}
	return []measure{
		percent("accuracy", "Accuracy", "how many predicted classes are the label"),
		percent("error", "Error", "how many are not"),
		number("nll", "NLL", "the mean of -log q at the label, in nats; a proper score"),
		number("brier", "Brier", "the mean squared distance of q and the label, summed over classes, from 0 to 2; a proper score"),
		percent("ece", "ECE", "the mean distance of confidence and accuracy over the bins, weighted by how many predictions fall into each; biased upwards, most where there are few examples"),
		percent("mce", "MCE", "the largest such distance of a bin that is not empty"),
		percent("adaptive_ece", "Adaptive ECE", "the ECE over bins of equal size, sorted by confidence"),
		percent("classwise_ece", "Class-wise ECE", "the mean over classes k of the ECE of q at k as the probability that the label is k"),
		percent("debiased_rmsce", "Debiased RMSCE", "the root mean squared distance over bins of equal size, less what the variance of the accuracy accounts for (Kumar 2019)"),
		percent("smooth_ece", "Smooth ECE", "the error smoothed by a Gaussian kernel as wide as the error is large, without bins (Błasiok and Nakkiran 2023)"),
		percent("mean_confidence", "Mean confidence", "the mean of the largest probabilities"),
		number("mean_entropy", "Mean entropy", "of q, in nats"),
		percent("overconfidence", "Overconfidence", "the mean confidence less the accuracy; below 0 the model is under-confident"),
		number("aurc", "AURC", "the area under the risk-coverage curve: the mean over i of the error among the i most confident (Geifman 2017)"),
		number("auroc_misclassification", "AUROC of misclassification", "the probability that a right prediction is more confident than a wrong one, ties counting a half"),
		percent("ece_noise_floor", "ECE noise floor", "the mean ECE of labels drawn from q itself: an ECE near it is no evidence of miscalibration"),
		number("kl_divergence", "KL(p‖q)", "the mean of CE(p‖q) - H\\[p\\], in nats, p being the labels"),
		number("cross_entropy_true", "CE(p‖q)", "the mean of -Σ p log q, in nats"),
		number("entropy_true", "H[p]", "the mean of -Σ p log p, in nats: no model has a smaller CE(p‖q)"),
		percent("true_calibration_error", "True calibration error", "the ECE with each hit replaced by p at the predicted class"),
	}
}
