package train

import (
	"bytes"
	"errors"

	"experiment/internal/torch"
)

// Recorder records operations that are done again and again.
type Recorder interface {
	// Record calls f, whose operations are recorded and not done.
	Record(s *torch.Scope, f func() error) (Recording, error)
	// GaveUp is told why steps are made one operation after the other all the same.
	GaveUp(why error)
}

// Recording does what was recorded, on the same tensors.
type Recording interface {
	Replay(s *torch.Scope)
	Close()
}

// Graphs is the Recorder of a GPU, for training in torch.OnOwnStream.
type Graphs struct {
	Recorded bool  // a step
	Failure  error // why it gave up
}

// Record implements Recorder.
func (g *Graphs) Record(s *torch.Scope, f func() error) (Recording, error) {
	graph, err := s.Record(f)
	if err != nil {
		return nil, err
	}
	g.Recorded = true
	return graph, nil
}

// GaveUp implements Recorder.
func (g *Graphs) GaveUp(why error) { g.Failure = why }

const (
	// warmUp are the steps before one is recorded: libtorch chooses kernels then, and gets the memory that they work in.
	warmUp = 3
	// checked are the replayed steps that are made again in the ordinary way, to see that they leave the same bits.
	checked = 2
)

// stepper makes the steps of a training. Where there is a Recorder, those of whole batches are replays of one that was
// recorded, once that was seen to leave the same bits.
type stepper struct {
	Problem
	rows  torch.Tensor // [K, Batch]: of the examples that a whole batch is made of
	total torch.Tensor // [K], float64: sum of the losses of the epoch so far

	recording Recording // nil where there is none yet
	made      int       // steps of whole batches
	off       bool      // nothing is recorded any more
}

func newStepper(s *torch.Scope, p Problem) *stepper {
	replicas, device := len(p.Data.Rows), p.Data.Labels.Device()
	return &stepper{
		Problem: p,
		rows:    s.Zeros(torch.Int64, device, replicas, p.Batch),
		total:   s.Zeros(torch.Float64, device, replicas),
		off:     p.Recorder == nil,
	}
}

func (m *stepper) close() {
	if m.recording != nil {
		m.recording.Close()
		m.recording = nil
	}
}

// make makes a step on the batch of some rows, [K, B].
func (m *stepper) make(s *torch.Scope, rows torch.Tensor) error {
	if m.off || rows.Size(1) != m.Batch {
		return m.step(s, rows, m.total)
	}
	m.rows.Copy_(rows)
	m.made++
	switch n := m.made - warmUp; {
	case n <= 0:
		return m.step(s, m.rows, m.total)
	case n <= checked:
		return m.check(s)
	}
	m.recording.Replay(s)
	return s.Err()
}

// check makes a step as it was recorded, and once more in the ordinary way, which counts.
func (m *stepper) check(s *torch.Scope) error {
	return s.Region(func() error {
		if m.recording == nil {
			recording, err := m.Recorder.Record(s, func() error { return m.step(s, m.rows, m.total) })
			if err != nil {
				m.giveUp(err)
				return m.step(s, m.rows, m.total)
			}
			m.recording = recording
		}
		changed := []torch.Tensor{m.total}
		for _, t := range m.carried() {
			changed = append(changed, t.tensor)
		}
		before := arrays(changed)
		m.recording.Replay(s)
		replayed := arrays(changed)
		if s.Err() != nil {
			return s.Err()
		}
		for i, t := range changed {
			t.Copy_(torch.FromArray(s, before[i]))
		}
		if err := m.step(s, m.rows, m.total); err != nil {
			return err
		}
		for i, array := range arrays(changed) {
			if !bytes.Equal(array.Data, replayed[i].Data) {
				m.giveUp(errors.New("a step that was recorded leaves other bits"))
				break
			}
		}
		return s.Err()
	})
}

func (m *stepper) giveUp(why error) {
	m.off = true
	m.close()
	m.Recorder.GaveUp(why)
}

func arrays(tensors []torch.Tensor) []torch.Array {
	all := make([]torch.Array, len(tensors))
	for i, t := range tensors {
		all[i] = t.Array()
	}
	return all
}
