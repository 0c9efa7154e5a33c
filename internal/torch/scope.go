// Package torch computes with libtorch tensors.
//
// It is the one package that touches libtorch. [Do] runs a function on one OS thread with a [Scope]; tensors belong
// to the innermost [Scope.Region] they were made in and are freed with it, so nothing is ever freed by hand or by the
// garbage collector.
//
// Operations are methods of [Tensor] and return no error: the first error of a scope sticks, whatever follows does
// nothing, and [Do] returns it once, as an [*Error]. A tensor that an operation after an error returns is empty; only
// numbers read from it must not be trusted, so look at [Scope.Err] before acting on them.
//
// Using a tensor whose region has ended, a zero Tensor, or tensors of two scopes together is a bug of the caller and panics.
// A scope and its tensors must stay on the goroutine that Do called.
package torch

import (
	"errors"
	"runtime"
	"sync/atomic"

	"github.com/sugarme/gotch/libtch"
)

// A Scope owns the tensors made in one call of [Do].
type Scope struct {
	err     error
	regions []region
	serial  uint64 // of the newest region
	owned   []uintptr

	// Arguments of C calls, kept here so that an operation allocates nothing.
	out     *libtch.Ctensor
	out2    *libtch.Ctensor // of operations with two results
	ints    []int64
	handles []libtch.Ctensor
	scalars [2]libtch.Cscalar
}

// A region owns the handles of owned from start to the start of the next region, and keeps what they borrow in place.
type region struct {
	serial   uint64
	start    int
	borrowed *runtime.Pinner // nil where nothing is
}

var live atomic.Int64

// Live counts the tensor handles that exist in this process.
func Live() int64 { return live.Load() }

// Do runs f on a locked OS thread and frees every tensor of its scope when f returns or panics. It returns the
// scope's libtorch error, in preference to an error of f that does not wrap it, and otherwise f's.
func Do(f func(*Scope) error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	s := &Scope{
		out:     new(libtch.Ctensor),
		out2:    new(libtch.Ctensor),
		scalars: [2]libtch.Cscalar{libtch.AtsFloat(0), libtch.AtsFloat(0)},
	}
	defer s.close()
	return s.Region(func() error { return f(s) })
}

func (s *Scope) close() {
	for _, c := range s.scalars {
		libtch.AtsFree(c)
	}
}

// Err is the first error of an operation of this scope, or nil.
func (s *Scope) Err() error { return s.err }

// Region runs f; tensors made by it are freed when it returns or panics. It returns the scope's error or
// f's as [Do] does, and does not call f where the scope has failed before.
func (s *Scope) Region(f func() error) error {
	if s.failed() {
		return s.err
	}
	s.serial++
	s.regions = append(s.regions, region{serial: s.serial, start: len(s.owned)})
	defer s.endRegion()
	return s.outcome(f())
}

func (s *Scope) endRegion() {
	last := len(s.regions) - 1
	start := s.regions[last].start
	free(s.owned[start:])
	s.owned = s.owned[:start]
	if borrowed := s.regions[last].borrowed; borrowed != nil {
		borrowed.Unpin()
	}
	s.regions = s.regions[:last]
}

// pin keeps what a pointer leads to in place while the innermost region lasts.
func (s *Scope) pin(pointer any) {
	inner := &s.regions[len(s.regions)-1]
	if inner.borrowed == nil {
		inner.borrowed = &runtime.Pinner{}
	}
	inner.borrowed.Pin(pointer)
}

// outcome chooses between the scope's error and err, which may only be a consequence of it.
func (s *Scope) outcome(err error) error {
	if s.err != nil && !errors.Is(err, s.err) {
		return s.err
	}
	return err
}

// NoGrad runs f without recording operations for [Tensor.Backward], and restores the previous mode when f returns or
// panics. Like [Scope.Region] it does not call f where the scope has failed before.
func (s *Scope) NoGrad(f func() error) error {
	if s.failed() {
		return s.err
	}
	previous := setGradMode(false)
	defer setGradMode(previous)
	return s.outcome(f())
}

// own takes the result of an operation from the output slot.
func (s *Scope) own(op string) Tensor {
	c := *s.out
	*s.out = nil
	if c == nil {
		s.fail(op)
		return s.none()
	}
	live.Add(1)
	s.owned = append(s.owned, uintptr(c))
	t := s.none()
	t.handle = c
	return t
}

// failed is whether operations that start from s rather than from a tensor must do nothing; it panics unless s is alive.
func (s *Scope) failed() bool {
	if len(s.regions) == 0 && s.serial > 0 {
		panic("torch: using a scope after it ended")
	}
	return s.err != nil
}

// none is an empty tensor of the innermost region: what an operation of a failed scope returns.
func (s *Scope) none() Tensor {
	depth := len(s.regions) - 1
	return Tensor{scope: s, depth: depth, serial: s.regions[depth].serial}
}

// done ends an operation in place: the second handle of the same tensor, which libtch returns, is not needed.
func (s *Scope) done(op string) {
	c := *s.out
	*s.out = nil
	if c == nil {
		s.fail(op)
		return
	}
	libtch.AtFree(c)
}

// fail records libtorch's last error where the scope has none yet.
func (s *Scope) fail(op string) { s.record(op, lastMessage()) }

// check is for operations without a result: they failed if libtorch left a message.
func (s *Scope) check(op string) {
	if message := lastMessage(); message != "" {
		s.record(op, message)
	}
}

func (s *Scope) record(op, message string) {
	if s.err == nil {
		s.err = newError(op, message)
	}
}

// dims puts values into the scope's buffer. The slice is one longer than they are, for libtch takes the address of its
// first element.
func (s *Scope) dims(values ...int) ([]int64, int) {
	s.ints = s.ints[:0]
	for _, v := range values {
		s.ints = append(s.ints, int64(v))
	}
	s.ints = append(s.ints, 0)
	return s.ints, len(values)
}
