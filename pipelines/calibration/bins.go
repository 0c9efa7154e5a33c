package calibration

import (
	"fmt"
	"math"
)

const (
	// DefaultBins is the customary number of bins.
	DefaultBins = 15
	// MaxBins is the largest number of bins.
	MaxBins = 100_000
)

// Bin is an interval of confidence (Lower, Upper] and what was seen in it. In an empty bin Confidence and
// Accuracy are 0.
type Bin struct {
	Lower, Upper float64
	Count        int
	Confidence   float64 // mean over the examples in the bin
	Accuracy     float64 // fraction of them that was right
}

// Reliability returns the bins of equal width of a reliability diagram, the empty ones too. It panics if
// bins is outside 1 to MaxBins.
func (p *Predictions) Reliability(bins int) []Bin {
	groups := equalWidth(p.confidence, p.hit, bins)
	diagram := make([]Bin, bins)
	for b, g := range groups {
		diagram[b] = Bin{Lower: edge(b, bins), Upper: edge(b+1, bins), Count: g.count}
		if g.count > 0 {
			diagram[b].Confidence, diagram[b].Accuracy = g.means()
		}
	}
	return diagram
}

// group is a set of examples, with the sums of what was forecast for them and of how often it came true.
type group struct {
	count              int
	forecast, observed float64
	law                *hitLaw // of how often it comes true, where labels are soft; else nil
}

// add puts an example into the group: what was forecast, and whether it came true, or how likely that is.
func (g *group) add(forecast, observed float64) {
	g.count++
	g.forecast += forecast
	g.observed += observed
	if g.law != nil {
		g.law.add(observed)
	}
}

// merge puts all examples of another group into the group.
func (g *group) merge(other group) {
	g.count += other.count
	g.forecast += other.forecast
	g.observed += other.observed
	if g.law != nil {
		g.law.merge(other.law)
	}
}

// means returns the mean forecast and the mean observation of a group that is not empty.
func (g group) means() (forecast, observed float64) {
	return g.forecast / float64(g.count), g.observed / float64(g.count)
}

// gap returns how far the mean forecast is above the mean observation, 0 in an empty group.
func (g group) gap() float64 {
	if g.count == 0 {
		return 0
	}
	forecast, observed := g.means()
	return forecast - observed
}

// deviation returns the absolute gap times the number of examples, its expectation where labels are soft.
func (g group) deviation() float64 {
	if g.law != nil {
		return g.law.deviation(g.forecast)
	}
	return float64(g.count) * math.Abs(g.gap())
}

// newGroups returns empty groups of labels such as these.
func (p *Predictions) newGroups(count int) []group {
	groups := make([]group, count)
	if p.labels.soft != nil {
		for g := range groups {
			groups[g].law = newHitLaw()
		}
	}
	return groups
}

// equalWidth groups the examples by a confidence in their predicted class.
func (p *Predictions) equalWidth(confidence []float64, bins int) []group {
	checkBins(bins)
	return fillEqualWidth(p.newGroups(bins), confidence, p.hit)
}

// equalWidth groups examples by their forecast, a probability, into right-closed bins of equal width.
func equalWidth(forecast, observed []float64, bins int) []group {
	checkBins(bins)
	return fillEqualWidth(make([]group, bins), forecast, observed)
}

func fillEqualWidth(groups []group, forecast, observed []float64) []group {
	for i, f := range forecast {
		groups[binOf(f, len(groups))].add(f, observed[i])
	}
	return groups
}

// equalMass groups the examples in the order of their confidence into bins whose sizes differ by at most one,
// the larger first.
func (p *Predictions) equalMass(bins int) []group {
	checkBins(bins)
	groups, order := p.newGroups(bins), p.byConfidence()
	size, larger := len(order)/bins, len(order)%bins
	for b := range groups {
		count := size
		if b < larger {
			count++
		}
		for _, i := range order[:count] {
			groups[b].add(p.confidence[i], p.hit[i])
		}
		order = order[count:]
	}
	return groups
}

// binOf returns the bin of a probability q, the b for which edge(b) < q <= edge(b+1), and 0 for 0. The
// product can be off by one next to an edge; the edges themselves decide.
func binOf(q float64, bins int) int {
	b := max(int(math.Ceil(q*float64(bins)))-1, 0)
	if b > 0 && q <= edge(b, bins) {
		return b - 1
	}
	if b < bins-1 && q > edge(b+1, bins) {
		return b + 1
	}
	return b
}

// edge returns the lower edge of bin b.
func edge(b, bins int) float64 { return float64(b) / float64(bins) }

// validBins reports whether that many bins can be made.
func validBins(bins int) error {
	if bins < 1 || bins > MaxBins {
		return fmt.Errorf("%d bins: the number must be from 1 to %d", bins, MaxBins)
	}
	return nil
}

func checkBins(bins int) {
	if err := validBins(bins); err != nil {
		panic("calibration: " + err.Error())
	}
}
