package torch

import "C"

import (
	"errors"
	"fmt"
	"strings"
	"unsafe"

	"github.com/sugarme/gotch/libtch"
)

// ErrOutOfMemory is what an [*Error] wraps where a device or the machine had no memory left for a tensor.
var ErrOutOfMemory = errors.New("out of memory")

// An Error is a failed operation of libtorch.
type Error struct {
	Op      string // the operation, as this package calls it
	Message string // the first line of libtorch's message
}

func (e *Error) Error() string { return fmt.Sprintf("computing %s: %s", e.Op, e.Message) }

// Is reports that e is [ErrOutOfMemory] where libtorch's message says so.
func (e *Error) Is(target error) bool {
	return target == ErrOutOfMemory && outOfMemory(e.Message)
}

// outOfMemory knows how libtorch's allocators for CUDA and for the CPU, C++ itself, cuBLAS and cuDNN put it.
func outOfMemory(message string) bool {
	for _, phrase := range []string{"out of memory", "can't allocate memory", "not enough memory", "std::bad_alloc", "_STATUS_ALLOC_FAILED"} {
		if strings.Contains(message, phrase) {
			return true
		}
	}
	return false
}

func newError(op, message string) *Error {
	first, _, _ := strings.Cut(strings.TrimSpace(message), "\n")
	if first == "" {
		first = "libtorch gave no reason"
	}
	return &Error{Op: op, Message: strings.TrimSpace(first)}
}

// lastMessage takes the message of the last exception on this OS thread, or "".
func lastMessage() string {
	return takeText((*C.char)(unsafe.Pointer(libtch.GetAndResetLastErr())))
}
