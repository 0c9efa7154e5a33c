package run

import "time"

// Attempt is one execution of a run: when, on what, how it ended, and what it computed.
type Attempt struct {
	Run        Key
	Number     int // counted from 1 for each run
	Status     Status
	Reason     string    // why it did not finish, for people; empty where it did
	Resumed    int       // the epoch that it went on in from a checkpoint; 0 where it began at the beginning
	Epoch      int       // the last epoch that was completed
	Started    time.Time // UTC
	Ended      time.Time // zero while it is running
	PID        int       // of the worker
	Host       string
	Log        string // path of the log, relative to the folder of artefacts
	Provenance Provenance
	History    []Epoch    // whole, also where it resumed
	Result     Result     // empty unless Finished
	Artefacts  []Artefact // empty unless Finished
}

// Record is what is known of a run: the run itself, its state, and the attempt that decides it, which is
// the one that finished, or else the last one.
type Record struct {
	Run
	Status  Status
	Attempt Attempt // zero where no attempt was made
}
