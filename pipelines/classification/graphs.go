package classification

import (
	"fmt"

	"experiment/internal/torch"
	"experiment/pipelines/train"
)

// graphs records steps of training on a GPU, where that is wanted and can be.
type graphs struct {
	device torch.Device
	wanted bool
	notes  []string // why they are not recorded
}

func (t *Trainer) graphs() *graphs {
	g := &graphs{device: t.Device, wanted: t.Graph}
	if g.wanted && !torch.CanRecord(t.Device) {
		g.wanted = false
		g.notes = append(g.notes, "steps are not recorded as a CUDA graph: "+t.Device.String()+" with this libtorch has none")
	}
	return g
}

// around calls f as recording needs it.
func (g *graphs) around(f func() error) error {
	if !g.wanted {
		return f()
	}
	return torch.OnOwnStream(g.device, f)
}

// recorder returns what records, nil where nothing is to be recorded.
func (g *graphs) recorder() train.Recorder {
	if !g.wanted {
		return nil
	}
	return g
}

// Record implements train.Recorder.
func (g *graphs) Record(s *torch.Scope, f func() error) (train.Recording, error) {
	graph, err := s.Record(f)
	if err != nil {
		return nil, err
	}
	return graph, nil
}

// GaveUp implements train.Recorder.
func (g *graphs) GaveUp(why error) {
	g.notes = append(g.notes, fmt.Sprintf("steps are not replayed as a CUDA graph: %v", why))
}
