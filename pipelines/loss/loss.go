// Package loss holds what training minimises: one formula a file, each for K replicas at once.
//
// A formula gets logits [K, N, C] (replicas, examples, classes) and labels [K, N], and gives the loss of every example,
// [K, N], in nats where it is an information. Its coefficients are vectors with one value a replica. The mean over the
// batch is the caller's; what a formula computes of a whole batch is part of the loss of each of its examples.
//
// In the formulas y is the label, δ_y the distribution that is certain of it, and q the softmax of the logits.
package loss

import (
	"fmt"
	"math"

	"experiment/internal/torch"
)

// A Func maps floating logits [K, N, C] and int64 targets [K, N] to the loss of every example, [K, N]. Targets [1, N]
// are shared by all replicas. Values and gradients are finite wherever the logits lie within ±10,000.
type Func func(logits, targets torch.Tensor) torch.Tensor

// A Member is the loss of one replica.
type Member struct {
	Name       string
	Parameters []float64 // in the order of [Parameters]
}

// A formula is a loss as this package implements it.
type formula struct {
	name       string
	parameters []parameter
	build      func(coefficients []torch.Tensor) Func // one [K, 1] for every parameter
	ofBatch    bool                                   // the loss of an example depends on the others of its batch
	ofLogits   bool                                   // the loss changes when a number is added to all logits of an example
}

// A parameter may be from min to max.
type parameter struct {
	name     string
	min, max float64
}

// atLeast is a parameter without a largest value but one that keeps single precision from overflowing.
func atLeast(name string, min float64) parameter { return parameter{name, min, 1e30} }

// formulas lists what there is.
func formulas() []formula {
	return []formula{
		crossEntropy(), labelSmoothing(), focal(), entropyRegularised(),
		focalFLSD53(), dualFocal(), brier(), poly1(), marginLabelSmoothing(), logitNorm(), mmce(), mdca(),
	}
}

// Names lists the losses.
func Names() []string {
	var names []string
	for _, f := range formulas() {
		names = append(names, f.name)
	}
	return names
}

// Parameters lists the parameters of a loss in the order of [Member]; false where there is no such loss.
func Parameters(name string) ([]string, bool) {
	f, ok := find(name)
	var names []string
	for _, p := range f.parameters {
		names = append(names, p.name)
	}
	return names, ok
}

// OfBatch says whether the loss of an example depends on the others of its batch.
func OfBatch(name string) bool {
	f, _ := find(name)
	return f.ofBatch
}

// OfLogits says whether the loss needs the logits themselves: the probabilities do not determine it.
func OfLogits(name string) bool {
	f, _ := find(name)
	return f.ofLogits
}

func find(name string) (formula, bool) {
	for _, f := range formulas() {
		if f.name == name {
			return f, true
		}
	}
	return formula{}, false
}

// New is the loss of replicas whose logits have the given type and device: members[k] is replica k's. Its coefficients
// belong to the innermost region of s. Neighbours of the same name are computed together; one name for all, or a
// single replica, is one call without slicing.
func New(s *torch.Scope, dtype torch.DType, device torch.Device, members ...Member) (Func, error) {
	if len(members) == 0 {
		return nil, fmt.Errorf("building loss: no members")
	}
	var parts []part
	for start := 0; start < len(members); {
		end := start + 1
		for end < len(members) && members[end].Name == members[start].Name {
			end++
		}
		f, err := build(s, dtype, device, members[start:end])
		if err != nil {
			return nil, fmt.Errorf("building loss %s: %w", members[start].Name, err)
		}
		parts = append(parts, part{span{start, end - start}, f})
		start = end
	}
	if len(parts) == 1 {
		return parts[0].loss, s.Err()
	}
	return joined(parts), s.Err()
}

// build is the loss of members of one name.
func build(s *torch.Scope, dtype torch.DType, device torch.Device, members []Member) (Func, error) {
	f, ok := find(members[0].Name)
	if !ok {
		return nil, fmt.Errorf("there is no such loss")
	}
	for _, m := range members {
		if err := f.check(m.Parameters); err != nil {
			return nil, err
		}
	}
	coefficients := make([]torch.Tensor, len(f.parameters))
	for i := range coefficients {
		values := make([]float64, len(members))
		for k, m := range members {
			values[k] = m.Parameters[i]
		}
		coefficients[i] = torch.FromSlice(s, values, len(values), 1).ToDType(dtype).ToDevice(device)
	}
	return f.build(coefficients), nil
}

func (f formula) check(values []float64) error {
	if len(values) != len(f.parameters) {
		return fmt.Errorf("%d parameters given, %d needed", len(values), len(f.parameters))
	}
	for i, p := range f.parameters {
		if v := values[i]; math.IsNaN(v) || v < p.min || v > p.max {
			return fmt.Errorf("%s is %v, not within %v and %v", p.name, v, p.min, p.max)
		}
	}
	return nil
}

// A span is some neighbouring replicas.
type span struct{ start, count int }

// of picks what belongs to the span. Targets may be shared by all replicas.
func (s span) of(logits, targets torch.Tensor) (ownLogits, ownTargets torch.Tensor) {
	if targets.Size(0) > 1 {
		targets = targets.Narrow(0, s.start, s.count)
	}
	return logits.Narrow(0, s.start, s.count), targets
}

// A part is the loss of a span.
type part struct {
	span
	loss Func
}

// joined computes each part on its replicas.
func joined(parts []part) Func {
	return func(logits, targets torch.Tensor) torch.Tensor {
		losses := make([]torch.Tensor, len(parts))
		for i, p := range parts {
			losses[i] = p.loss(p.of(logits, targets))
		}
		return logits.Scope().Cat(0, losses...)
	}
}
