package train

import (
	"experiment/internal/rng"
	"experiment/internal/torch"
)

// Data is a split that K replicas read: examples that lie on the device once, and the rows of each.
type Data struct {
	Examples torch.Tensor // [n, ...], bytes or floating point
	Labels   torch.Tensor // [n], int64
	Rows     [][]int64    // of each replica, all as many
	DType    torch.DType  // that the model takes
	// Mean and Std normalise bytes to (x/255 - Mean)/Std. Floating point is taken as it is.
	Mean, Std float64
}

// shuffled returns the rows of each replica in the order that its stream gives next: [K, n].
func (d Data) shuffled(s *torch.Scope, order []*rng.Stream) torch.Tensor {
	replicas, n := len(d.Rows), len(d.Rows[0])
	rows := make([]int64, 0, replicas*n)
	for replica, stream := range order {
		for _, i := range stream.Perm(n) {
			rows = append(rows, d.Rows[replica][i])
		}
	}
	return torch.FromSlice(s, rows, replicas, n).ToDevice(d.Labels.Device())
}

// batch reads rows [K, B] as examples [K, B, ...] of the model's type and labels [K, B].
func (d Data) batch(rows torch.Tensor) (x, y torch.Tensor) {
	replicas, size := rows.Size(0), rows.Size(1)
	flat := rows.Reshape(replicas * size)
	x = d.Examples.IndexSelect(0, flat)
	if x.DType() == torch.Uint8 {
		x = x.ToDType(d.DType).MulScalar(1 / (255 * d.Std)).SubScalar(d.Mean / d.Std)
	} else {
		x = x.ToDType(d.DType)
	}
	shape := append([]int{replicas, size}, d.Examples.Shape()[1:]...)
	return x.Reshape(shape...), d.Labels.IndexSelect(0, flat).Reshape(replicas, size)
}

// predictBatch is how many examples of a replica are predicted at once: enough to keep the processor
// busy, few enough for the activations of a small network to stay in its cache.
const predictBatch = 250

// Predict returns the logits of each replica on its rows, row-major [n, C].
func Predict(s *torch.Scope, forward func(x torch.Tensor) torch.Tensor, d Data) ([][]float64, error) {
	replicas, n := len(d.Rows), len(d.Rows[0])
	logits := make([][]float64, replicas)
	err := s.NoGrad(func() error {
		for start := 0; start < n; start += predictBatch {
			err := s.Region(func() error {
				size := min(predictBatch, n-start)
				rows := make([]int64, 0, replicas*size)
				for _, all := range d.Rows {
					rows = append(rows, all[start:start+size]...)
				}
				x, _ := d.batch(torch.FromSlice(s, rows, replicas, size).ToDevice(d.Labels.Device()))
				batch := forward(x).ToDType(torch.Float64).Float64s()
				if s.Err() != nil {
					return s.Err()
				}
				width := len(batch) / replicas
				for replica := range replicas {
					logits[replica] = append(logits[replica], batch[replica*width:(replica+1)*width]...)
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return logits, err
}
