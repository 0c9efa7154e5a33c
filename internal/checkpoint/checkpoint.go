// Package checkpoint writes runs under way to files and reads them back, bit for bit.
//
// A file is, in this order: Magic; the version of the format and the length of the header, each as 4 bytes,
// little-endian; the header, a JSON object; the elements of each tensor that the header lists, row by row,
// little-endian; and the SHA-256 of all that.
package checkpoint

import (
	"fmt"

	"experiment/internal/run"
)

const (
	// Magic is what every file starts with.
	Magic = "experiment checkpoint\n"
	// Version is of the format.
	Version = 1
	// MaxBytes is the size that a file may have.
	MaxBytes = 4 << 30

	maxHeader  = 256 << 20 // bytes
	maxTensors = 1 << 16
	maxDims    = 16
)

// Checkpoint is a run between two steps.
type Checkpoint struct {
	Key        run.Key        `json:"key"`
	Provenance run.Provenance `json:"provenance"` // what it was trained on
	Seconds    float64        `json:"seconds"`    // of training and evaluation
	History    []run.Epoch    `json:"history"`    // of the epochs that are completed
	Epoch      int            `json:"epoch"`      // under way, counted from 1
	Step       int            `json:"step"`       // steps of that epoch that are made
	Order      uint64         `json:"order"`      // position of the stream of batches before that epoch
	Loss       run.Number     `json:"loss"`       // sum over the examples of that epoch seen so far
	Tensors    []Tensor       `json:"tensors"`    // parameters, and what the optimiser carries from step to step
}

// Tensor is an array by its name.
type Tensor struct {
	Name  string `json:"name"`
	Type  string `json:"type"` // one of the keys of sizes
	Shape []int  `json:"shape"`
	Data  []byte `json:"-"` // row by row, little-endian
}

// sizes are the bytes that an element of each type has.
var sizes = map[string]int{"uint8": 1, "int64": 8, "float32": 4, "float64": 8}

// bytes returns how many a tensor has.
func (t Tensor) bytes() (int, error) {
	n, known := sizes[t.Type]
	if !known {
		return 0, fmt.Errorf("tensor %q has the type %q", t.Name, t.Type)
	}
	if len(t.Shape) > maxDims {
		return 0, fmt.Errorf("tensor %q has %d dimensions", t.Name, len(t.Shape))
	}
	for _, size := range t.Shape {
		if size < 0 || size > 0 && n > MaxBytes/size {
			return 0, fmt.Errorf("tensor %q cannot have the shape %v", t.Name, t.Shape)
		}
		n *= size
	}
	return n, nil
}

// check refuses numbers that no run has.
func (c Checkpoint) check() error {
	if _, err := run.ParseKey(string(c.Key)); err != nil {
		return err
	}
	if c.Epoch < 1 || c.Step < 0 || !(c.Seconds >= 0) {
		return fmt.Errorf("there is no step %d of epoch %d after %v seconds", c.Step, c.Epoch, c.Seconds)
	}
	if len(c.History) != c.Epoch-1 {
		return fmt.Errorf("it is in epoch %d and has the history of %d", c.Epoch, len(c.History))
	}
	for i, e := range c.History {
		if e.Number != i+1 {
			return fmt.Errorf("epoch %d stands in the place of epoch %d", e.Number, i+1)
		}
	}
	if len(c.Tensors) > maxTensors {
		return fmt.Errorf("it has %d tensors", len(c.Tensors))
	}
	return nil
}
