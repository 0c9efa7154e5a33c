// Package dataset provides examples, labels and, where it is known, the posterior.
//
// A Source is a data set held in memory; a Sample of it is what one run trains, validates and tests on,
// drawn by the seed of the run.
package dataset

// Source is a data set from which samples are drawn. It may be used from several goroutines at once.
type Source interface {
	Info() Info
	// Sample returns the same sample for the same seed and sizes.
	Sample(seed int64, sizes Sizes) (Sample, error)
}

// Info describes a data set.
type Info struct {
	Name    string
	Classes int
	Shape   []int // of one example: [channels, height, width] or [features]

	// Mean and Std normalise the features. Bytes v become (v/255 - Mean)/Std, with Mean and Std taken over
	// all training images; floats need none and have 0 and 1.
	Mean, Std float64

	// Checksum is a SHA-256 in hexadecimal of everything the examples come from: the unpacked contents of the
	// files, or the parameters and the version of a generator.
	Checksum string
}

// Sizes is how many examples the splits of a sample have. Of images, a Test of 0 means all there are.
type Sizes struct{ Train, Validation, Test int }

// Sample is the data of one run. No example is in two of its splits.
type Sample struct{ Train, Validation, Test View }

// View is some of the examples, in an order. The examples may be shared by many views.
type View struct {
	Examples *Examples
	Rows     []int64 // indices of examples
}

// Examples is n examples with features in row-major order, [n, shape...], either as bytes or as floats. The
// field for the other is nil. Examples do not change once made.
type Examples struct {
	Bytes     []uint8
	Floats    []float32
	Labels    []int64   // [n], from 0
	Posterior []float64 // [n, classes], the distribution each label was drawn from, or nil where unknown
}

// Len returns the number of examples in the view.
func (v View) Len() int { return len(v.Rows) }

// Labels returns the labels of the view, in its order.
func (v View) Labels() []int64 {
	labels := make([]int64, len(v.Rows))
	for i, row := range v.Rows {
		labels[i] = v.Examples.Labels[row]
	}
	return labels
}

// Posterior returns the distributions of the labels of the view, [n, classes], or nil where unknown.
func (v View) Posterior() []float64 {
	all := v.Examples.Posterior
	if all == nil {
		return nil
	}
	classes := int64(len(all) / len(v.Examples.Labels))
	posterior := make([]float64, 0, int64(len(v.Rows))*classes)
	for _, row := range v.Rows {
		posterior = append(posterior, all[row*classes:(row+1)*classes]...)
	}
	return posterior
}

// everything returns the view of all examples in their order.
func everything(e *Examples) View { return View{Examples: e, Rows: upTo(len(e.Labels))} }

// upTo returns 0 to n-1.
func upTo(n int) []int64 {
	rows := make([]int64, n)
	for i := range rows {
		rows[i] = int64(i)
	}
	return rows
}
