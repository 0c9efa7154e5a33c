package setup

import "strings"

// MissingError says that the machine lacks something a set-up needs and cannot get by itself.
type MissingError struct {
	What   string // what is missing, as a sentence without a full stop
	Remedy string // what to do about it: a command to type, or a few lines of advice
}

// Error gives what is missing and the remedy, the latter indented on lines of its own.
func (e *MissingError) Error() string {
	return e.What + "\n  " + strings.ReplaceAll(e.Remedy, "\n", "\n  ")
}
