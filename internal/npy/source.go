package npy

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// window is about how many bytes of a mapped file are kept in memory while its rows are read one after the other.
const window = 32 << 20

// source is the content of a file: mapped, or in memory.
type source struct {
	bytes  []byte
	mapped bool
	kept   atomic.Bool // the system keeps pages that are given back
}

// openSource maps a regular file, and reads anything else.
func openSource(name string) (s *source, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if closing := file.Close(); err == nil {
			err = closing
		}
	}()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if size := info.Size(); info.Mode().IsRegular() && size > 0 && size == int64(int(size)) {
		content, err := unix.Mmap(int(file.Fd()), 0, int(size), unix.PROT_READ, unix.MAP_SHARED)
		if err == nil {
			return &source{bytes: content, mapped: true}, nil
		}
	}
	content, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	return &source{bytes: content}, nil
}

// release gives the pages of a mapped file back to the system; they are read again where they are needed again.
func (s *source) release() {
	if s.mapped && !s.kept.Load() && unix.Madvise(s.bytes, unix.MADV_DONTNEED) != nil {
		s.kept.Store(true)
	}
}

func (s *source) close() error {
	if !s.mapped {
		s.bytes = nil
		return nil
	}
	s.mapped = false
	if err := unix.Munmap(s.bytes); err != nil {
		return fmt.Errorf("closing npy: %w", err)
	}
	s.bytes = nil
	return nil
}
