package model

import "experiment/internal/torch"

// A layer maps a batch, and says how to go back from there.
type layer interface {
	forward(x torch.Tensor) (result torch.Tensor, back way)
}

// A way leads back through a layer: from the gradient of its result to those of what the result was computed of.
type way struct {
	parameters func(gradient torch.Tensor)              // puts the gradients of the layer's parameters where they belong; nil where it has none
	input      func(gradient torch.Tensor) torch.Tensor // gives the gradient of the layer's input
}

// chain applies layers one after the other, the first of which has parameters, and says how to go back to the
// gradients of all parameters.
func chain(x torch.Tensor, layers []layer) (result torch.Tensor, backward func(gradient torch.Tensor)) {
	ways := make([]way, len(layers))
	for i, l := range layers {
		x, ways[i] = l.forward(x)
	}
	return x, func(gradient torch.Tensor) {
		for i := len(ways) - 1; i >= 0; i-- {
			if ways[i].parameters != nil {
				ways[i].parameters(gradient)
			}
			if i > 0 {
				gradient = ways[i].input(gradient)
			}
		}
	}
}

// relu is the larger of its input and 0.
type relu struct{}

func (relu) forward(x torch.Tensor) (torch.Tensor, way) {
	result := x.ReLU()
	return result, way{input: func(gradient torch.Tensor) torch.Tensor { return gradient.ReLUBackward(result) }}
}

// linear applies K linear layers to [K, N, in].
type linear struct{ weight, bias *Parameter } // [K, in, out], [K, 1, out]

func (l linear) forward(x torch.Tensor) (torch.Tensor, way) {
	return x.Linear(l.weight.Value, l.bias.Value), way{
		parameters: func(gradient torch.Tensor) { gradient.LinearGradients(x, l.weight.Gradient, l.bias.Gradient) },
		input:      func(gradient torch.Tensor) torch.Tensor { return gradient.LinearBackward(l.weight.Value) },
	}
}

// convolution applies the layers of K replicas to images [N, K·in, H, W] as one grouped convolution.
type convolution struct{ weight, bias *Parameter } // [K, out, in, h, w], [K, out]

func (l convolution) forward(x torch.Tensor) (torch.Tensor, way) {
	replicas, out, side := l.weight.Value.Size(0), l.weight.shape[0], l.weight.shape[3]
	weight := l.weight.Value.Flatten(0, 1)
	return x.Conv2d(weight, l.bias.Value.Reshape(replicas*out), side/2, replicas).ChannelsLast(), way{
		parameters: func(gradient torch.Tensor) {
			gradient.Conv2dGradients(x, weight, side/2, replicas, l.weight.Gradient, l.bias.Gradient)
		},
		input: func(gradient torch.Tensor) torch.Tensor {
			return gradient.Conv2dBackward(x, weight, side/2, replicas)
		},
	}
}

// pooling takes the largest of each 2x2 square.
type pooling struct{}

func (pooling) forward(x torch.Tensor) (torch.Tensor, way) {
	const side = 2
	pooled, indices := x.MaxPool2dIndices(side)
	return pooled, way{input: func(gradient torch.Tensor) torch.Tensor {
		return gradient.MaxPool2dBackward(x, indices, side)
	}}
}

// stem is a 3x3 convolution of grey images, pooling and relu, on a CPU, in one pass that computes in float32. It comes
// first: nothing asks for the gradient of the images.
type stem struct{ convolution }

func (l stem) forward(x torch.Tensor) (torch.Tensor, way) {
	wide := func(t torch.Tensor) torch.Tensor { return t.ToDType(torch.Float32) }
	images := wide(x)
	result, places := images.Stem(wide(l.weight.Value.Flatten(0, 1)), wide(l.bias.Value.Flatten(0, 1)))
	return result.ToDType(x.DType()), way{parameters: func(gradient torch.Tensor) {
		wide(gradient).StemGradients(images, places, l.weight.Gradient, l.bias.Gradient)
	}}
}

// flattening makes images [N, K·channels, h, w] of K replicas into vectors [K, N, channels·h·w].
type flattening struct{ replicas int }

func (l flattening) forward(x torch.Tensor) (torch.Tensor, way) {
	n, channels, height, width := x.Size(0), x.Size(1), x.Size(2), x.Size(3)
	return x.Reshape(n, l.replicas, -1).Transpose(0, 1), way{input: func(gradient torch.Tensor) torch.Tensor {
		return gradient.Transpose(0, 1).Reshape(n, channels, height, width)
	}}
}
