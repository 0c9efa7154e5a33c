// Package classification trains classifiers and measures how good their probabilities are. It joins the
// parts: a configuration goes in; data, model, loss, training and calibration make a result of it.
package classification

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"experiment/internal/rng"
	"experiment/internal/run"
	"experiment/internal/torch"
	"experiment/pipelines/catalogue"
	"experiment/pipelines/dataset"
	"experiment/pipelines/lockstep"
	"experiment/pipelines/train"
)

// Trainer runs configurations one group after another, and keeps the data set of the last one loaded.
type Trainer struct {
	Device  torch.Device
	DataDir string // where data sets lie, each in a folder of its name
	Graph   bool   // whether steps on a GPU are recorded and replayed, where that leaves the same bits
	Keeper  Keeper // of the group that is trained next; may be nil

	source dataset.Source
	loaded dataChoice // what source was loaded for
	from   string     // and the DataDir it was loaded from
}

// Output is what training a run gives.
type Output struct {
	Result       run.Result
	Predictions  []Predictions // of the validation and the test split
	DataChecksum string        // SHA-256 over the data that was read
	Diverged     error         // a train.DivergedError where the run did and others of its group did not, or that it was absent; the rest is empty
	Replayed     bool          // whether steps were replays of one that was recorded
	DeviceMemory int64         // bytes of the GPU in use after training, by all processes on it; 0 where that is not known
	Notes        []string      // what a reader of the run's log should know of how it was trained and calibrated
}

// Predictions are the logits of a trained model on a split.
type Predictions struct {
	Split   run.Split
	Classes int
	Logits  []float64 // [n, Classes], row-major, single precision
	Labels  []int64   // [n]
}

// Observer is told how the replicas of a group do. An error of it ends the training.
type Observer interface {
	// Epoch says that a replica has completed one.
	Epoch(replica int, epoch run.Epoch) error
	// Diverged says that a replica has left the group, which a train.DivergedError tells of.
	Diverged(replica int, err error) error
	// Note says what a reader of the log of any of the runs should know at once.
	Note(text string)
}

// Run trains a group of runs of one shape in lockstep; a group of one is the ordinary case. It fails for
// the whole group at the first error: a data set that is missing or damaged (dataset.MissingError,
// dataset.DamagedError), an error of libtorch (torch.Error), or the end of the context. A run whose loss or logits
// are no longer finite leaves the group, whose others go on as if it had not been there; where all have left it,
// the error joins the train.DivergedError of each.
//
// The zero Config stands for a run that was in the group when it began and is no longer: a replica is computed in its place, so
// that the others keep their digits, and nobody is told of it.
func (t *Trainer) Run(ctx context.Context, group []run.Config, observer Observer) ([]Output, error) {
	if !slices.ContainsFunc(group, present) {
		return nil, errors.New("training a group of runs: it is empty")
	}
	members, err := decodeAll(group)
	if err != nil {
		return nil, err
	}
	source, err := t.load(members[0].data)
	if err != nil {
		return nil, err
	}
	samples := make([]dataset.Sample, len(members))
	for i, member := range members {
		if samples[i], err = source.Sample(member.seed, member.data.sizes); err != nil {
			return nil, fmt.Errorf("drawing the data of seed %d: %w", member.seed, err)
		}
	}
	if err := torch.SetTF32(members[0].precision == catalogue.TF32); err != nil {
		return nil, err
	}
	course := newCourse(t.Keeper, observer, group) // whose time begins here, after loading
	var logits []splitLogits
	var memory int64
	recording := newRecording(t, observer)
	err = torch.Do(func(s *torch.Scope) error {
		return recording.around(func() error {
			var err error
			logits, err = t.train(ctx, s, source.Info(), members, samples, course, recording.recorder())
			memory = torch.DeviceMemory(t.Device)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	outputs := make([]Output, len(members))
	for replica := range members {
		if outputs[replica].Diverged = course.lost[replica]; course.lost[replica] != nil {
			continue
		}
		if outputs[replica], err = conclude(source.Info(), samples[replica], logits, replica); err != nil {
			return nil, err
		}
		if members[replica].precision == catalogue.TF32 && t.Device == torch.CPU {
			outputs[replica].Notes = append(outputs[replica].Notes, "precision tf32 is float32 on a CPU")
		}
		outputs[replica].Replayed = recording.replayed()
	}
	for replica := range outputs {
		outputs[replica].Result.Seconds, outputs[replica].DeviceMemory = course.seconds(replica), memory
	}
	return outputs, nil
}

// errAbsent says that a run left its group before this process.
var errAbsent = errors.New("it is no longer in its group")

// present says whether a configuration is that of a run, not the zero one.
func present(c run.Config) bool { return len(c.Fields()) > 0 }

// decodeAll reads the configurations of a group, of which the first takes the place of those that are absent.
func decodeAll(group []run.Config) ([]settings, error) {
	standIn := slices.IndexFunc(group, present)
	members := make([]settings, len(group))
	for i, config := range group {
		if !present(config) {
			config = group[standIn]
		}
		var err error
		if members[i], err = decode(config); err != nil {
			return nil, err
		}
		if lockstep.Shape(config) != lockstep.Shape(group[standIn]) {
			return nil, fmt.Errorf("training a group of runs: they differ in more than loss, coefficients and seed")
		}
	}
	return members, nil
}

// splitLogits are the logits of each replica on a split.
type splitLogits struct {
	split  run.Split
	values [][]float64 // of each replica, [n, C] row-major
}

// train is what happens on the device: everything from the weights to the logits of every split.
func (t *Trainer) train(ctx context.Context, s *torch.Scope, info dataset.Info, members []settings,
	samples []dataset.Sample, course *course, recorder train.Recorder) ([]splitLogits, error) {
	splits := upload(s, t.Device, info, samples)
	network, err := buildModel(s, t.Device, info, members)
	if err != nil {
		return nil, err
	}
	lossOf, err := buildLoss(s, t.Device, members)
	if err != nil {
		return nil, err
	}
	optimizer, err := buildOptimizer(network, members)
	if err != nil {
		return nil, err
	}
	steps := train.Steps(len(splits.train.Rows[0]), members[0].batch)
	schedule, err := buildSchedule(members[0].schedule, steps, members[0].epochs)
	if err != nil {
		return nil, err
	}
	problem := train.Problem{
		Weights:   network.Weights,
		Pass:      network.Pass,
		Loss:      lossOf,
		Data:      splits.train,
		Optimizer: optimizer,
		Schedule:  schedule,
		Epochs:    members[0].epochs,
		Batch:     members[0].batch,
		Recorder:  recorder,
		Diverged:  course.diverged,
	}
	for _, member := range members {
		problem.Order = append(problem.Order, rng.New(member.seed, "batches"))
	}
	if err := course.resume(&problem, info.Checksum); err != nil {
		return nil, err
	}
	err = train.Run(ctx, s, problem, func(epoch train.Epoch) error {
		validation, err := train.Predict(s, network.Forward, splits.validation)
		if err != nil {
			return err
		}
		measured := make([]run.Epoch, len(members))
		for replica, member := range members {
			if course.lost[replica] != nil {
				continue
			}
			measured[replica], err = measureEpoch(epoch, replica, member, validation[replica], samples[replica].Validation, info)
			if err := course.unlessDiverged(err); err != nil {
				return err
			}
		}
		return course.completed(measured)
	})
	if err != nil {
		return nil, err
	}
	return predictAll(s, network.Forward, splits, members[0].epochs, course)
}

// predictAll reads every split once, the test split among them, with the trained model.
func predictAll(s *torch.Scope, forward func(torch.Tensor) torch.Tensor, splits splits, epochs int, course *course) ([]splitLogits, error) {
	var all []splitLogits
	for _, split := range []struct {
		name run.Split
		data train.Data
	}{{run.Train, splits.train}, {run.Validation, splits.validation}, {run.Test, splits.test}} {
		values, err := train.Predict(s, forward, split.data)
		if err != nil {
			return nil, err
		}
		for replica, logits := range values {
			if err := course.unlessDiverged(finite(logits, replica, epochs)); err != nil {
				return nil, err
			}
		}
		all = append(all, splitLogits{split.name, values})
	}
	return all, nil
}

// finite returns a DivergedError where a logit is not: the last step of an epoch may have left weights
// that its own loss did not show.
func finite(logits []float64, replica, epoch int) error {
	bad := slices.IndexFunc(logits, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
	if bad < 0 {
		return nil
	}
	return &train.DivergedError{Replica: replica, Epoch: epoch, What: "a logit", Value: logits[bad]}
}

// load returns the data source, the loaded one where it serves.
func (t *Trainer) load(choice dataChoice) (dataset.Source, error) {
	choice.sizes = dataset.Sizes{}
	if t.source != nil && t.loaded == choice && t.from == t.DataDir {
		return t.source, nil
	}
	source, err := open(choice, t.DataDir)
	if err != nil {
		return nil, fmt.Errorf("loading data set %s: %w", choice.name, err)
	}
	t.source, t.loaded, t.from = source, choice, t.DataDir
	return source, nil
}

func open(choice dataChoice, dir string) (dataset.Source, error) {
	if choice.name == "gaussians" {
		return dataset.NewGaussians(choice.gaussians)
	}
	return dataset.LoadImages(dir, choice.name)
}

// Diverged says whether an error means that a training did, and after which epoch.
func Diverged(err error) (epoch int, ok bool) {
	var diverged *train.DivergedError
	if errors.As(err, &diverged) {
		return diverged.Epoch, true
	}
	return 0, false
}
