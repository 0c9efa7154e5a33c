package torch

// #include "native.h"
import "C"

import "unsafe"

// A Graph is operations on a GPU that were recorded, to be done again at the cost of starting one.
type Graph struct{ handle unsafe.Pointer }

// CanRecord says whether operations on a device can be recorded: on a GPU, by a libtorch such as 1.13 or 2.6, where no recording of
// this process has failed.
func CanRecord(d Device) bool { return d != CPU && C.experiment_has_graphs() != 0 }

// OnOwnStream calls f, with what it does on a GPU in a stream of its own, as recording needs. On the CPU it only calls f. It
// belongs inside [Do].
func OnOwnStream(d Device, f func() error) error {
	if d == CPU {
		return f()
	}
	if err := setting("stream", C.experiment_own_stream(C.int(d.index()))); err != nil {
		return err
	}
	err := f()
	if back := setting("stream", C.experiment_default_stream(C.int(d.index()))); err == nil {
		err = back
	}
	return err
}

// Record calls f, whose operations on the GPU are recorded and not done. They may neither wait for the GPU nor read what it
// computes, and the tensors from outside of f must outlive the graph. An error leaves the scope as it was.
func (s *Scope) Record(f func() error) (*Graph, error) {
	if s.failed() {
		return nil, s.err
	}
	g := &Graph{}
	err := s.Region(func() error {
		if s.note("begin graph", C.experiment_graph_begin(&g.handle)) {
			return s.err
		}
		err := f()
		s.note("end graph", C.experiment_graph_end(g.handle))
		return err
	})
	if err != nil {
		g.Close()
		s.err = nil
		return nil, err
	}
	return g, nil
}

// Replay does what was recorded, in the tensors of then.
func (g *Graph) Replay(s *Scope) {
	if s.failed() {
		return
	}
	s.note("replay graph", C.experiment_graph_replay(g.handle))
}

// Close frees the graph and the memory that it works in.
func (g *Graph) Close() {
	if g.handle != nil {
		C.experiment_graph_free(g.handle)
		g.handle = nil
	}
}
