package store

import (
	"reflect"
	"testing"

	"experiment/internal/run"
)

func TestExpectedSeconds(t *testing.T) {
	s, _ := openTemporary(t)
	for seed, seconds := range []float64{10, 20} {
		finish(t, s, newRun(t, "focal gamma=2", int64(seed)), seconds)
	}
	finish(t, s, newRun(t, "cross_entropy", 0), 60)
	fail(t, s, newRun(t, "focal gamma=2", 8), run.Failed, "")
	wide := run.Field{Path: "model.width", Value: int64(64)}
	same, cousin, stranger := newRun(t, "focal gamma=2", 9), newRun(t, "focal gamma=3", 9), newRun(t, "focal gamma=2", 9, wide)
	got, err := s.ExpectedSeconds(t.Context(), []run.Run{same, cousin, stranger})
	want := map[run.Key]float64{same.Key: 15, cousin.Key: 30}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}
