package runner

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"experiment/internal/protocol"
	"experiment/internal/run"
)

// Files in the folder of a run that always have one name.
const (
	lockName       = "lock"       // it is locked while the run is made
	checkpointName = "checkpoint" // what the run goes on from when its process is gone
)

// logFile matches the names that createLog gives.
var logFile = regexp.MustCompile(`^attempt-[0-9]+\.log$`)

// temporarySuffix matches what sets the names of files that are not whole yet apart: .test-logits.npy.123456789 becomes
// test-logits.npy.
var temporarySuffix = regexp.MustCompile(`\.[0-9]+$`)

// isTemporary says whether a file has the name that one of a run has until it is written to its end.
func isTemporary(name string) bool {
	hidden, prefixed := strings.CutPrefix(name, protocol.TemporaryPrefix)
	suffix := temporarySuffix.FindString(hidden)
	whole := strings.TrimSuffix(hidden, suffix)
	return prefixed && suffix != "" && (whole == checkpointName || run.IsArtefactFile(whole))
}

// RunFile says whether an entry of the folder of a run is one that making it leaves.
func RunFile(entry fs.DirEntry) bool {
	name := entry.Name()
	return entry.Type().IsRegular() && (name == lockName || logFile.MatchString(name) || isTemporary(name)) || Precious(entry)
}

// Precious says whether an entry of the folder of a run is what computing it was for: an artefact, or the checkpoint
// that it can go on from.
func Precious(entry fs.DirEntry) bool {
	return entry.Type().IsRegular() && (entry.Name() == checkpointName || run.IsArtefactFile(entry.Name()))
}

// Leftover says why an entry of the folder of a run that no process makes is of no use to anybody, and nothing
// where it may be of some. A run is done where nothing is to go on from its checkpoint.
func Leftover(entry fs.DirEntry, done bool) (why string) {
	switch {
	case !entry.Type().IsRegular():
	case isTemporary(entry.Name()):
		return "it was not written to its end"
	case done && entry.Name() == checkpointName:
		return "it is the checkpoint of a run that is done"
	}
	return ""
}

// Done says whether a run in a state leaves nothing to go on from.
func Done(status run.Status) bool { return status == run.Finished || status == run.Diverged }

// HasCheckpoint says whether a run has left a checkpoint, which may yet turn out to be damaged or of another program.
func HasCheckpoint(files string, key run.Key) (bool, error) {
	info, err := os.Lstat(filepath.Join(files, string(key), checkpointName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("looking for the checkpoint of run %s: %w", key.Short(), err)
	}
	return info.Mode().IsRegular(), nil
}
