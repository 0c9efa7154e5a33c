package calibration

// Accuracy is the fraction of examples whose predicted class is their label.
func (p *Predictions) Accuracy() float64 { return mean(p.hit) }

// Error is 1 - Accuracy.
func (p *Predictions) Error() float64 {
	misses := 0.0
	for _, h := range p.hit {
		misses += 1 - h
	}
	return misses / float64(p.Len())
}

// NLL is the mean negative log-likelihood of the labels, in nats. It is +Inf where a label was given the
// probability 0.
func (p *Predictions) NLL() float64 { return mean(p.loss) }

// Brier is the mean over the examples of Σ_k (q_k - 1[y=k])², which lies between 0 and 2 (Brier 1950).
func (p *Predictions) Brier() float64 { return mean(p.squared) }

// MeanConfidence is the mean of the largest probabilities.
func (p *Predictions) MeanConfidence() float64 { return mean(p.confidence) }

// Overconfidence is the mean confidence less the accuracy. Below 0 the classifier is under-confident.
func (p *Predictions) Overconfidence() float64 { return p.MeanConfidence() - p.Accuracy() }

// MeanEntropy is the mean entropy of the predicted distributions, in nats.
func (p *Predictions) MeanEntropy() float64 { return mean(p.entropy) }

// crossEntropy returns -Σ weight·logarithm, in which a weight of 0 counts as 0 whatever the logarithm.
func crossEntropy(weight, logarithm []float64) float64 {
	sum := 0.0
	for i, w := range weight {
		if w > 0 {
			sum -= w * logarithm[i]
		}
	}
	return sum
}

// squaredDistance returns Σ_k (q_k - 1[y=k])².
func squaredDistance(q []float64, y int) float64 {
	sum := 0.0
	for k, v := range q {
		if k == y {
			v = 1 - v
		}
		sum += v * v
	}
	return sum
}

// expectedSquaredDistance is the expectation of squaredDistance over labels drawn from p: Σ_k (q_k - p_k)² + p_k(1 - p_k).
func expectedSquaredDistance(q, p []float64) float64 {
	sum := 0.0
	for k, v := range q {
		sum += (v-p[k])*(v-p[k]) + p[k]*(1-p[k])
	}
	return sum
}
