package run

// Run is a run as a sweep names it.
type Run struct {
	Key    Key
	Label  string // for people: the loss and its parameters, such as "focal γ=3"
	Config Config
}

// Status says how far a run or an attempt is.
type Status string

// The states of a run. A run that no attempt was made of is New; it is Finished for good once one
// attempt finished, and otherwise in the state of its last attempt.
const (
	New         Status = "new"
	Running     Status = "running"
	Finished    Status = "finished"
	Failed      Status = "failed"
	Diverged    Status = "diverged"    // the loss was no longer finite
	Interrupted Status = "interrupted" // stopped by the user or with its parent: not a failure
)

// Statuses lists every state, in the order of a run's life.
var Statuses = [...]Status{New, Running, Finished, Failed, Diverged, Interrupted}
