package dataset

import (
	"crypto/sha256"
	"fmt"
	"math"

	"experiment/internal/rng"
)

// gaussiansVersion changes whenever the same parameters and seed would give other examples.
const gaussiansVersion = 1

// Limits of the parameters: beyond them an array would not fit into memory, or a feature into a float32.
const (
	maxMeans      = 1 << 26
	maxSeparation = 1e6
	maxFeatures   = 1 << 31
)

// GaussianParameters describes classes that are equally likely, each with a normal distribution of unit
// variance in every direction.
type GaussianParameters struct {
	Classes    int     // at least 2
	Dimensions int     // at least 1
	Separation float64 // root mean square distance of two class means, in standard deviations, at least 0
	LabelNoise float64 // probability that a label is replaced by one of the others, all equally likely, in [0, 1)
}

// Gaussians generates examples of which the posterior is known exactly. The coordinates of the class means
// are themselves normally distributed, with a standard deviation of Separation/√(2·Dimensions). They depend on
// the parameters alone: every seed samples the same problem.
type Gaussians struct {
	parameters GaussianParameters
	means      []float64 // [classes, dimensions]
}

var _ Source = (*Gaussians)(nil)

// NewGaussians returns the generator with some parameters.
func NewGaussians(p GaussianParameters) (*Gaussians, error) {
	switch {
	case p.Classes < 2:
		return nil, fmt.Errorf("generating gaussians: %d classes, at least 2 are needed", p.Classes)
	case p.Dimensions < 1:
		return nil, fmt.Errorf("generating gaussians: %d dimensions, at least 1 is needed", p.Dimensions)
	case p.Classes > maxMeans/p.Dimensions:
		return nil, fmt.Errorf("generating gaussians: %d classes in %d dimensions are too many", p.Classes, p.Dimensions)
	case !(p.Separation >= 0 && p.Separation <= maxSeparation):
		return nil, fmt.Errorf("generating gaussians: separation %v is outside 0 to %v", p.Separation, maxSeparation)
	case !(p.LabelNoise >= 0 && p.LabelNoise < 1):
		return nil, fmt.Errorf("generating gaussians: label noise %v is outside [0, 1)", p.LabelNoise)
	}
	stream := rng.New(0, "gaussians means")
	scale := p.Separation / math.Sqrt(2*float64(p.Dimensions))
	means := make([]float64, p.Classes*p.Dimensions)
	for i := range means {
		means[i] = scale * stream.Normal()
	}
	return &Gaussians{parameters: p, means: means}, nil
}

// Info describes the data set.
func (g *Gaussians) Info() Info {
	p := g.parameters
	identity := fmt.Sprintf("gaussians version=%d classes=%d dimensions=%d separation=%x label_noise=%x",
		gaussiansVersion, p.Classes, p.Dimensions, p.Separation, p.LabelNoise)
	return Info{
		Name:     "gaussians",
		Classes:  p.Classes,
		Shape:    []int{p.Dimensions},
		Mean:     0,
		Std:      1,
		Checksum: fmt.Sprintf("%x", sha256.Sum256([]byte(identity))),
	}
}

// Sample draws every split by itself: the size of one does not change another, and a larger split begins
// with the smaller. Label noise changes labels and posteriors, but no features.
func (g *Gaussians) Sample(seed int64, sizes Sizes) (Sample, error) {
	widest := max(g.parameters.Dimensions, g.parameters.Classes)
	for _, n := range []int{sizes.Train, sizes.Validation, sizes.Test} {
		if n < 0 || n > maxFeatures/widest {
			return Sample{}, fmt.Errorf("sampling gaussians: a split of %d examples", n)
		}
	}
	if sizes.Train == 0 || sizes.Test == 0 {
		return Sample{}, fmt.Errorf("sampling gaussians: %d training and %d test examples, at least 1 of each is needed",
			sizes.Train, sizes.Test)
	}
	return Sample{
		Train:      everything(g.draw(seed, "train", sizes.Train)),
		Validation: everything(g.draw(seed, "validation", sizes.Validation)),
		Test:       everything(g.draw(seed, "test", sizes.Test)),
	}, nil
}

// draw returns the first n examples of a split.
func (g *Gaussians) draw(seed int64, split string, n int) *Examples {
	p := g.parameters
	e := &Examples{
		Floats:    make([]float32, n*p.Dimensions),
		Labels:    make([]int64, n),
		Posterior: make([]float64, n*p.Classes),
	}
	points := rng.New(seed, "gaussians "+split+" points")
	noise := rng.New(seed, "gaussians "+split+" label noise")
	for i := range n {
		class := points.Intn(p.Classes)
		x := e.Floats[i*p.Dimensions : (i+1)*p.Dimensions]
		for d, mean := range g.mean(class) {
			x[d] = float32(mean + points.Normal())
		}
		g.posterior(x, e.Posterior[i*p.Classes:(i+1)*p.Classes])
		e.Labels[i] = int64(g.observe(class, noise))
	}
	return e
}

func (g *Gaussians) mean(class int) []float64 {
	d := g.parameters.Dimensions
	return g.means[class*d : (class+1)*d]
}

// observe returns the label that a class is seen as. It draws the same numbers whatever the noise is.
func (g *Gaussians) observe(class int, noise *rng.Stream) int {
	replaced := noise.Float64() < g.parameters.LabelNoise
	other := noise.Intn(g.parameters.Classes - 1)
	if !replaced {
		return class
	}
	if other >= class {
		other++
	}
	return other
}

// posterior computes the distribution of the label at x. By Bayes' rule the class k has a probability p_k
// proportional to exp(-|x - mean_k|²/2); with noise η the label k has (1-η)·p_k + η·(1-p_k)/(K-1).
func (g *Gaussians) posterior(x []float32, p []float64) {
	nearest := math.Inf(1)
	for k := range p {
		p[k] = 0
		for d, mean := range g.mean(k) {
			distance := float64(x[d]) - mean
			p[k] += distance * distance / 2
		}
		nearest = min(nearest, p[k])
	}
	sum := 0.0
	for k := range p {
		p[k] = math.Exp(nearest - p[k])
		sum += p[k]
	}
	noise := g.parameters.LabelNoise
	others := float64(len(p) - 1)
	for k := range p {
		p[k] /= sum
		p[k] = (1-noise)*p[k] + noise*(1-p[k])/others
	}
}
