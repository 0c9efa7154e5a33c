package train

import "experiment/internal/torch"

// plan holds the coefficients of steps to come, which change from step to step. Those of the step that is made lie in tensors
// that stay the same, so that nothing comes from the host between one step and the next.
type plan struct {
	of    []torch.Tensor // the coefficients of the step, [K, 1] each: views of now
	now   torch.Tensor   // [C, 1, K, 1]
	table torch.Tensor   // [C, steps, K, 1]
	next  int            // step of the table
}

// newPlan returns a plan of so many coefficients for each of K replicas, which multiply weights [K, P] like these.
func newPlan(weights torch.Tensor, count int) plan {
	replicas := weights.Size(0)
	p := plan{now: weights.Scope().Zeros(weights.DType(), weights.Device(), count, 1, replicas, 1)}
	for i := range count {
		p.of = append(p.of, p.now.Narrow(0, i, 1).Reshape(replicas, 1))
	}
	return p
}

// set takes the values of so many steps, [C, steps, K] row-major. They last as long as the innermost region.
func (p *plan) set(steps int, values []float64) {
	like := p.of[0]
	table := torch.FromSlice(like.Scope(), values, len(p.of), steps, like.Size(0), 1)
	p.table, p.next = table.ToDType(like.DType()).ToDevice(like.Device()), 0
}

// Next readies the coefficients of the next step.
func (p *plan) Next() {
	p.now.Copy_(p.table.Narrow(1, p.next, 1))
	p.next++
}
