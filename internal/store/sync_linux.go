package store

import (
	"os"
	"syscall"
)

// syncData makes what was written to a file survive a power cut. Its times need not: without them a file that keeps its
// size costs the file system no change of its own records, which is most of the time of a sync.
func syncData(file *os.File) error { return syscall.Fdatasync(int(file.Fd())) }
