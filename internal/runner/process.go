package runner

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"experiment/internal/protocol"
)

const (
	helloTime = 2 * time.Minute // for a worker to load its libraries from a slow disk
	leaveTime = 2 * time.Second // for a worker that has nothing to do to end
	drainTime = 5 * time.Second // for messages still on the way after a worker ended
)

// process is a worker.
type process struct {
	command  *exec.Cmd
	stdin    io.WriteCloser
	jobs     *protocol.Writer
	incoming chan incoming // messages, then one error
	quit     chan struct{} // closed when nobody receives any more
	drained  chan struct{} // closed when there are no more messages
	exited   chan struct{} // closed when the process has ended
	waited   error         // of waiting for that; to be read after exited
	early    *tailBuffer   // its output before the log of its first run
	hello    protocol.Hello
}

// incoming is a message of a worker, or why there are no more.
type incoming struct {
	message protocol.Message
	err     error
}

// startProcess starts a worker. Its error is a StartError; what to wait for is hello.
func startProcess(l *launcher, command, env []string) (*process, error) {
	messages, theirs, err := os.Pipe()
	if err != nil {
		return nil, &StartError{Command: command, Err: err}
	}
	defer theirs.Close()
	p := &process{
		command:  exec.Command(command[0], command[1:]...),
		incoming: make(chan incoming),
		quit:     make(chan struct{}),
		drained:  make(chan struct{}),
		exited:   make(chan struct{}),
		early:    &tailBuffer{},
	}
	p.command.Env = env
	p.command.ExtraFiles = []*os.File{theirs} // descriptor 3
	p.command.Stdout, p.command.Stderr = p.early, p.early
	p.command.SysProcAttr = attributes()
	p.command.WaitDelay = drainTime
	if p.stdin, err = p.command.StdinPipe(); err == nil {
		err = l.start(p.command)
	}
	if err != nil {
		return nil, &StartError{Command: command, Err: errors.Join(err, messages.Close())}
	}
	p.jobs = protocol.NewWriter(p.stdin)
	go p.receive(messages)
	go p.reap(messages)
	return p, nil
}

// receive passes on messages until there are no more, or nobody wants them.
func (p *process) receive(messages io.Reader) {
	defer close(p.drained)
	reader := protocol.NewReader(messages)
	for {
		message, err := reader.Read()
		select {
		case p.incoming <- incoming{message, err}:
		case <-p.quit:
			return
		}
		if err != nil {
			return
		}
	}
}

// reap waits for the end of the process and of its messages. A process of its own that it left behind may
// hold their pipe open: reading ends soon all the same.
func (p *process) reap(messages io.Closer) {
	defer messages.Close()
	p.waited = p.command.Wait()
	close(p.exited)
	timeout := time.NewTimer(drainTime)
	defer timeout.Stop()
	select {
	case <-p.drained:
	case <-timeout.C:
	}
}

// greet waits for the hello of a worker that has just been started.
func (p *process) greet(kill <-chan struct{}) error {
	timeout := time.NewTimer(helloTime)
	defer timeout.Stop()
	select {
	case <-kill:
		return errors.New("stopped")
	case <-timeout.C:
		return fmt.Errorf("it said nothing for %s", FormatDuration(helloTime))
	case first := <-p.incoming:
		if isEnd(first.err) {
			return errors.New(p.lastWords())
		}
		if first.err != nil {
			return first.err
		}
		hello, ok := first.message.(protocol.Hello)
		if !ok {
			return fmt.Errorf("its first message is a %T", first.message)
		}
		p.hello = hello
		return nil
	}
}

// isEnd says whether an error means that the worker closed its messages, most likely by ending.
func isEnd(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, os.ErrClosed)
}

// idle says whether a worker that has no job is still there and silent.
func (p *process) idle() bool {
	select {
	case <-p.incoming:
		return false
	case <-p.exited:
		return false
	default:
		return true
	}
}

// signal sends a signal; a process that has ended needs none.
func (p *process) signal(signal syscall.Signal) error {
	if err := p.command.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("sending signal %s to worker %d: %w", signal, p.command.Process.Pid, err)
	}
	return nil
}

// end closes the input of a worker that has nothing to do, upon which it ends, or else is killed.
func (p *process) end() error {
	close(p.quit)
	if err := p.stdin.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("closing the input of worker %d: %w", p.command.Process.Pid, err)
	}
	_, err := p.awaitExit()
	return err
}

// abandon kills a worker that cannot be used any more.
func (p *process) abandon() error {
	close(p.quit)
	if err := p.signal(syscall.SIGKILL); err != nil {
		return err
	}
	<-p.exited
	return nil
}

// awaitExit waits for a process that should end by itself, and kills it where it does not.
func (p *process) awaitExit() (killed bool, err error) {
	timeout := time.NewTimer(leaveTime)
	defer timeout.Stop()
	select {
	case <-p.exited:
		return false, nil
	case <-timeout.C:
	}
	err = p.signal(syscall.SIGKILL)
	<-p.exited
	return true, err
}

// death says how a process that has exited ended.
func (p *process) death() string {
	state := p.command.ProcessState
	if state == nil {
		return fmt.Sprintf("ended, and waiting for it failed: %v", p.waited)
	}
	status, ok := state.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() {
		return fmt.Sprintf("exit status %d", state.ExitCode())
	}
	if status.Signal() == syscall.SIGKILL {
		return "killed by SIGKILL (out of memory?)"
	}
	return "killed by signal " + status.Signal().String()
}

// lastWords waits for the end of a worker that closed its messages and says how it came.
func (p *process) lastWords() string {
	killed, err := p.awaitExit()
	if err != nil {
		return err.Error()
	}
	if killed {
		return "protocol: the worker closed its messages without a result"
	}
	death := p.death()
	if state := p.command.ProcessState; state != nil && state.Success() {
		death += " without a result"
	}
	return death
}

// interruptedEarly says whether the terminal's SIGINT ended the process, which could happen only before it
// began to ignore that.
func (p *process) interruptedEarly() bool {
	state := p.command.ProcessState
	if state == nil {
		return false
	}
	status, ok := state.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGINT
}
