package runner

import (
	"path/filepath"
	"regexp"
)

// checkpointFile is what a run under way goes on from.
const checkpointFile = "checkpoint"

// logFile matches the names that createLog gives.
var logFile = regexp.MustCompile(`^attempt-[0-9]+\.log$`)

// temporaryFile matches the names of files that are renamed once they are whole: .test-logits.npy.123456789
var temporaryFile = regexp.MustCompile(`^\..+\.[0-9]+$`)

// RunFile says whether a file of that name in the folder of a run is one that running it leaves.
func RunFile(name string) bool {
	return name == lockName || name == checkpointFile || logFile.MatchString(name) || filepath.Ext(name) == ".npy" || TemporaryFile(name)
}

// TemporaryFile says whether a file of that name has not been written to its end, and is of no use once who writes
// it is gone.
func TemporaryFile(name string) bool { return temporaryFile.MatchString(name) }
