package torch

import (
	"slices"
	"testing"
)

// TestRecordingWithoutAGPU holds that it fails, and leaves the scope usable.
func TestRecordingWithoutAGPU(t *testing.T) {
	if cudaDevices() > 0 {
		t.Skip("there is a GPU")
	}
	if CanRecord(CPU) || CanRecord(cuda(0)) {
		t.Error("it is said to be possible")
	}
	before := Live()
	err := Do(func(s *Scope) error {
		g, err := s.Record(func() error { return nil })
		if err == nil || g != nil {
			t.Errorf("recording leaves %v and the error %v", g, err)
		}
		if got := s.Zeros(Float64, CPU, 2).AddScalar(1).Float64s(); !slices.Equal(got, []float64{1, 1}) {
			t.Errorf("afterwards 0 + 1 is %v", got)
		}
		return OnOwnStream(CPU, s.Err)
	})
	if err != nil || Live() != before {
		t.Errorf("%d tensors are left: %v", Live()-before, err)
	}
}

// TestAGraph records on a GPU and replays; what is done in between in the ordinary way counts too. It ends with a recording that
// fails, after which this process makes no other.
func TestAGraph(t *testing.T) {
	if cudaDevices() == 0 {
		t.Skip("libtorch sees no CUDA device")
	}
	if !CanRecord(cuda(0)) {
		t.Fatal("this libtorch has no graphs")
	}
	err := Do(func(s *Scope) error {
		return OnOwnStream(cuda(0), func() error {
			sum, step := s.Zeros(Float64, cuda(0), 2), FromSlice(s, []float64{1, 10}, 2).ToDevice(cuda(0))
			g, err := s.Record(func() error {
				sum.Add_(step.MulScalar(2))
				return s.Err()
			})
			if err != nil {
				return err
			}
			defer g.Close()
			if got := sum.Float64s(); !slices.Equal(got, []float64{0, 0}) {
				t.Errorf("recording alone makes %v", got)
			}
			g.Replay(s)
			step.Copy_(FromSlice(s, []float64{3, 4}, 2))
			g.Replay(s)
			if got := sum.Float64s(); !slices.Equal(got, []float64{8, 28}) {
				t.Errorf("two replays make %v", got)
			}
			if _, err := s.Record(func() error { sum.Float64s(); return s.Err() }); err == nil || CanRecord(cuda(0)) {
				t.Error("reading what the GPU computes is recorded, or another recording is to be tried")
			}
			g.Replay(s)
			if got := sum.Float64s(); !slices.Equal(got, []float64{14, 36}) {
				t.Errorf("after a recording that failed it is %v", got)
			}
			return s.Err()
		})
	})
	if err != nil {
		t.Error(err)
	}
}
