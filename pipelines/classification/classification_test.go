package classification

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"experiment/internal/run"
	"experiment/internal/torch"
	"experiment/pipelines/catalogue"
	"experiment/pipelines/dataset"
	"experiment/pipelines/loss"
)

// configured returns a small run on gaussians with these settings changed or added.
func configured(t *testing.T, changes ...run.Field) run.Config {
	t.Helper()
	fields := []run.Field{
		{Path: "pipeline", Value: "classification"}, {Path: "seed", Value: int64(0)},
		{Path: "data.name", Value: "gaussians"}, {Path: "data.classes", Value: int64(4)}, {Path: "data.dimensions", Value: int64(3)},
		{Path: "data.separation", Value: 2.0}, {Path: "data.label_noise", Value: 0.0},
		{Path: "data.train", Value: int64(200)}, {Path: "data.validation", Value: int64(300)}, {Path: "data.test", Value: int64(400)},
		{Path: "model.name", Value: "mlp"}, {Path: "model.width", Value: int64(16)}, {Path: "model.depth", Value: int64(1)},
		{Path: "loss.name", Value: "cross_entropy"},
		{Path: "optimizer.name", Value: "sgd"}, {Path: "optimizer.lr", Value: 0.1}, {Path: "optimizer.momentum", Value: 0.9},
		{Path: "optimizer.nesterov", Value: false}, {Path: "optimizer.weight_decay", Value: 0.0},
		{Path: "optimizer.schedule.name", Value: "cosine"}, {Path: "optimizer.schedule.warmup", Value: 1.0}, {Path: "optimizer.schedule.final", Value: 0.0},
		{Path: "train.epochs", Value: int64(4)}, {Path: "train.batch", Value: int64(32)},
	}
	for _, change := range changes {
		i := slices.IndexFunc(fields, func(f run.Field) bool { return f.Path == change.Path })
		if i < 0 {
			fields = append(fields, change)
		} else {
			fields[i] = change
		}
	}
	config, err := run.NewConfig(fields)
	if err != nil {
		t.Fatal(err)
	}
	return config
}

// hearing is an Observer of the epochs alone.
type hearing func(replica int, e run.Epoch) error

func (h hearing) Epoch(replica int, e run.Epoch) error { return h(replica, e) }

func (h hearing) Diverged(int, error) error { return nil }

func (h hearing) Note(string) {}

var ignore = hearing(func(int, run.Epoch) error { return nil })

func trained(t *testing.T, group ...run.Config) []Output {
	t.Helper()
	return trainedOn(t, torch.CPU, "", group...)
}

func value(t *testing.T, output Output, split run.Split, calibrated run.Calibration, name string) float64 {
	t.Helper()
	v, ok := output.Result.Value(split, calibrated, name)
	if !ok {
		t.Fatalf("the result has no %s on %s, calibration %s", name, split, calibrated)
	}
	return v
}

func TestCrossEntropyApproachesTheTruth(t *testing.T) {
	output := trained(t, configured(t,
		run.Field{Path: "data.train", Value: int64(30000)}, run.Field{Path: "data.label_noise", Value: 0.1},
		run.Field{Path: "model.width", Value: int64(32)}, run.Field{Path: "train.epochs", Value: int64(8)}, run.Field{Path: "train.batch", Value: int64(128)},
	))[0]
	divergence := value(t, output, run.Test, run.Uncalibrated, "kl_divergence")
	crossEntropy := value(t, output, run.Test, run.Uncalibrated, "cross_entropy_true")
	entropy := value(t, output, run.Test, run.Uncalibrated, "entropy_true")
	if divergence > 0.005 {
		t.Errorf("KL(p‖q) = %.5f on 30,000 examples, want below 0.005", divergence)
	}
	if gap := math.Abs(crossEntropy - entropy - divergence); gap > 1e-12 {
		t.Errorf("CE - H[p] and KL differ by %.1e", gap)
	}
	few := trained(t, configured(t, run.Field{Path: "data.label_noise", Value: 0.1}))[0]
	if little := value(t, few, run.Test, run.Uncalibrated, "kl_divergence"); little < 2*divergence {
		t.Errorf("KL(p‖q) is %.5f on 200 examples and %.5f on 30,000: more data should bring q nearer to p", little, divergence)
	}
}

func TestRepeatingARunGivesTheSameBits(t *testing.T) {
	config := configured(t)
	if diff := cmp.Diff(trained(t, config), trained(t, config)); diff != "" {
		t.Errorf("two trainings of one run differ:\n%s", diff)
	}
	other := trained(t, configured(t, run.Field{Path: "seed", Value: int64(1)}))
	if cmp.Equal(trained(t, config), other) {
		t.Error("another seed gives the same result")
	}
}

// TestReplicasTrainAsAlone fuses runs of every loss, of two seeds and learning rates: linear layers give
// each the bits that it gets alone.
func TestReplicasTrainAsAlone(t *testing.T) {
	group := []run.Config{
		configured(t),
		configured(t, run.Field{Path: "loss.name", Value: "focal"}, run.Field{Path: "loss.gamma", Value: 2.0}),
		configured(t, run.Field{Path: "loss.name", Value: "label_smoothing"}, run.Field{Path: "loss.epsilon", Value: 0.1}, run.Field{Path: "seed", Value: int64(5)}),
		configured(t, run.Field{Path: "loss.name", Value: "entropy_regularised"}, run.Field{Path: "loss.gamma", Value: 0.3}, run.Field{Path: "optimizer.lr", Value: 0.02}),
	}
	fused := trained(t, group...)
	for i, config := range group {
		if diff := cmp.Diff(trained(t, config)[0], fused[i]); diff != "" {
			t.Errorf("replica %d differs from the run alone:\n%s", i, diff)
		}
	}
}

// TestADivergedReplicaLeavesTheOthersAlone puts one whose learning rate is far too high between two others.
func TestADivergedReplicaLeavesTheOthersAlone(t *testing.T) {
	wild := configured(t, run.Field{Path: "optimizer.lr", Value: 1e30})
	group := []run.Config{configured(t), wild, configured(t, run.Field{Path: "seed", Value: int64(5)})}
	_, err := (&Trainer{Device: torch.CPU}).Run(context.Background(), []run.Config{wild}, ignore)
	epoch, diverged := Diverged(err)
	if !diverged {
		t.Fatalf("alone the wild run ends with %v", err)
	}
	fused := trained(t, group...)
	if at, diverged := Diverged(fused[1].Diverged); !diverged || at != epoch || fused[1].Predictions != nil {
		t.Errorf("the wild run ends with %v, alone it diverges in epoch %d", fused[1].Diverged, epoch)
	}
	for _, i := range []int{0, 2} {
		if diff := cmp.Diff(trained(t, group[i])[0], fused[i]); diff != "" {
			t.Errorf("run %d ends otherwise than alone:\n%s", i, diff)
		}
	}
	var left departures
	_, err = (&Trainer{Device: torch.CPU}).Run(context.Background(), []run.Config{wild, wild}, &left)
	if at, diverged := Diverged(err); !diverged || at != epoch {
		t.Errorf("a group of wild runs ends with %v", err)
	}
	if !slices.Equal(left.replicas, []int{0, 1}) || left.epochs > 2*epoch {
		t.Errorf("of a group of wild runs %v leave, after %d epochs", left.replicas, left.epochs)
	}
	left = departures{}
	if _, err := (&Trainer{Device: torch.CPU}).Run(context.Background(), group, &left); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(left.replicas, []int{1}) || left.epochs >= 2*4 {
		t.Errorf("the wild run leaves with %v, when the others have made %d epochs", left.replicas, left.epochs)
	}
}

// departures notes which replicas leave a group, and how many epochs all had completed by the last time.
type departures struct {
	replicas        []int
	epochs, counted int
}

func (d *departures) Epoch(int, run.Epoch) error {
	d.counted++
	return nil
}

func (d *departures) Diverged(replica int, err error) error {
	d.replicas, d.epochs = append(d.replicas, replica), d.counted
	return nil
}

func (d *departures) Note(string) {}

func TestTemperatureIsFittedOnValidationAndKeepsAccuracy(t *testing.T) {
	output := trained(t, configured(t))[0]
	for _, split := range []run.Split{run.Train, run.Validation, run.Test} {
		plain, scaled := value(t, output, split, run.Uncalibrated, "accuracy"), value(t, output, split, run.TemperatureScale, "accuracy")
		if plain != scaled {
			t.Errorf("temperature changes the accuracy on %s from %v to %v", split, plain, scaled)
		}
	}
	before := value(t, output, run.Validation, run.Uncalibrated, "nll")
	after := value(t, output, run.Validation, run.TemperatureScale, "nll")
	if after > before {
		t.Errorf("validation NLL grows from %v to %v with the temperature fitted on it", before, after)
	}
}

func TestHistoryTellsEveryEpoch(t *testing.T) {
	var history []run.Epoch
	trainer := Trainer{Device: torch.CPU}
	_, err := trainer.Run(context.Background(), []run.Config{configured(t)}, hearing(func(_ int, e run.Epoch) error {
		history = append(history, e)
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	if len(history) != 4 || history[3].Number != 4 {
		t.Fatalf("history of %d epochs, want 4", len(history))
	}
	for _, m := range history[0].Metrics {
		// One warm-up epoch of 7 steps ends at the full rate.
		if m.Name == "learning_rate" && m.Value != 0.1 {
			t.Errorf("the learning rate at the end of the warm-up is %v, want 0.1", m.Value)
		}
	}
}

func TestBadRunsFailWithoutTensorsLeft(t *testing.T) {
	tests := []struct {
		name   string
		config run.Config
		check  func(error) bool
	}{
		{"divergence", configured(t, run.Field{Path: "optimizer.lr", Value: 1e30}), func(err error) bool {
			epoch, ok := Diverged(err)
			return ok && epoch == 1 && strings.HasPrefix(err.Error(), "training diverged in epoch 1: the loss is ")
		}},
		{"divergence of the only step", configured(t, run.Field{Path: "optimizer.lr", Value: 1e30}, run.Field{Path: "train.batch", Value: int64(200)}), func(err error) bool {
			epoch, ok := Diverged(err)
			return ok && epoch == 1 && strings.HasPrefix(err.Error(), "training diverged in epoch 1: a logit is ")
		}},
		{"no data", configured(t, run.Field{Path: "data.name", Value: "mnist"}), func(err error) bool {
			var missing *dataset.MissingError
			return errors.As(err, &missing)
		}},
		{"vectors into a cnn", configured(t, run.Field{Path: "model.name", Value: "cnn"}), func(err error) bool { return err != nil }},
		{"an optimizer that is not there", configured(t, run.Field{Path: "optimizer.name", Value: "lion"}), func(err error) bool {
			return err != nil && strings.Contains(err.Error(), `no optimizer "lion"`)
		}},
		{"a schedule that is not there", configured(t, run.Field{Path: "optimizer.schedule.name", Value: "linear"}), func(err error) bool {
			return err != nil && strings.Contains(err.Error(), `no schedule "linear"`)
		}},
		{"another pipeline", configured(t, run.Field{Path: "pipeline", Value: "bound"}), func(err error) bool { return err != nil }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := torch.Live()
			trainer := Trainer{Device: torch.CPU, DataDir: t.TempDir()}
			if _, err := trainer.Run(context.Background(), []run.Config{test.config}, ignore); !test.check(err) {
				t.Errorf("the run ended with %v", err)
			}
			if after := torch.Live(); after != before {
				t.Errorf("%d tensors are left", after-before)
			}
		})
	}
}

// TestCatalogueMatchesWhatIsImplemented ties names and the order of parameters to the packages that compute.
func TestCatalogueMatchesWhatIsImplemented(t *testing.T) {
	var losses []string
	for _, choice := range catalogue.Losses() {
		losses = append(losses, choice.Name)
		var parameters []string
		for _, p := range choice.Parameters {
			parameters = append(parameters, p.Name)
		}
		implemented, ok := loss.Parameters(choice.Name)
		if !ok || !slices.Equal(parameters, implemented) {
			t.Errorf("loss %s has the parameters %v in the catalogue and %v in package loss", choice.Name, parameters, implemented)
		}
		if choice.OfBatch != loss.OfBatch(choice.Name) || choice.OfLogits != loss.OfLogits(choice.Name) {
			t.Errorf("the catalogue and package loss differ on what loss %s depends on", choice.Name)
		}
	}
	if !slices.Equal(losses, loss.Names()) {
		t.Errorf("the catalogue has the losses %v, package loss %v", losses, loss.Names())
	}
	var listed, known []string
	for _, choice := range catalogue.DataSets() {
		listed = append(listed, choice.Name)
	}
	for _, set := range dataset.List() {
		known = append(known, set.Name)
	}
	slices.Sort(listed)
	slices.Sort(known)
	if !slices.Equal(listed, known) {
		t.Errorf("the catalogue has the data sets %v, package dataset %v", listed, known)
	}
}

// TestEveryChoiceOfTheCatalogueIsBuilt builds each model, optimizer and schedule with its defaults.
func TestEveryChoiceOfTheCatalogueIsBuilt(t *testing.T) {
	chosen := func(path string, choice catalogue.Choice) settings {
		fields := []run.Field{{Path: path + ".name", Value: choice.Name}}
		for _, p := range choice.Parameters {
			fields = append(fields, run.Field{Path: path + "." + p.Name, Value: p.Default})
		}
		member, err := decode(configured(t, fields...))
		if err != nil {
			t.Fatal(err)
		}
		return member
	}
	images := dataset.Info{Name: "images", Classes: 3, Shape: []int{1, side, side}}
	for _, choice := range catalogue.Models() {
		for _, optimizer := range catalogue.Optimizers() {
			err := torch.Do(func(s *torch.Scope) error {
				network, err := buildModel(s, torch.CPU, images, []settings{chosen("model", choice)})
				if err != nil {
					return err
				}
				if shape := network.Forward(s.Zeros(dtype, torch.CPU, 1, 2, 1, side, side)).Shape(); !slices.Equal(shape, []int{1, 2, 3}) {
					t.Errorf("model %s gives logits of shape %v", choice.Name, shape)
				}
				_, err = buildOptimizer(network, []settings{chosen("optimizer", optimizer)})
				return err
			})
			if err != nil {
				t.Errorf("model %s, optimizer %s: %v", choice.Name, optimizer.Name, err)
			}
		}
	}
	for _, choice := range catalogue.Schedules() {
		schedule, err := buildSchedule(chosen("optimizer.schedule", choice).schedule, 10, 20)
		if err != nil {
			t.Error(err)
		} else if schedule(0) != 1 {
			t.Errorf("schedule %s starts at %v of the rate without a warm-up", choice.Name, schedule(0))
		}
	}
}
