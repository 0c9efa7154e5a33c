package classification

import (
	"fmt"

	"experiment/internal/torch"
	"experiment/pipelines/train"
)

// recording says whether steps on a GPU are recorded and replayed.
type recording struct {
	train.Graphs
	device   torch.Device
	possible bool
	observer Observer
}

func newRecording(t *Trainer, observer Observer) *recording {
	r := &recording{device: t.Device, possible: t.Graph && torch.CanRecord(t.Device), observer: observer}
	if t.Graph && !r.possible {
		observer.Note("steps are not recorded as a CUDA graph: " + t.Device.String() + " has none with this libtorch, or one has failed")
	}
	return r
}

// around calls f as recording needs it.
func (r *recording) around(f func() error) error {
	if !r.possible {
		return f()
	}
	return torch.OnOwnStream(r.device, f)
}

// recorder returns what records, nil where nothing is to be recorded.
func (r *recording) recorder() train.Recorder {
	if !r.possible {
		return nil
	}
	return r
}

// GaveUp implements train.Recorder.
func (r *recording) GaveUp(why error) {
	r.Graphs.GaveUp(why)
	r.observer.Note(fmt.Sprintf("steps are not replayed as a CUDA graph: %v", why))
}

func (r *recording) replayed() bool { return r.Recorded && r.Failure == nil }
