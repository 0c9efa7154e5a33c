// Package upkeep compares what a database says of the files of its runs with what lies in their folder, and mends
// what can be mended without losing anything.
package upkeep

import "experiment/internal/run"

// Kind says what is not as it should be.
type Kind int

// The kinds of problems. Only the first four can be mended, and Unrecorded only where that is asked for.
const (
	Orphan     Kind = iota // the folder of a run that is not recorded, with logs at most
	Unrecorded             // such a folder with results or a checkpoint, as where an older copy of a database was put back
	Leftover               // a file that a process which is gone left, and that is of no use (runner.Leftover)
	Stale                  // an attempt that counts as running, and whose process is gone
	Gone                   // an artefact that is not there
	Changed                // an artefact that is not what it was when it was recorded
	Foreign                // what this program does not make: it is left alone
)

// Problem is one thing that is not as it should be.
type Problem struct {
	Kind   Kind
	Run    run.Key // empty where it belongs to none
	Path   string  // in the folder of files; empty for Stale
	Detail string  // what is wrong with it, for people; may be empty
	Files  int     // of an Orphan or Unrecorded
	Bytes  int64   // of an Orphan, Unrecorded or a Leftover
}

// Mendable says whether Repair can do something about it.
func (p Problem) Mendable() bool { return p.Kind <= Stale }
