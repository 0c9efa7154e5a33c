package main

import (
	"fmt"
	"slices"
	"time"

	"experiment/internal/torch"
	"experiment/pipelines/model"
)

// lockstep prints the microseconds that a step of a model takes which is trained in lockstep with others, for
// networks of several sizes: what the choice of --fuse auto rests on.
func lockstep(on machine, rounds int, seconds float64) error {
	counts := []int{1, 2, 4, 8, 16, 32}
	fmt.Println("| network | batch | weights x batch |", "microseconds a step and model, of", counts, "replicas |")
	for _, net := range []struct{ inputs, width, depth, classes, batch int }{
		{2, 32, 2, 3, 128}, {10, 64, 2, 10, 32}, {10, 64, 2, 10, 128}, {10, 64, 2, 10, 512}, {10, 128, 2, 10, 128}, {10, 256, 1, 10, 128},
		{10, 256, 2, 10, 32}, {10, 256, 2, 10, 128}, {784, 32, 1, 10, 128}, {784, 64, 2, 10, 128}, {784, 256, 2, 10, 32},
	} {
		m := subject{
			shape: []int{net.inputs}, class: net.classes, batch: net.batch, steps: 20,
			build: func(s *torch.Scope, o model.Options) (*model.Model, error) {
				return model.MLP(s, o, net.inputs, slices.Repeat([]int{net.width}, net.depth), net.classes)
			},
		}
		weights := net.inputs*net.width + (net.depth-1)*net.width*net.width + net.width*net.classes
		fmt.Printf("| %d-%dx%d-%d | %d | %d |", net.inputs, net.width, net.depth, net.classes, net.batch, weights*net.batch)
		for _, replicas := range counts {
			var times []float64
			for range rounds {
				measured, err := m.step(on, "cross_entropy", replicas, time.Duration(seconds*float64(time.Second)))
				if err != nil {
					return err
				}
				times = append(times, measured.Microseconds)
			}
			fmt.Printf(" %.0f |", median(times))
		}
		fmt.Println()
	}
	return nil
}
