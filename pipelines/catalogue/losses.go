package catalogue

import "math"

// Losses lists the training losses. p is the distribution of the labels (δ_y for a hard label y), q the
// softmax of the logits z over K classes, logarithms are natural, and all are means over the batch.
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
			Formula: "CE_γ(p‖q) = -Σ_k p_k·(1-q_k)^γ·log q_k ≥ CE(p‖q) - γ·H[q]; -(1-q_y)^γ·log q_y at ε = 0",
			Doc:     "cross-entropy that counts confident examples less; bounds entropy-regularised cross-entropy from above",
			Source:  "Lin 2017 (arXiv 1708.02002); Mukhoti 2020 (arXiv 2002.09437)",
			Parameters: []Parameter{
				nonNegative("gamma", "γ", 3, "how much less; 0 is cross-entropy"),
				{
					Name: "epsilon", Symbol: "ε", Kind: Float, Default: 0.0, Max: 1, Added: true,
					Doc: "weight of the uniform distribution in p, which becomes p~ = ε/K + (1-ε)·δ_y as in label smoothing",
				},
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
		{
			Name:    "focal_flsd53",
			Formula: "-(1-q_y)^γ·log q_y with γ = 5 where q_y < 0.2, else 3",
			Doc:     "focal loss that chooses γ example by example; γ is a constant to the gradient",
			Source:  "Mukhoti 2020 (arXiv 2002.09437)",
		},
		{
			Name:    "dual_focal",
			Formula: "-(1-q_y+q_j)^γ·log q_y, q_j the largest probability below q_y, or 0",
			Doc:     "focal loss that also widens the distance to the class ranked after the label",
			Source:  "Tao 2023 (arXiv 2305.13665)",
			Parameters: []Parameter{
				nonNegative("gamma", "γ", 5, "how much less confident examples count; 0 is cross-entropy"),
			},
		},
		{
			Name:    "brier",
			Formula: "Σ_k (q_k - δ_ky)²",
			Doc:     "the squared distance between the probabilities and the label, a proper score from 0 to 2",
			Source:  "Brier 1950, Verification of Forecasts Expressed in Terms of Probability",
		},
		{
			Name:    "poly1",
			Formula: "CE(p‖q) + ε·(1-q_y)",
			Doc:     "cross-entropy with another first coefficient of its expansion in powers of 1-q_y",
			Source:  "Leng 2022 (arXiv 2204.12511)",
			Parameters: []Parameter{
				{Name: "epsilon", Symbol: "ε", Kind: Float, Default: 1.0, Min: -1, Max: math.Inf(1), Doc: "added to the first coefficient, which is 1; 0 is cross-entropy"},
			},
		},
		{
			Name:    "margin_label_smoothing",
			Formula: "CE(p‖q) + α·mean_k max(0, max_j z_j - z_k - margin)",
			Doc:     "cross-entropy with a penalty on logits that lie further below the largest than a margin",
			Source:  "Liu 2022 (arXiv 2111.15430)",
			Parameters: []Parameter{
				weight("margin", "", 10, "distance of two logits up to which nothing is penalised"),
				weight("alpha", "α", 0.1, "weight of the penalty; 0 is cross-entropy"),
			},
		},
		{
			Name:     "logit_norm",
			OfLogits: true,
			Formula:  "CE(p‖softmax(z/(‖z‖ + 1e-7)/τ))",
			Doc:      "cross-entropy of logits that are scaled to one length, in training only",
			Source:   "Wei 2022 (arXiv 2205.09310)",
			Parameters: []Parameter{
				{Name: "tau", Symbol: "τ", Kind: Float, Default: 0.04, Min: 1e-6, Max: mostWeight, Doc: "temperature: the logits are given the length 1/τ"},
			},
		},
		{
			Name:    "mmce",
			OfBatch: true,
			Formula: "CE_γ(p‖q) + λ·sqrt(Σ_ij (c_i-r_i)·(c_j-r_j)·exp(-|r_i-r_j|/0.4))/m",
			Doc:     "cross-entropy or focal loss with the kernel calibration error of the batch of m: r is the confidence, c is 1 where the prediction is right, else 0",
			Source:  "Kumar 2018, Trainable Calibration Measures for Neural Networks from Kernel Mean Embeddings",
			Parameters: []Parameter{
				weight("lambda", "λ", 2, "weight of the calibration error"),
				focusing(),
			},
		},
		{
			Name:    "mdca",
			OfBatch: true,
			Formula: "CE_γ(p‖q) + β·mean_k |mean q_k - mean 1[y=k]|",
			Doc:     "cross-entropy or focal loss with the distance between mean probability and frequency of each class in the batch",
			Source:  "Hebbalaguppe 2022 (arXiv 2203.13834)",
			Parameters: []Parameter{
				weight("beta", "β", 1, "weight of the distance"),
				focusing(),
			},
		},
	}
}

// focusing is the parameter of a loss that adds something to a focal loss.
func focusing() Parameter {
	return nonNegative("gamma", "γ", 0, "of the focal loss CE_γ; 0 is cross-entropy")
}
