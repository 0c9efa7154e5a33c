package calibration

import "fmt"

// RowError is what is wrong with a row of predictions, or of soft labels.
type RowError struct {
	Row     int  // counted from 0
	Labels  bool // it is a row of the labels
	Changed bool // it was right when it was first read
	Err     error
}

func (e *RowError) Error() string {
	what := ""
	if e.Labels {
		what = "labels: "
	}
	if e.Changed {
		what += "it has changed since it was first read: "
	}
	return fmt.Sprintf("row %d: %s%v", e.Row, what, e.Err)
}

func (e *RowError) Unwrap() error { return e.Err }

// recoverChange turns the panic of a row that has changed into an error: defer recoverChange(&err).
func recoverChange(err *error) {
	switch v := recover().(type) {
	case nil:
	case *RowError:
		*err = fmt.Errorf("reading predictions again: %w", v)
	default:
		panic(v)
	}
}
