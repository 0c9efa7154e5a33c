package catalogue

import "fmt"

// ClassificationName is that of the pipeline Classification.
const ClassificationName = "classification"

// Classification is the pipeline that trains a classifier and measures how good its probabilities are.
func Classification() Pipeline {
	return Pipeline{
		Name: ClassificationName,
		Doc:  "trains a classifier and measures its accuracy and calibration",
		Sections: []Section{
			{Path: "data", Doc: "what to learn", Choices: DataSets(), Default: "gaussians"},
			{Path: "model", Doc: "what learns", Choices: Models(), Default: "mlp"},
			{Path: "loss", Doc: "what training minimises", Choices: Losses(), Default: "cross_entropy"},
			{Path: "optimizer", Doc: "how training minimises it", Choices: Optimizers(), Default: "sgd"},
			{Path: "optimizer.schedule", Doc: "the learning rate over time", Choices: Schedules(), Default: "constant"},
			{Path: "train", Doc: "how long, and in what batches", Parameters: []Parameter{
				count("epochs", 15, 1, "passes over the training data"),
				count("batch", 128, 1, "examples a step; the last batch of an epoch may be smaller"),
				{
					Name: "precision", Kind: Text, Default: Float32, Values: []string{Float32, TF32, BFloat16}, Added: true,
					Doc: "in which layers compute; weights, losses and steps are float32. tf32 rounds factors to 10 bits, on CUDA only",
				},
			}},
		},
		Rules: []Rule{
			{Path: "model.name", Check: inputFits},
			{Path: "optimizer.nesterov", Check: nesterovHasMomentum},
			{Path: "optimizer.schedule.warmup", Check: warmupEnds},
			{Path: "data.train", Check: splitsFit},
		},
		Label: []string{"loss"},
	}
}

// The values of train.precision.
const (
	Float32  = "float32"
	TF32     = "tf32"
	BFloat16 = "bfloat16"
)

// What the MNIST-like data sets have in common.
const (
	ImagePixels   = 28 * 28
	ImageClasses  = 10
	imageExamples = 60000 // labelled training images
)

// DataSets lists the data sets.
func DataSets() []Choice {
	images := func(name, doc, source string) Choice {
		return Choice{
			Name: name, Doc: doc, Source: source, Input: Image,
			Parameters: []Parameter{
				count("train", 5000, 1, "training images, drawn by the seed from the 60,000"),
				count("validation", 5000, 1, "validation images, drawn from the rest; the temperature is fitted on them"),
				count("test", 10000, 1, "test images, the first ones of the 10,000"),
			},
		}
	}
	return []Choice{
		{
			Name:    "gaussians",
			Formula: "x | k ~ N(μ_k, I), k uniform; the label is another class with probability η",
			Doc:     "classes as unit Gaussians with exactly known posterior; each seed draws its own examples; embedded",
			Source:  "synthetic",
			Parameters: []Parameter{
				{Name: "classes", Symbol: "K", Kind: Int, Default: int64(10), Min: 2, Max: 1000, Doc: "classes, equally likely"},
				{Name: "dimensions", Symbol: "D", Kind: Int, Default: int64(10), Min: 1, Max: 10000, Doc: "dimensions of an example"},
				{Name: "separation", Kind: Float, Default: 3.0, Max: 1e6, Above: true, Doc: "root mean square distance of two class means, in standard deviations; less is more overlap"},
				{Name: "label_noise", Symbol: "η", Kind: Float, Default: 0.0, Max: 1, Below: true, Doc: "probability that a label is replaced by another class"},
				count("train", 1000, 1, "training examples"),
				count("validation", 2000, 1, "validation examples; the temperature is fitted on them"),
				count("test", 10000, 1, "test examples"),
			},
		},
		images("mnist", "handwritten digits, 28x28 grey, 10 classes", "LeCun, Cortes, Burges"),
		images("fashion-mnist", "articles of clothing, 28x28 grey, 10 classes", "Xiao 2017 (arXiv 1708.07747)"),
	}
}

// Models lists the architectures.
func Models() []Choice {
	return []Choice{
		{
			Name: "mlp", Doc: "linear layers with ReLU between them", Input: Vector,
			Parameters: []Parameter{
				{Name: "width", Kind: Int, Default: int64(256), Min: 1, Max: 65536, Doc: "units of a hidden layer"},
				{Name: "depth", Kind: Int, Default: int64(2), Min: 0, Max: 100, Doc: "hidden layers; 0 is logistic regression"},
			},
		},
		{
			Name: "cnn", Doc: "two 3x3 convolutions, each followed by 2x2 max-pooling and ReLU, and a linear layer", Input: Image,
			Parameters: []Parameter{
				{Name: "width", Kind: Int, Default: int64(16), Min: 1, Max: 4096, Doc: "channels of the first convolution; the second has twice as many"},
			},
		},
	}
}

// Optimizers lists the optimisers.
func Optimizers() []Choice {
	return []Choice{
		{
			Name: "sgd", Doc: "stochastic gradient descent", Source: "Sutskever 2013 (momentum, Nesterov), as in PyTorch",
			Formula: "v ← m·v + g + w·θ; θ ← θ - lr·v",
			Parameters: []Parameter{
				positive("lr", 0.05, "learning rate"),
				{Name: "momentum", Kind: Float, Default: 0.9, Max: 1, Below: true, Doc: "m, the share of the last step that is kept"},
				{Name: "nesterov", Kind: Bool, Default: false, Doc: "takes the gradient after the step of the momentum"},
				nonNegative("weight_decay", "", 0, "w, added to the gradient times the weights"),
			},
		},
		{
			Name: "adamw", Doc: "Adam with decoupled weight decay", Source: "Loshchilov 2019 (arXiv 1711.05101), as in PyTorch",
			Formula: "θ ← θ - lr·w·θ - lr·m̂/(√v̂ + ε)",
			Parameters: []Parameter{
				positive("lr", 0.001, "learning rate"),
				{Name: "beta1", Kind: Float, Default: 0.9, Max: 1, Below: true, Doc: "decay of the mean of the gradient"},
				{Name: "beta2", Kind: Float, Default: 0.999, Max: 1, Below: true, Doc: "decay of the mean of its square"},
				positive("epsilon", 1e-8, "ε, added to the denominator"),
				nonNegative("weight_decay", "", 0.01, "w, as a share of the weights"),
			},
		},
	}
}

// Schedules lists the learning-rate schedules. Each multiplies the learning rate, step by step.
func Schedules() []Choice {
	warmup := nonNegative("warmup", "", 0, "epochs over which the rate grows linearly to its full value")
	return []Choice{
		{Name: "constant", Doc: "always the full rate", Parameters: []Parameter{warmup}},
		{Name: "step", Doc: "multiplied by a factor every so many epochs", Parameters: []Parameter{
			warmup,
			count("every", 5, 1, "epochs between two steps"),
			{Name: "factor", Kind: Float, Default: 0.1, Max: 1, Above: true, Doc: "what a step multiplies the rate by"},
		}},
		{Name: "cosine", Doc: "half a cosine from the full rate down", Source: "Loshchilov 2017 (arXiv 1608.03983)", Parameters: []Parameter{
			warmup,
			fraction("final", "", 0, "share of the full rate that is left at the end"),
		}},
	}
}

func inputFits(s Settings) error {
	model, data := s.Text("model.name"), s.Text("data.name")
	for _, m := range Models() {
		if m.Name != model || m.Input != Image {
			continue
		}
		for _, d := range DataSets() {
			if d.Name == data && d.Input != Image {
				return fmt.Errorf("model %q needs images, and data set %q has none", model, data)
			}
		}
	}
	return nil
}

func nesterovHasMomentum(s Settings) error {
	nesterov, _ := s.Get("optimizer.nesterov")
	if nesterov == true && s.Float("optimizer.momentum") == 0 {
		return fmt.Errorf("nesterov needs a momentum above 0")
	}
	return nil
}

func warmupEnds(s Settings) error {
	warmup, epochs := s.Float("optimizer.schedule.warmup"), s.Int("train.epochs")
	if warmup > float64(epochs) {
		return fmt.Errorf("warmup of %s epochs is longer than the training of %d", FormatValue(warmup), epochs)
	}
	return nil
}

func splitsFit(s Settings) error {
	data := s.Text("data.name")
	if data == "gaussians" {
		return nil
	}
	train, validation, test := s.Int("data.train"), s.Int("data.validation"), s.Int("data.test")
	if train+validation > imageExamples {
		return fmt.Errorf("train and validation together are %d, and %s has %d training images", train+validation, data, imageExamples)
	}
	if test > 10000 {
		return fmt.Errorf("test is %d, and %s has 10000 test images", test, data)
	}
	return nil
}
