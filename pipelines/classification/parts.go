package classification

import (
	"fmt"
	"math"
	"slices"

	"experiment/internal/rng"
	"experiment/internal/torch"
	"experiment/pipelines/catalogue"
	"experiment/pipelines/dataset"
	"experiment/pipelines/loss"
	"experiment/pipelines/model"
	"experiment/pipelines/train"
)

// dtype is the floating-point type that models are trained in.
const dtype = torch.Float32

// splits are the data of the replicas on the device.
type splits struct{ train, validation, test train.Data }

// upload puts what the samples read onto the device, every array once.
func upload(s *torch.Scope, device torch.Device, info dataset.Info, samples []dataset.Sample) splits {
	resident := map[*dataset.Examples]torch.Tensor{}
	labels := map[*dataset.Examples]torch.Tensor{}
	lie := func(e *dataset.Examples) {
		if _, ok := resident[e]; ok {
			return
		}
		shape := append([]int{len(e.Labels)}, info.Shape...)
		if e.Bytes != nil {
			resident[e] = torch.Borrow(s, e.Bytes, shape...).ToDevice(device)
		} else {
			resident[e] = torch.Borrow(s, e.Floats, shape...).ToDevice(device)
		}
		labels[e] = torch.Borrow(s, e.Labels, len(e.Labels)).ToDevice(device)
	}
	split := func(view func(dataset.Sample) dataset.View) train.Data {
		data := train.Data{DType: dtype, Mean: info.Mean, Std: info.Std}
		var arrays []*dataset.Examples
		offsets := map[*dataset.Examples]int64{}
		next := int64(0)
		for _, sample := range samples {
			v := view(sample)
			if _, known := offsets[v.Examples]; !known {
				lie(v.Examples)
				arrays = append(arrays, v.Examples)
				offsets[v.Examples] = next
				next += int64(len(v.Examples.Labels))
			}
			rows := slices.Clone(v.Rows)
			for i := range rows {
				rows[i] += offsets[v.Examples]
			}
			data.Rows = append(data.Rows, rows)
		}
		data.Examples, data.Labels = join(s, arrays, resident), join(s, arrays, labels)
		return data
	}
	return splits{
		train:      split(func(d dataset.Sample) dataset.View { return d.Train }),
		validation: split(func(d dataset.Sample) dataset.View { return d.Validation }),
		test:       split(func(d dataset.Sample) dataset.View { return d.Test }),
	}
}

// join returns the arrays one below the other, and a single one as it is.
func join(s *torch.Scope, arrays []*dataset.Examples, tensors map[*dataset.Examples]torch.Tensor) torch.Tensor {
	if len(arrays) == 1 {
		return tensors[arrays[0]]
	}
	parts := make([]torch.Tensor, len(arrays))
	for i, a := range arrays {
		parts[i] = tensors[a]
	}
	return s.Cat(0, parts...)
}

// buildModel makes the network with the weights that each replica's seed draws. Replicas of one seed
// start from the same weights, whatever their loss.
func buildModel(s *torch.Scope, device torch.Device, info dataset.Info, members []settings) (*model.Model, error) {
	weights := make([]*rng.Stream, len(members))
	for i, member := range members {
		weights[i] = rng.New(member.seed, "weights")
	}
	options := model.Options{
		Replicas: len(members),
		DType:    dtype,
		Device:   device,
		Rounded:  members[0].precision == catalogue.BFloat16,
		Uniform:  func(replica int, dst []float64) { weights[replica].Uniform(dst) },
	}
	choice := members[0].model
	switch choice.name {
	case "mlp":
		inputs := 1
		for _, size := range info.Shape {
			inputs *= size
		}
		return model.MLP(s, options, inputs, slices.Repeat([]int{choice.width}, choice.depth), info.Classes)
	case "cnn":
		if len(info.Shape) != 3 {
			return nil, fmt.Errorf("building the model: cnn needs images, and %s has examples of shape %v", info.Name, info.Shape)
		}
		image := model.Image{Channels: info.Shape[0], Height: info.Shape[1], Width: info.Shape[2]}
		return model.CNN(s, options, image, choice.width, info.Classes)
	}
	return nil, fmt.Errorf("building the model: there is no model %q", choice.name)
}

func buildLoss(s *torch.Scope, device torch.Device, members []settings) (loss.Descent, error) {
	losses := make([]loss.Member, len(members))
	for i, member := range members {
		losses[i] = member.loss
	}
	return loss.NewDescent(s, dtype, device, losses...)
}

func buildOptimizer(network *model.Model, members []settings) (train.Optimizer, error) {
	switch name := members[0].optimizer.name; name {
	case "sgd":
		replicas := make([]train.SGD, len(members))
		for i, member := range members {
			replicas[i] = member.optimizer.sgd
		}
		return train.NewSGD(network.Weights, network.Gradient, replicas), nil
	case "adamw":
		replicas := make([]train.AdamW, len(members))
		for i, member := range members {
			replicas[i] = member.optimizer.adamw
		}
		return train.NewAdamW(network.Weights, network.Gradient, replicas), nil
	default:
		return nil, fmt.Errorf("building the optimizer: there is no optimizer %q", name)
	}
}

func learningRate(member settings) float64 {
	if member.optimizer.name == "adamw" {
		return member.optimizer.adamw.LR
	}
	return member.optimizer.sgd.LR
}

// buildSchedule turns epochs into steps.
func buildSchedule(choice scheduleChoice, stepsPerEpoch, epochs int) (train.Schedule, error) {
	warmup := int(math.Round(choice.warmup * float64(stepsPerEpoch)))
	switch choice.name {
	case "constant":
		return train.Warmup(warmup, train.Constant()), nil
	case "step":
		return train.Warmup(warmup, train.StepDecay(choice.every*stepsPerEpoch, choice.factor)), nil
	case "cosine":
		return train.Warmup(warmup, train.Cosine(warmup, epochs*stepsPerEpoch, choice.final)), nil
	default:
		return nil, fmt.Errorf("building the schedule: there is no schedule %q", choice.name)
	}
}
