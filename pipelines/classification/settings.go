package classification

import (
	"fmt"

	"experiment/internal/run"
	"experiment/pipelines/catalogue"
	"experiment/pipelines/dataset"
	"experiment/pipelines/loss"
	"experiment/pipelines/train"
)

// settings is a configuration with the types that the parts take.
type settings struct {
	data      dataChoice
	model     modelChoice
	loss      loss.Member
	gamma     float64 // of the focal loss and its bound that every epoch measures
	optimizer optimizerChoice
	schedule  scheduleChoice
	epochs    int
	batch     int
	precision string
	seed      int64
}

// dataChoice says which data set, and how it is split. Runs that differ in it by name or gaussians only
// share no examples.
type dataChoice struct {
	name      string
	gaussians dataset.GaussianParameters // where name is gaussians
	sizes     dataset.Sizes
}

type modelChoice struct {
	name         string
	width, depth int
}

type optimizerChoice struct {
	name  string
	sgd   train.SGD
	adamw train.AdamW
}

type scheduleChoice struct {
	name          string
	warmup        float64 // epochs
	every         int     // epochs
	factor, final float64
}

// decode reads a configuration that a sweep has validated.
func decode(c run.Config) (settings, error) {
	if c.Pipeline() != catalogue.ClassificationName {
		return settings{}, fmt.Errorf("decoding configuration: pipeline %q is not %q", c.Pipeline(), catalogue.ClassificationName)
	}
	member, err := lossMember(c)
	if err != nil {
		return settings{}, err
	}
	return settings{
		data: dataChoice{
			name: c.Text("data.name"),
			gaussians: dataset.GaussianParameters{
				Classes:    int(c.Int("data.classes")),
				Dimensions: int(c.Int("data.dimensions")),
				Separation: c.Float("data.separation"),
				LabelNoise: c.Float("data.label_noise"),
			},
			sizes: dataset.Sizes{
				Train:      int(c.Int("data.train")),
				Validation: int(c.Int("data.validation")),
				Test:       int(c.Int("data.test")),
			},
		},
		model: modelChoice{
			name:  c.Text("model.name"),
			width: int(c.Int("model.width")),
			depth: int(c.Int("model.depth")),
		},
		loss:      member,
		gamma:     gammaOfBound(c),
		optimizer: optimizerOf(c),
		schedule: scheduleChoice{
			name:   c.Text("optimizer.schedule.name"),
			warmup: c.Float("optimizer.schedule.warmup"),
			every:  int(c.Int("optimizer.schedule.every")),
			factor: c.Float("optimizer.schedule.factor"),
			final:  c.Float("optimizer.schedule.final"),
		},
		epochs: int(c.Int("train.epochs")),
		batch:  int(c.Int("train.batch")),

		precision: c.Text("train.precision"),
		seed:      c.Seed(),
	}, nil
}

// lossMember names the loss with its coefficients in the catalogue's order.
func lossMember(c run.Config) (loss.Member, error) {
	section, _ := catalogue.Classification().Section("loss")
	choice, ok := section.Choice(c.Text("loss.name"))
	if !ok {
		return loss.Member{}, fmt.Errorf("decoding configuration: there is no loss %q", c.Text("loss.name"))
	}
	member := loss.Member{Name: choice.Name}
	for _, p := range choice.Parameters {
		member.Parameters = append(member.Parameters, c.Float("loss."+p.Name))
	}
	return member, nil
}

func optimizerOf(c run.Config) optimizerChoice {
	nesterov, _ := c.Get("optimizer.nesterov")
	return optimizerChoice{
		name: c.Text("optimizer.name"),
		sgd: train.SGD{
			LR:          c.Float("optimizer.lr"),
			Momentum:    c.Float("optimizer.momentum"),
			Nesterov:    nesterov == true,
			WeightDecay: c.Float("optimizer.weight_decay"),
		},
		adamw: train.AdamW{
			LR:          c.Float("optimizer.lr"),
			Beta1:       c.Float("optimizer.beta1"),
			Beta2:       c.Float("optimizer.beta2"),
			Epsilon:     c.Float("optimizer.epsilon"),
			WeightDecay: c.Float("optimizer.weight_decay"),
		},
	}
}
