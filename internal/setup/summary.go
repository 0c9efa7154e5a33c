package setup

import (
	"fmt"
	"io"
)

// Print writes what a set-up found for people to read.
func (s *Summary) Print(w io.Writer) error {
	l := s.Libtorch
	version := l.Version
	if l.Package != "" {
		version += ", package " + torchPackage + " " + l.Package
	}
	device := "CPU"
	if l.CUDA {
		device = "CPU and CUDA"
	}
	blas := l.BLAS.Name
	if l.BLAS.Path != "" {
		blas += ", " + l.BLAS.Path
	}
	adapted := "all of its functions available"
	if n := len(s.Adapted); n > 0 {
		adapted = fmt.Sprintf("%d of its functions replaced by an error, for this libtorch has no match for them", n)
	}
	rows := [][2]string{
		{"libtorch", version},
		{"in", l.Library},
		{"for", device},
		{"BLAS", blas},
		{"compiler", s.Compiler},
		{"gotch", s.Gotch + ", " + adapted},
	}
	for _, row := range rows {
		if _, err := fmt.Fprintf(w, "%-10s%s\n", row[0], row[1]); err != nil {
			return err
		}
	}
	for _, note := range s.Notes {
		if _, err := fmt.Fprintf(w, "%-10s%s\n", "note", note); err != nil {
			return err
		}
	}
	return nil
}
