package checkpoint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"experiment/internal/run"
)

// Match says why a run does not get the same bits by going on from a checkpoint as by starting over, or nil
// where it does: the run, its data, the program and everything that may change a digit are to be the same. The
// host's name and the memory in use change none.
func (c Checkpoint) Match(key run.Key, now run.Provenance) error {
	if c.Key != key {
		return fmt.Errorf("it is one of run %s", c.Key.Short())
	}
	was := c.Provenance
	for _, fact := range []struct{ name, was, now string }{
		{"checksum of the data", was.DataChecksum, now.DataChecksum},
		{"commit", was.Commit, now.Commit},
		{"hash of the changes", was.Dirty, now.Dirty},
		{"worker program", was.Binary, now.Binary},
		{"version of Go", was.Go, now.Go},
		{"gotch", was.Gotch, now.Gotch},
		{"libtorch", was.Libtorch, now.Libtorch},
		{"build of libtorch", was.LibtorchBuild, now.LibtorchBuild},
		{"kind of kernels", was.CPUCapability, now.CPUCapability},
		{"BLAS", was.BLAS, now.BLAS},
		{"BLAS core", was.BLASCore, now.BLASCore},
		{"number of threads", fmt.Sprint(was.Threads), fmt.Sprint(now.Threads)},
		{"group", keysOf(was.Group), keysOf(now.Group)},
		{"operating system", was.OS, now.OS},
		{"processor", was.CPU, now.CPU},
		{"device", was.Device, now.Device},
		{"name of the device", was.DeviceName, now.DeviceName},
		{"driver", was.Driver, now.Driver},
	} {
		if fact.was != fact.now {
			return differ(fact.name, fact.was, fact.now)
		}
	}
	names := slices.Collect(maps.Keys(was.Environment))
	names = slices.AppendSeq(names, maps.Keys(now.Environment))
	slices.Sort(names)
	for _, name := range names {
		if name == "CUDA_VISIBLE_DEVICES" && now.DeviceName != "" { // which of several devices of one name
			continue
		}
		if was.Environment[name] != now.Environment[name] {
			return differ(name, was.Environment[name], now.Environment[name])
		}
	}
	return nil
}

// keysOf names runs for people.
func keysOf(group []run.Key) string {
	short := make([]string, len(group))
	for i, key := range group {
		short[i] = key.Short()
	}
	return strings.Join(short, ", ")
}

func differ(name, was, now string) error {
	return fmt.Errorf("it was made with another %s: %q, now %q", name, was, now)
}
