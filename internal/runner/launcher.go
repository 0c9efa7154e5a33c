package runner

import (
	"os/exec"
	"runtime"
)

// launcher starts processes from one thread of the operating system, which stays until close: a worker is
// killed by the kernel when the thread that started it ends, not when its process does.
type launcher struct {
	requests chan launch
}

type launch struct {
	command *exec.Cmd
	started chan<- error
}

func newLauncher() *launcher {
	l := &launcher{make(chan launch)}
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for request := range l.requests {
			request.started <- request.command.Start()
		}
	}()
	return l
}

// start starts a command.
func (l *launcher) start(command *exec.Cmd) error {
	started := make(chan error, 1)
	l.requests <- launch{command, started}
	return <-started
}

// close lets the thread go. What it started must have ended.
func (l *launcher) close() { close(l.requests) }
