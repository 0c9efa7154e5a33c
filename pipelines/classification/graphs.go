package classification

import (
	"fmt"

	"experiment/internal/torch"
	"experiment/pipelines/train"
)

// recording says whether steps are recorded, and how that went.
type recording struct {
	device torch.Device
	wanted bool
	graphs train.Graphs
}

func (t *Trainer) recording() *recording { return &recording{device: t.Device, wanted: t.Graph} }

func (r *recording) possible() bool { return r.wanted && torch.CanRecord(r.device) }

// around calls f as recording needs it.
func (r *recording) around(f func() error) error {
	if !r.possible() {
		return f()
	}
	return torch.OnOwnStream(r.device, f)
}

// recorder returns what records, nil where nothing is to be recorded.
func (r *recording) recorder() train.Recorder {
	if !r.possible() {
		return nil
	}
	return &r.graphs
}

// notes says why steps are not recorded, where that was wanted.
func (r *recording) notes() []string {
	switch {
	case r.wanted && !r.possible():
		return []string{"steps are not recorded as a CUDA graph: there are none on " + r.device.String() + " with this libtorch"}
	case r.graphs.Failure != nil:
		return []string{fmt.Sprintf("steps are not replayed as a CUDA graph: %v", r.graphs.Failure)}
	}
	return nil
}
