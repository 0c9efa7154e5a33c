package loss

import (
	"fmt"
	"math"
	"slices"

	"experiment/internal/torch"
)

// Rows is a matrix that is read a row at a time, such as one that lies in a file: [N, C].
type Rows interface {
	Row(i int, row []float64)
}

// A Sample is what a classifier said of N examples over C classes, and what is true of them: Labels, or a Posterior
// to draw them from.
type Sample struct {
	N, C      int
	Logits    Rows    // [N, C]; -Inf is a probability of 0
	Labels    []int64 // [N], nil where Posterior is there
	Posterior Rows    // [N, C], nil where Labels are there
}

// Mean is the mean of a loss over the examples of a sample, computed in float64 on the CPU, in memory that does not
// grow with N. With a posterior it is the expectation over labels drawn from it. Losses that are values of a batch
// are computed of so many consecutive examples at a time, of fewer at the end, and need labels. It is +Inf where a
// label was given the probability 0 and the loss has no bound, and NaN where a loss that needs the logits themselves
// meets -Inf.
func Mean(sample Sample, member Member, batch int) (float64, error) {
	f, ok := find(member.Name)
	switch {
	case !ok:
		return 0, fmt.Errorf("averaging loss %s: there is no such loss", member.Name)
	case f.ofBatch && sample.Labels == nil:
		return 0, fmt.Errorf("averaging loss %s: it is a value of a batch of examples whose labels are known, not of a posterior", member.Name)
	}
	a := average{member: member, classes: sample.C, batch: 1, room: chunk / sample.C}
	if f.ofBatch {
		// The matrix of pairs that mmce makes of a batch is larger than its logits.
		a.batch, a.room = batch, chunk/max(sample.C, batch)
	}
	a.room = max(a.room/a.batch, 1) * a.batch
	if err := a.addAll(sample); err != nil {
		return 0, fmt.Errorf("averaging loss %s: %w", member.Name, err)
	}
	return a.sum / float64(sample.N), nil
}

// chunk is about how many numbers a tensor has while a mean is computed.
const chunk = 1 << 18

// average adds up a loss, a chunk of examples at a time. An example whose label is not known is there once for each
// label it may have.
type average struct {
	member  Member
	classes int
	batch   int // examples of a batch; 1 where each is computed by itself
	room    int // examples of a chunk, whole batches

	logits  []float64 // of the chunk, by rows
	labels  []int64
	weights []float64 // of each example in the sum
	sum     float64
}

func (a *average) addAll(sample Sample) error {
	logits, posterior := make([]float64, sample.C), make([]float64, sample.C)
	for i := range sample.N {
		sample.Logits.Row(i, logits)
		if sample.Labels != nil {
			if err := a.add(logits, sample.Labels[i], 1); err != nil {
				return err
			}
			continue
		}
		sample.Posterior.Row(i, posterior)
		for k, p := range posterior {
			if p == 0 {
				continue
			}
			if err := a.add(logits, int64(k), p); err != nil {
				return err
			}
		}
	}
	return a.flush()
}

func (a *average) add(logits []float64, label int64, weight float64) error {
	a.logits, a.labels, a.weights = append(a.logits, logits...), append(a.labels, label), append(a.weights, weight)
	if len(a.labels) < a.room {
		return nil
	}
	return a.flush()
}

// flush adds the losses of the chunk: of its whole batches side by side, as replicas, and of what is left.
func (a *average) flush() error {
	whole := len(a.labels) / a.batch * a.batch
	replicas, size := whole/a.batch, a.batch
	if a.batch == 1 {
		replicas, size = 1, whole
	}
	if err := a.addPart(0, whole, replicas, size); err != nil {
		return err
	}
	if err := a.addPart(whole, len(a.labels), 1, len(a.labels)-whole); err != nil {
		return err
	}
	a.logits, a.labels, a.weights = a.logits[:0], a.labels[:0], a.weights[:0]
	return nil
}

// addPart adds the losses of the examples from start to end, which are so many replicas of a size.
func (a *average) addPart(start, end, replicas, size int) error {
	if start == end {
		return nil
	}
	logits, labels := a.logits[start*a.classes:end*a.classes], a.labels[start:end]
	values, err := a.limits(logits, labels, replicas, size)
	if err != nil {
		return err
	}
	sum := 0.0 // a sum of sums rounds less than one of a million terms
	for i, v := range values {
		sum += a.weights[start+i] * v
	}
	a.sum += sum
	return nil
}

// limits returns the loss of each example, where logits are -Inf the limit. With log q_k in the place of -Inf
// going to -∞ every loss is constant or linear from where q_k is 0 in float64, so two values tell which.
func (a *average) limits(logits []float64, labels []int64, replicas, size int) ([]float64, error) {
	if !slices.Contains(logits, math.Inf(-1)) {
		return a.values(logits, labels, replicas, size)
	}
	values, err := a.values(a.bounded(logits, 1), labels, replicas, size)
	if err != nil {
		return nil, err
	}
	further, err := a.values(a.bounded(logits, 2), labels, replicas, size)
	if err != nil {
		return nil, err
	}
	needsLogits := OfLogits(a.member.Name)
	for i := range values {
		switch {
		case needsLogits && slices.Contains(logits[i*a.classes:(i+1)*a.classes], math.Inf(-1)):
			values[i] = math.NaN()
		case values[i] < further[i]:
			values[i] = math.Inf(1)
		case values[i] > further[i]:
			values[i] = math.Inf(-1)
		}
	}
	return values, nil
}

// bounded puts numbers so far below the others that their probability is 0 in the place of -Inf.
func (a *average) bounded(logits []float64, times float64) []float64 {
	const depth = 1e5 // exp(-745) is 0
	finite := slices.Clone(logits)
	for row := range slices.Chunk(finite, a.classes) {
		largest := slices.Max(row)
		for k, z := range row {
			if math.IsInf(z, -1) {
				row[k] = largest - times*(depth+math.Abs(largest))
			}
		}
	}
	return finite
}

// values returns the loss of each example, [replicas·size].
func (a *average) values(logits []float64, labels []int64, replicas, size int) (values []float64, err error) {
	err = torch.Do(func(s *torch.Scope) error {
		return s.NoGrad(func() error {
			f, err := New(s, torch.Float64, torch.CPU, slices.Repeat([]Member{a.member}, replicas)...)
			if err != nil {
				return err
			}
			values = f(torch.FromSlice(s, logits, replicas, size, a.classes), torch.FromSlice(s, labels, replicas, size)).Float64s()
			return s.Err()
		})
	})
	return values, err
}
