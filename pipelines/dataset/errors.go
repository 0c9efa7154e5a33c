package dataset

import "fmt"

// MissingError says that a file of a data set is not there.
type MissingError struct {
	Name string // of the data set
	Path string // of the file, without .gz
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("reading data set %s: there is neither %s nor %[2]s.gz", e.Name, e.Path)
}

// DamagedError says that a file of a data set is there but cannot be used, and why.
type DamagedError struct {
	Path string
	Err  error
}

func (e *DamagedError) Error() string { return fmt.Sprintf("reading %s: %v", e.Path, e.Err) }

func (e *DamagedError) Unwrap() error { return e.Err }
