package train

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"experiment/internal/torch"
)

// again is a Recorder for a CPU, whose replays call the function again.
type again struct {
	fails error // of recording
	lies  int   // the replay, counted from 1, that does something else; 0 is none

	f        func() error
	replayed int
	open     int
	gaveUp   []error
}

func (a *again) Record(_ *torch.Scope, f func() error) (Recording, error) {
	if a.fails != nil {
		return nil, a.fails
	}
	a.f = f
	a.open++
	return a, nil
}

func (a *again) GaveUp(why error) { a.gaveUp = append(a.gaveUp, why) }

func (a *again) Replay(s *torch.Scope) {
	a.replayed++
	times := 1
	if a.replayed == a.lies {
		times = 2
	}
	for range times {
		if err := s.Region(a.f); err != nil {
			panic(err)
		}
	}
}

func (a *again) Close() { a.open-- }

// TestRecordedStepsLeaveTheSameBits trains with steps that are recorded, with a last batch that is smaller, and with
// recordings that fail or do something else.
func TestRecordedStepsLeaveTheSameBits(t *testing.T) {
	for name, optimizer := range optimizers {
		for what, c := range map[string]struct {
			recorder again
			replayed int // of 9 whole batches, 3 of which come before
			gaveUp   bool
		}{
			"recorded":              {again{}, 6, false},
			"that cannot be":        {again{fails: errors.New("no room")}, 0, true},
			"wrong at once":         {again{lies: 1}, 1, true},
			"wrong the second time": {again{lies: 2}, 2, true},
		} {
			t.Run(name+" "+what, func(t *testing.T) {
				before := torch.Live()
				want, err := train(context.Background(), optimizer, nil, nil, ignore)
				if err != nil {
					t.Fatal(err)
				}
				recorder := c.recorder
				got, err := trainWith(context.Background(), optimizer, nil, &recorder, nil, ignore)
				if err != nil {
					t.Fatal(err)
				}
				if fmt.Sprint(got.epochs) != fmt.Sprint(want.epochs) || !slices.EqualFunc(got.logits, want.logits, slices.Equal) {
					t.Errorf("the epochs are\n%v, not\n%v", got.epochs, want.epochs)
				}
				if recorder.replayed != c.replayed || (len(recorder.gaveUp) > 0) != c.gaveUp || len(recorder.gaveUp) > 1 || recorder.open != 0 {
					t.Errorf("%d replays, %d recordings are open, given up for %v", recorder.replayed, recorder.open, recorder.gaveUp)
				}
				if after := torch.Live(); after != before {
					t.Errorf("%d tensors are left", after-before)
				}
			})
		}
	}
}
