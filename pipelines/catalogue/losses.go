package catalogue

// Losses lists the training losses. p is the distribution of the labels (δ_y for a hard label y), q the
// model's softmax over K classes, logarithms are natural, and all are means over the batch.
func Losses() []Choice {
	return []Choice{
		{
			Name:    "cross_entropy",
			Formula: "CE(p‖q) = -log q_y = KL(p‖q) + H[p]",
			Doc:     "the negative log-likelihood of the label",
			Source:  "Good 1952, Rational Decisions",
		},
		{
			Name:    "label_smoothing",
			Formula: "CE(p~‖q) = ε·CE(U‖q) + (1-ε)·CE(p‖q), p~ = ε/K + (1-ε)·δ_y",
			Doc:     "cross-entropy with labels mixed with the uniform distribution, the true class included",
			Source:  "Szegedy 2016 (arXiv 1512.00567); Müller 2019 (arXiv 1906.02629)",
			Parameters: []Parameter{
				fraction("epsilon", "ε", 0.1, "weight of the uniform distribution"),
			},
		},
		{
			Name:    "focal",
			Formula: "-(1-q_y)^γ·log q_y ≥ CE(p‖q) - γ·H[q]",
			Doc:     "cross-entropy that counts confident examples less; bounds entropy-regularised cross-entropy from above",
			Source:  "Lin 2017 (arXiv 1708.02002); Mukhoti 2020 (arXiv 2002.09437)",
			Parameters: []Parameter{
				nonNegative("gamma", "γ", 3, "how much less; 0 is cross-entropy"),
			},
		},
		{
			Name:    "entropy_regularised",
			Formula: "CE(p‖q) - γ·H[q]",
			Doc:     "cross-entropy less the entropy of the prediction: the confidence penalty",
			Source:  "Pereyra 2017 (arXiv 1701.06548)",
			Parameters: []Parameter{
				nonNegative("gamma", "γ", 0.3, "weight of the entropy; 0 is cross-entropy"),
			},
		},
	}
}
