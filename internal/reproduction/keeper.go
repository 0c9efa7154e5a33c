package reproduction

import (
	"context"
	"sync"

	"experiment/internal/run"
)

// Keeper keeps attempts in memory, where the runner would otherwise record them, and as a database keeps them: there a
// zero has no sign. The zero value is empty.
type Keeper struct {
	mu       sync.Mutex
	attempts map[run.Key]run.Attempt
}

// Finished says that every run is to be made.
func (k *Keeper) Finished(context.Context, run.Key) (bool, error) { return false, nil }

// Begin numbers an attempt, which is the only one of its run.
func (k *Keeper) Begin(context.Context, run.Run, run.Attempt) (number int, err error) { return 1, nil }

// End keeps an attempt.
func (k *Keeper) End(_ context.Context, a run.Attempt) error {
	dropSigns(a)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.attempts == nil {
		k.attempts = map[run.Key]run.Attempt{}
	}
	k.attempts[a.Run] = a
	return nil
}

// Attempt returns how the attempt of a run ended, and whether there was one.
func (k *Keeper) Attempt(key run.Key) (run.Attempt, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	a, ok := k.attempts[key]
	return a, ok
}

// dropSigns makes every zero of an attempt one without a sign.
func dropSigns(a run.Attempt) {
	for i := range a.Result.Metrics {
		a.Result.Metrics[i].Value += 0 // -0 + 0 is 0
	}
	for _, e := range a.History {
		for i := range e.Metrics {
			e.Metrics[i].Value += 0
		}
	}
	for _, curve := range a.Result.Reliability {
		for i := range curve.Bins {
			b := &curve.Bins[i]
			b.Lower, b.Upper, b.Confidence, b.Accuracy = b.Lower+0, b.Upper+0, b.Confidence+0, b.Accuracy+0
		}
	}
}
