package runner

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// StartError says that a worker does not start: no run can be made on this machine.
type StartError struct {
	Command []string
	Output  string // what the worker printed, such as the message of the dynamic loader
	Err     error
}

func (e *StartError) Error() string {
	message := fmt.Sprintf("starting worker %s: %v", e.Command[0], e.Err)
	if output := strings.TrimSpace(e.Output); output != "" {
		message += ":\n" + output
	}
	return message
}

func (e *StartError) Unwrap() error { return e.Err }

// FolderError says that what runs leave cannot be kept: the folder cannot be written, or the disk is full.
type FolderError struct {
	Path string
	Err  error
}

func (e *FolderError) Error() string { return fmt.Sprintf("writing to %s: %v", e.Path, e.Err) }

func (e *FolderError) Unwrap() error { return e.Err }

// PolicyError says that runs were left because others failed.
type PolicyError struct {
	Reason string
}

func (e *PolicyError) Error() string { return "stopping: " + e.Reason }

// Stopped says that the user, or the system, stopped the runner. Signal is nil where no signal did.
type Stopped struct {
	Signal os.Signal
}

func (e *Stopped) Error() string {
	if e.Signal == nil {
		return "stopped"
	}
	return "stopped by " + signalName(e.Signal)
}

// signalName returns the name that people know a signal by.
func signalName(signal os.Signal) string {
	switch signal {
	case syscall.SIGINT:
		return "Ctrl-C"
	case syscall.SIGTERM:
		return "SIGTERM"
	case syscall.SIGHUP:
		return "SIGHUP"
	}
	return "signal " + signal.String()
}
