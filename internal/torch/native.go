package torch

// #cgo LDFLAGS: -ldl
// #include <stdlib.h>
import "C"

import (
	"unsafe"

	"github.com/sugarme/gotch/libtch"
)

// takeText copies a C string, which may be nil, and frees it.
func takeText(p *C.char) string {
	if p == nil {
		return ""
	}
	defer C.free(unsafe.Pointer(p))
	return C.GoString(p)
}

func cBool(b bool) C.int {
	if b {
		return 1
	}
	return 0
}

// pointer is a handle as the functions of native.h take it.
func pointer(c libtch.Ctensor) unsafe.Pointer { return unsafe.Pointer(c) }

// slot is where the functions of native.h put their result.
func (s *Scope) slot() *unsafe.Pointer { return (*unsafe.Pointer)(unsafe.Pointer(s.out)) }

// second is where they put a second one.
func (s *Scope) second() *unsafe.Pointer { return (*unsafe.Pointer)(unsafe.Pointer(s.out2)) }

// note records the message of a function of native.h, if there is one.
func (s *Scope) note(op string, message *C.char) (failed bool) {
	if message == nil {
		return false
	}
	s.record(op, takeText(message))
	return true
}

// native takes the result of a function of native.h, whose message is given.
func (s *Scope) native(op string, message *C.char) Tensor {
	if s.note(op, message) {
		return s.none()
	}
	return s.own(op)
}

// natives takes both results of a function of native.h, whose message is given.
func (s *Scope) natives(op string, message *C.char) (first, second Tensor) {
	if s.note(op, message) {
		return s.none(), s.none()
	}
	first = s.own(op)
	*s.out = *s.out2
	return first, s.own(op)
}
