package classification

import (
	"errors"
	"slices"
	"time"

	"experiment/internal/run"
	"experiment/pipelines/train"
)

// State is a run under way between two steps, as it is kept to go on when its process is gone.
type State struct {
	Seconds  float64     // of training so far, in all processes: its share, where it was trained with others
	History  []run.Epoch // of the epochs that are completed
	Training train.State
}

// Keeper keeps the states of the runs of a group.
type Keeper interface {
	// Load returns the state that each run is to go on from, the zero State for one that is absent, or nil where they start at the
	// beginning. The data that they read has this checksum.
	Load(dataChecksum string) []State
	// Resume is told whether the group goes on from the states that were loaded: not where err says why they do
	// not fit it. An error that it returns ends the training.
	Resume(states []State, err error) error
	// Due says whether the states are to be kept before the next step.
	Due() bool
	// Keep takes the state of each run, the zero State of one that diverged or is absent. What it cannot keep is its own affair.
	Keep(states []State)
}

// course is what a group has behind it.
type course struct {
	keeper    Keeper // may be nil
	observer  Observer
	spent     []float64     // seconds of each replica until the last lap, also in earlier processes
	lapped    time.Time     // when that was
	histories [][]run.Epoch // of each replica
	lost      []error       // of each replica that has left the group a train.DivergedError or errAbsent, else nil
}

func newCourse(keeper Keeper, observer Observer, group []run.Config) *course {
	c := &course{
		keeper: keeper, observer: observer, lapped: time.Now(),
		spent: make([]float64, len(group)), histories: make([][]run.Epoch, len(group)),
		lost: make([]error, len(group)),
	}
	for replica, config := range group {
		if !present(config) {
			c.lost[replica] = errAbsent
		}
	}
	return c
}

// standIn returns the replica whose settings and state take the place of those of the absent.
func (c *course) standIn() int { return slices.Index(c.lost, nil) }

// seconds returns the time that training a replica took: its share of the time of the group, and what it took in
// earlier processes.
func (c *course) seconds(replica int) float64 {
	c.lap()
	return c.spent[replica]
}

// lap divides the time since the last lap among the replicas in the group.
func (c *course) lap() {
	now := time.Now()
	in := 0
	for _, lost := range c.lost {
		if lost == nil {
			in++
		}
	}
	for replica, lost := range c.lost {
		if lost == nil {
			c.spent[replica] += now.Sub(c.lapped).Seconds() / float64(in)
		}
	}
	c.lapped = now
}

// resume lets the training go on from where the keeper says that it was left, if it does.
func (c *course) resume(problem *train.Problem, dataChecksum string) error {
	if c.keeper == nil {
		return nil
	}
	problem.Keeper = c
	states := c.keeper.Load(dataChecksum)
	if states == nil {
		return nil
	}
	start := make([]train.State, len(states))
	for replica, state := range states {
		start[replica] = state.Training
		if c.lost[replica] != nil {
			start[replica] = states[c.standIn()].Training
		}
	}
	misfit := problem.Fits(start)
	if err := c.keeper.Resume(states, misfit); err != nil || misfit != nil {
		return err
	}
	problem.Start = start
	for replica, state := range states {
		if c.lost[replica] != nil {
			continue
		}
		c.spent[replica] += state.Seconds
		c.histories[replica] = state.History
		for _, epoch := range state.History {
			if err := c.observer.Epoch(replica, epoch); err != nil {
				return err
			}
		}
	}
	return nil
}

// diverged takes a replica out of the group. Its error is that of a group which has none left.
func (c *course) diverged(e *train.DivergedError) error {
	if c.lost[e.Replica] == nil {
		c.lap()
		c.lost[e.Replica] = e
		if err := c.observer.Diverged(e.Replica, e); err != nil {
			return err
		}
	}
	if slices.Contains(c.lost, nil) {
		return nil
	}
	return errors.Join(slices.DeleteFunc(slices.Clone(c.lost), func(err error) bool { return errors.Is(err, errAbsent) })...)
}

// unlessDiverged returns an error, but for one of a replica that leaves others in the group.
func (c *course) unlessDiverged(err error) error {
	var diverged *train.DivergedError
	if errors.As(err, &diverged) {
		return c.diverged(diverged)
	}
	return err
}

// completed takes what was measured of each replica in the group at the end of an epoch.
func (c *course) completed(epochs []run.Epoch) error {
	for replica, epoch := range epochs {
		if c.lost[replica] == nil {
			c.histories[replica] = append(c.histories[replica], epoch)
		}
	}
	for replica, epoch := range epochs {
		if c.lost[replica] != nil {
			continue
		}
		if err := c.observer.Epoch(replica, epoch); err != nil {
			return err
		}
	}
	return nil
}

// Due implements train.Keeper.
func (c *course) Due() bool { return c.keeper.Due() }

// Keep implements train.Keeper.
func (c *course) Keep(states []train.State) {
	all := make([]State, len(states))
	for replica, state := range states {
		if c.lost[replica] != nil {
			continue
		}
		all[replica] = State{Seconds: c.seconds(replica), History: c.histories[replica], Training: state}
	}
	c.keeper.Keep(all)
}
