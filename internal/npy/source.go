package npy

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
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

	file   *os.File    // that is mapped; nil where the content is in memory
	opened os.FileInfo // of the file, before it was read
	cut    atomic.Bool // a page that was mapped is no longer in the file
}

// openSource maps a regular file, and reads anything else.
func openSource(name string) (s *source, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if s != nil && s.file != nil {
			return // it stays open as long as it is mapped
		}
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
			return &source{bytes: content, mapped: true, file: file, opened: info}, nil
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
	if err := errors.Join(unix.Munmap(s.bytes), s.file.Close()); err != nil {
		return fmt.Errorf("closing npy: %w", err)
	}
	s.bytes = nil
	return nil
}

// changed reports whether a mapped file is no longer what was opened, by its size and the time of its last change.
func (s *source) changed() (bool, error) {
	if !s.mapped {
		return false, nil
	}
	info, err := s.file.Stat()
	if err != nil {
		return false, err
	}
	return s.cut.Load() || info.Size() != s.opened.Size() || !info.ModTime().Equal(s.opened.ModTime()), nil
}

// The access to a page that is no longer in the file is a fault, which ends a program unless it asks for a panic:
//
//	defer s.survive(debug.SetPanicOnFault(true), func() { ... })
//
// survive calls otherwise where there was such a fault, and restores what the goroutine had asked for.
func (s *source) survive(asked bool, otherwise func()) {
	debug.SetPanicOnFault(asked)
	switch v := recover().(type) {
	case nil:
	case interface{ Addr() uintptr }: // which the run time gives a fault
		s.cut.Store(true)
		otherwise()
	default:
		panic(v)
	}
}
