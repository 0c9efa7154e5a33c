package classification

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"experiment/internal/run"
	"experiment/internal/torch"
	"experiment/pipelines/dataset"
	"experiment/pipelines/train"
)

// keeping keeps every state, interrupts before one of the steps, and goes on from what it is given.
type keeping struct {
	from      []State
	interrupt int // the step before which Cancel is called; 0 is never
	cancel    context.CancelFunc

	steps   int
	kept    [][]State
	resumed int // epoch
	data    string
}

func (k *keeping) Load(dataChecksum string) []State {
	k.data = dataChecksum
	return k.from
}

func (k *keeping) Resume(states []State, misfit error) error {
	if misfit == nil {
		k.resumed = slices.MaxFunc(states, func(a, b State) int { return a.Training.Epoch - b.Training.Epoch }).Training.Epoch
	}
	return nil
}

func (k *keeping) Due() bool {
	k.steps++
	if k.steps == k.interrupt {
		k.cancel()
	}
	return true
}

func (k *keeping) Keep(states []State) { k.kept = append(k.kept, states) }

// history is what an observer hears of each replica.
type history [][]run.Epoch

// trainedBy trains a group with a keeper and returns what it leaves, without the time.
func trainedBy(t *testing.T, k *keeping, group []run.Config) ([]Output, history, error) {
	t.Helper()
	before := torch.Live()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	k.cancel = cancel
	heard := make(history, len(group))
	trainer := Trainer{Device: torch.CPU, Keeper: k}
	outputs, err := trainer.Run(ctx, group, hearing(func(replica int, e run.Epoch) error {
		heard[replica] = append(heard[replica], e)
		return ctx.Err()
	}))
	if after := torch.Live(); after != before {
		t.Errorf("%d tensors are left", after-before)
	}
	for i := range outputs {
		outputs[i].Result.Seconds = 0
	}
	return outputs, heard, err
}

// TestAResumedRunIsBitwiseTheSame interrupts runs in their first epoch, in a later one, between two and at the end, and
// goes on: metrics, logits and history are those of a run that never stopped.
func TestAResumedRunIsBitwiseTheSame(t *testing.T) {
	momentum := []run.Config{configured(t)}
	adamw := []run.Config{configured(t, run.Field{Path: "optimizer.name", Value: "adamw"}, run.Field{Path: "optimizer.lr", Value: 0.01},
		run.Field{Path: "optimizer.beta1", Value: 0.9}, run.Field{Path: "optimizer.beta2", Value: 0.999}, run.Field{Path: "optimizer.epsilon", Value: 1e-8},
		run.Field{Path: "optimizer.weight_decay", Value: 0.01})}
	replicas := []run.Config{configured(t), configured(t, run.Field{Path: "loss.name", Value: "focal"}, run.Field{Path: "loss.gamma", Value: 2.0}, run.Field{Path: "seed", Value: int64(5)})}
	for name, group := range map[string][]run.Config{"momentum": momentum, "adamw": adamw, "replicas": replicas} {
		t.Run(name, func(t *testing.T) {
			whole, heard, err := trainedBy(t, &keeping{}, group)
			if err != nil {
				t.Fatal(err)
			}
			const steps = 4*7 + 1 // 4 epochs of 7 batches, and the end
			for _, at := range []int{1, 4, 8, 17, steps - 1, steps} {
				first := &keeping{interrupt: at}
				_, _, err := trainedBy(t, first, group)
				if at < steps && !errors.Is(err, context.Canceled) {
					t.Fatalf("interrupted before step %d it ended with %v", at, err)
				}
				second := &keeping{from: first.kept[len(first.kept)-1]}
				rest, again, err := trainedBy(t, second, group)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(whole, rest); diff != "" {
					t.Errorf("interrupted before step %d it ends otherwise:\n%s", at, diff)
				}
				if diff := cmp.Diff(heard, again); diff != "" {
					t.Errorf("interrupted before step %d it has another history:\n%s", at, diff)
				}
				if second.resumed == 0 || second.data != whole[0].DataChecksum {
					t.Errorf("it went on in epoch %d on data %q", second.resumed, second.data)
				}
			}
		})
	}
}

// TestAGroupGoesOnWithoutSomeOfItsRuns holds that the others have the digits which they have beside all of them, and that nobody
// is told of what is computed in the place of those that are absent.
func TestAGroupGoesOnWithoutSomeOfItsRuns(t *testing.T) {
	group := []run.Config{configured(t), configured(t, run.Field{Path: "seed", Value: int64(5)}), configured(t, run.Field{Path: "optimizer.lr", Value: 0.02})}
	whole, heard, err := trainedBy(t, &keeping{}, group)
	if err != nil {
		t.Fatal(err)
	}
	first := &keeping{interrupt: 9}
	if _, _, err := trainedBy(t, first, group); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	for _, absent := range [][]int{{0}, {1}, {0, 2}} {
		rest, states := slices.Clone(group), slices.Clone(first.kept[len(first.kept)-1])
		for _, i := range absent {
			rest[i], states[i] = run.Config{}, State{}
		}
		second := &keeping{from: states}
		outputs, again, err := trainedBy(t, second, rest)
		if err != nil {
			t.Fatalf("without %v: %v", absent, err)
		}
		for i := range group {
			if !slices.Contains(absent, i) {
				if diff := cmp.Diff(whole[i], outputs[i]) + cmp.Diff(heard[i], again[i]); diff != "" {
					t.Errorf("without %v run %d ends otherwise:\n%s", absent, i, diff)
				}
				continue
			}
			last := second.kept[len(second.kept)-1][i]
			if outputs[i].Diverged != errAbsent || outputs[i].Predictions != nil || again[i] != nil || last.Training.Epoch != 0 {
				t.Errorf("without %v run %d leaves %+v, and is in epoch %d", absent, i, outputs[i].Result, last.Training.Epoch)
			}
		}
	}
}

func TestTheTimeOfAResumedRunIsTheSumOfItsParts(t *testing.T) {
	k := &keeping{interrupt: 3}
	if _, _, err := trainedBy(t, k, []run.Config{configured(t)}); err == nil {
		t.Fatal("it was not interrupted")
	}
	states := k.kept[len(k.kept)-1]
	if states[0].Seconds <= 0 {
		t.Errorf("%v seconds were kept", states[0].Seconds)
	}
	states[0].Seconds += 1000
	trainer := Trainer{Device: torch.CPU, Keeper: &keeping{from: states}}
	outputs, err := trainer.Run(context.Background(), []run.Config{configured(t)}, ignore)
	if err != nil {
		t.Fatal(err)
	}
	if s := outputs[0].Result.Seconds; s <= states[0].Seconds || s > states[0].Seconds+100 {
		t.Errorf("%v seconds after %v", s, states[0].Seconds)
	}
}

// TestAStateOfAnotherRunIsNotUsed offers the state of a wider network.
func TestAStateOfAnotherRunIsNotUsed(t *testing.T) {
	wide := &keeping{interrupt: 9}
	if _, _, err := trainedBy(t, wide, []run.Config{configured(t, run.Field{Path: "model.width", Value: int64(20)})}); err == nil {
		t.Fatal("it was not interrupted")
	}
	whole, heard, err := trainedBy(t, &keeping{}, []run.Config{configured(t)})
	if err != nil {
		t.Fatal(err)
	}
	k := &keeping{from: wide.kept[len(wide.kept)-1]}
	outputs, again, err := trainedBy(t, k, []run.Config{configured(t)})
	if err != nil || k.resumed != 0 || cmp.Diff(whole, outputs) != "" || !slices.EqualFunc(heard, again, func(a, b []run.Epoch) bool { return cmp.Equal(a, b) }) {
		t.Errorf("it went on in epoch %d: %v", k.resumed, err)
	}
}

// slow is a source that takes its time, and knows when it was ready.
type slow struct {
	dataset.Source
	ready time.Time
}

func (s *slow) Sample(seed int64, sizes dataset.Sizes) (dataset.Sample, error) {
	for began := time.Now(); time.Since(began) < 50*time.Millisecond; {
		runtime.Gosched()
	}
	sample, err := s.Source.Sample(seed, sizes)
	s.ready = time.Now()
	return sample, err
}

// notes are an Observer of notes alone.
type notes struct {
	hearing
	told []string
}

func (n *notes) Note(text string) { n.told = append(n.told, text) }

// TestNothingIsRecordedOnACPU holds that a run for which that was asked says so, and is what it is without.
func TestNothingIsRecordedOnACPU(t *testing.T) {
	config := configured(t)
	observer := &notes{hearing: ignore}
	outputs, err := (&Trainer{Device: torch.CPU, Graph: true}).Run(context.Background(), []run.Config{config}, observer)
	if err != nil {
		t.Fatal(err)
	}
	if len(observer.told) != 1 || !strings.HasPrefix(observer.told[0], "steps are not recorded as a CUDA graph: cpu has none") || outputs[0].Replayed {
		t.Errorf("it says %q, and was replayed: %v", observer.told, outputs[0].Replayed)
	}
	if diff := cmp.Diff(trained(t, config)[0].Predictions, outputs[0].Predictions); diff != "" {
		t.Errorf("it has other logits:\n%s", diff)
	}
}

func TestSecondsAreWithoutLoading(t *testing.T) {
	trainer := Trainer{Device: torch.CPU}
	config := []run.Config{configured(t)}
	if _, err := trainer.Run(context.Background(), config, ignore); err != nil {
		t.Fatal(err)
	}
	source := &slow{Source: trainer.source}
	trainer.source = source
	outputs, err := trainer.Run(context.Background(), config, ignore)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(source.ready).Seconds(); outputs[0].Result.Seconds > took {
		t.Errorf("it is said to have taken %v s, and %v s are gone since its data were there", outputs[0].Result.Seconds, took)
	}
}

// TestSecondsAreSharedByThoseInTheGroup holds that what a group takes is divided among the replicas that it still has.
func TestSecondsAreSharedByThoseInTheGroup(t *testing.T) {
	c := newCourse(nil, ignore, []run.Config{configured(t), configured(t)})
	c.lapped = c.lapped.Add(-2 * time.Second)
	if err := c.diverged(&train.DivergedError{Replica: 0}); err != nil {
		t.Fatal(err)
	}
	c.lapped = c.lapped.Add(-3 * time.Second)
	for replica, want := range []float64{1, 4} {
		if got := c.seconds(replica); got < want || got > want+0.5 {
			t.Errorf("replica %d took %v s, want %v", replica, got, want)
		}
	}
}
