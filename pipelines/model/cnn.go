package model

import (
	"fmt"

	"experiment/internal/torch"
)

// An Image is the size of one input of [CNN].
type Image struct{ Channels, Height, Width int }

// CNN is a small convolutional network after LeNet: twice a 3x3 convolution, 2x2 max-pooling and ReLU, with width and
// 2·width channels, then a linear layer.
//
// Pooling comes before ReLU: both are monotone, so they commute, and ReLU has a quarter of the work. Images are kept
// channels-last in memory, which convolution and pooling are faster on. For grey images the first three layers are one on a
// CPU: a convolution of one channel takes longer to write its result than to compute it.
func CNN(s *torch.Scope, o Options, image Image, width, classes int) (*Model, error) {
	if err := validateCNN(o, image, width, classes); err != nil {
		return nil, fmt.Errorf("building cnn: %w", err)
	}
	b := builder{scope: s, options: o}
	first := b.convolution("convolution1", image.Channels, width)
	second := b.convolution("convolution2", width, 2*width)
	last := b.linear("linear", 2*width*(image.Height/4)*(image.Width/4), classes)
	// [K, N, channels, H, W] -> [N, K·channels, H, W]
	sideBySide := func(x torch.Tensor) torch.Tensor {
		return x.Expand(o.Replicas, -1, -1, -1, -1).Transpose(0, 1).Flatten(1, 2)
	}
	prepare, start := sideBySide, []layer{stem{first}}
	if image.Channels != 1 || o.DType != torch.Float32 || o.Device != torch.CPU {
		prepare = func(x torch.Tensor) torch.Tensor { return sideBySide(x).ChannelsLast() }
		start = []layer{first, pooling{}, relu{}}
	}
	return b.model(prepare, append(start,
		second, pooling{}, relu{},
		flattening{o.Replicas}, last,
	))
}

func validateCNN(o Options, image Image, width, classes int) error {
	if err := o.validate(); err != nil {
		return err
	}
	if image.Height < 4 || image.Width < 4 {
		return fmt.Errorf("images of %dx%d are too small to be pooled twice", image.Height, image.Width)
	}
	for _, size := range []struct {
		name  string
		value int
	}{{"channels", image.Channels}, {"width", width}, {"classes", classes}} {
		if err := positive(size.name, size.value); err != nil {
			return err
		}
	}
	return nil
}
