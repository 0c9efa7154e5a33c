package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"experiment/internal/protocol"
	"experiment/internal/run"
)

// trial is an attempt that a slot makes: it holds the lock of its run.
type trial struct {
	run     run.Run
	attempt run.Attempt
	began   time.Time // by the monotonic clock, which nobody sets
	lock    *lock
	folder  string
	kind    protocol.Kind // of what it failed by
	crashed bool          // the worker ended by itself
	started bool          // the worker took the job
	early   string        // what the worker printed before it could write to the log
}

// checkpoint returns the path of the file that the run goes on from.
func (t *trial) checkpoint() string { return filepath.Join(t.folder, checkpointName) }

// madeOn takes what a worker says of what it makes the run on; of the devices it does not see all.
func (t *trial) madeOn(p run.Provenance) {
	p.Device = t.attempt.Provenance.Device
	t.attempt.Provenance = p
}

// fail says that the attempt did not finish.
func (t *trial) fail(status run.Status, reason string) {
	t.attempt.Status, t.attempt.Reason = status, reason
	if t.kind == "" {
		t.kind = protocol.Failed
	}
}

// lose says that an attempt has failed because its end was not recorded.
func (t *trial) lose(why error) {
	reason := why.Error()
	if t.attempt.Reason != "" {
		reason = t.attempt.Reason + "; " + reason
	}
	t.fail(run.Failed, reason)
}

// keepEarly puts what a worker said when it could not yet write to the log into it.
func (t *trial) keepEarly(path string) error {
	if t.early == "" {
		return nil
	}
	return os.WriteFile(path, []byte(t.early+"\n"), 0o644)
}

// tail returns the lines of the log at a path that tell most about how an attempt ended. What a worker
// said before it had one is put into it first.
func (t *trial) tail(path string) string {
	if err := t.keepEarly(path); err != nil {
		return t.early
	}
	text, err := readEnd(path)
	if err != nil {
		return fmt.Sprintf("(reading the log: %v)", err)
	}
	if t.crashed {
		if cause, lines := findCrash(text); cause != "" {
			t.attempt.Reason = "crashed: " + cause
			return lines
		}
	}
	if note, rest, _ := strings.Cut(text, "\n"); strings.HasPrefix(note, protocol.SideBySide) { // which says nothing of why it ended
		text = rest
	}
	return lastLines(text)
}
