package classification

import (
	"context"
	"math"
	"testing"

	"experiment/internal/run"
	"experiment/internal/torch"
	"experiment/pipelines/catalogue"
	"experiment/pipelines/loss"
)

// chosenLoss are the fields of a run with a loss at its defaults, as a sweep resolves them: what was added later is left
// out.
func chosenLoss(choice catalogue.Choice) []run.Field {
	fields := []run.Field{{Path: "loss.name", Value: choice.Name}}
	for _, p := range choice.Parameters {
		if !p.Added {
			fields = append(fields, run.Field{Path: "loss." + p.Name, Value: p.Default})
		}
	}
	return fields
}

// TestEveryLossLearns trains a small model with each loss of the catalogue at its defaults, all in one group: losses
// that stay finite and fall, and more right than by chance; to the bit as in a run alone.
func TestEveryLossLearns(t *testing.T) {
	var group []run.Config
	for _, choice := range catalogue.Losses() {
		group = append(group, configured(t, append(chosenLoss(choice), run.Field{Path: "train.epochs", Value: int64(10)})...))
	}
	history := make([][]float64, len(group))
	trainer := Trainer{Device: torch.CPU}
	outputs, err := trainer.Run(context.Background(), group, hearing(func(replica int, epoch run.Epoch) error {
		for _, m := range epoch.Metrics {
			if m.Split == run.Train && m.Name == "loss" {
				history[replica] = append(history[replica], float64(m.Value))
			}
		}
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	for i, choice := range catalogue.Losses() {
		first, last := history[i][0], history[i][len(history[i])-1]
		if !(last < first) {
			t.Errorf("%s: the training loss goes from %v to %v", choice.Name, first, last)
		}
		accuracy := value(t, outputs[i], run.Test, run.Uncalibrated, "accuracy")
		if accuracy < 0.5 { // chance is 0.25
			t.Errorf("%s: the accuracy is %v after training", choice.Name, accuracy)
		}
		for _, m := range outputs[i].Result.Metrics {
			if v := float64(m.Value); math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%s: %s on %s is %v", choice.Name, m.Name, m.Split, v)
			}
		}
		alone := trained(t, group[i])[0]
		for _, name := range []string{"nll", "accuracy", "ece"} {
			if a, b := value(t, alone, run.Test, run.Uncalibrated, name), value(t, outputs[i], run.Test, run.Uncalibrated, name); a != b {
				t.Errorf("%s: %s is %v alone and %v in a group", choice.Name, name, a, b)
			}
		}
	}
}

// TestRangesOfLossesMatch holds that package loss takes what the catalogue allows, up to 1e30 where that has no end, and
// nothing beyond the ends that it has.
func TestRangesOfLossesMatch(t *testing.T) {
	build := func(choice catalogue.Choice, name string, v float64) error {
		member := loss.Member{Name: choice.Name}
		for _, p := range choice.Parameters {
			if p.Name == name {
				member.Parameters = append(member.Parameters, v)
			} else {
				member.Parameters = append(member.Parameters, p.Default.(float64))
			}
		}
		return torch.Do(func(s *torch.Scope) error { _, err := loss.New(s, dtype, torch.CPU, member); return err })
	}
	for _, choice := range catalogue.Losses() {
		for _, p := range choice.Parameters {
			if p.Above || p.Below {
				t.Errorf("%s: %s excludes an end of its range", choice.Name, p.Name)
			}
			for _, v := range []float64{p.Min, min(p.Max, 1e30)} {
				if err := build(choice, p.Name, v); err != nil {
					t.Error(err)
				}
			}
			for _, v := range []float64{math.Nextafter(p.Min, -1e9), math.Nextafter(p.Max, math.Inf(1))} {
				if build(choice, p.Name, v) == nil {
					t.Errorf("%s: %s may be %v, outside its range", choice.Name, p.Name, v)
				}
			}
		}
	}
}

// TestSmoothedFocalIsDecoded holds that epsilon, which configurations leave out at 0, reaches the loss.
func TestSmoothedFocalIsDecoded(t *testing.T) {
	focal := []run.Field{{Path: "loss.name", Value: "focal"}, {Path: "loss.gamma", Value: 2.0}}
	for _, test := range []struct {
		fields []run.Field
		want   float64
	}{{focal, 0}, {append(focal, run.Field{Path: "loss.epsilon", Value: 0.1}), 0.1}} {
		member, err := decode(configured(t, test.fields...))
		if err != nil {
			t.Fatal(err)
		}
		if got := member.loss.Parameters; len(got) != 2 || got[0] != 2 || got[1] != test.want {
			t.Errorf("focal has the parameters %v, want 2 and %v", got, test.want)
		}
	}
}
