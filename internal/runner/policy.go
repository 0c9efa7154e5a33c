package runner

import (
	"fmt"
	"time"

	"experiment/internal/run"
)

// Where the first earlyFailures runs fail within earlyTime and none succeeds, the rest would most likely
// fail too.
const (
	earlyFailures = 3
	earlyTime     = time.Minute
)

// policy decides whether to go on after failures. A run that diverged counts as one where the user set a
// limit; it is no sign by itself that everything else would fail.
type policy struct {
	failFast    bool
	maxFailures int

	finished, failed, diverged int
}

// ended counts a run that ended so long after the first began, and returns why nothing more is to be started, nil to
// go on.
func (p *policy) ended(status run.Status, after time.Duration) error {
	switch status {
	case run.Finished:
		p.finished++
		return nil
	case run.Failed:
		p.failed++
	case run.Diverged:
		p.diverged++
	default:
		return nil
	}
	bad := p.failed + p.diverged
	switch {
	case p.failFast:
		return &PolicyError{"a run failed"}
	case p.maxFailures > 0 && bad >= p.maxFailures:
		return &PolicyError{fmt.Sprintf("%d runs failed", bad)}
	case p.maxFailures == 0 && p.failed == earlyFailures && p.failed == bad && p.finished == 0 && after <= earlyTime:
		return &PolicyError{fmt.Sprintf("the first %d runs all failed within a minute", earlyFailures)}
	}
	return nil
}
