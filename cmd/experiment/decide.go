package main

import (
	"fmt"

	"experiment/internal/run"
	"experiment/internal/runner"
	"experiment/internal/store"
)

// decide says whether a run in a state is to be trained, and why.
func decide(r run.Run, state store.State, files string, retry bool) (plannedRun, error) {
	planned := plannedRun{Run: r, status: state.Status}
	switch state.Status {
	case "", run.New:
		planned.status, planned.start, planned.why = run.New, true, "was never "+doing([]run.Run{r}, "trained", "computed")
	case run.Finished:
		planned.why, planned.code = "is finished", describeCode(state.Commit, state.Dirty)
		if planned.stale = isStale(planned.code, ownCode()); planned.stale {
			planned.why += ", by other code: commit " + abbreviate(state.Commit)
		}
	case run.Interrupted:
		planned.start, planned.why = true, "was interrupted"+howFar(state, r.Config.Int("train.epochs"))
	case run.Failed, run.Diverged:
		planned.start, planned.why = retry, because(string(state.Status), state.Reason)
		if !retry {
			planned.why += "; --retry-failed trains it again"
		}
	case run.Running:
		owner, held, err := runner.Held(files, r.Key)
		if err != nil {
			return plannedRun{}, err
		}
		if held {
			planned.why = "is being " + doing([]run.Run{r}, "trained", "computed") + " by " + owner
		} else {
			planned.status, planned.start, planned.why = run.Interrupted, true, "lost its process"
		}
	}
	if !planned.start || planned.status == run.New {
		return planned, nil
	}
	kept, err := runner.HasCheckpoint(files, r.Key)
	if kept {
		planned.why += "; has a checkpoint to go on from"
	}
	return planned, err
}

// howFar says in which epoch an attempt was interrupted, as far as that is known, and why.
func howFar(state store.State, epochs int64) string {
	text := ""
	switch {
	case state.Epoch > 0 && epochs > 0:
		text = fmt.Sprintf(" after epoch %d of %d", state.Epoch, epochs)
	case state.Epoch > 0:
		text = fmt.Sprintf(" after epoch %d", state.Epoch)
	}
	return because(text, state.Reason)
}

// because adds a reason where there is one.
func because(what, reason string) string {
	if reason == "" {
		return what
	}
	return what + ": " + reason
}
