package torch

// #cgo LDFLAGS: -ldl
// #include <stdlib.h>
import "C"

import "unsafe"

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
