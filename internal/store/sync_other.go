//go:build !linux

package store

import "os"

// syncData makes what was written to a file survive a power cut.
func syncData(file *os.File) error { return file.Sync() }
