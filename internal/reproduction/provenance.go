package reproduction

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"experiment/internal/run"
)

// Fact is a part of the provenance that is not what it was.
type Fact struct {
	Name     string // of the field as in JSON, or of an environment variable
	Recorded string
	Again    string
}

// unknown is what a program that was built without a stamp says of its commit.
const unknown = "unknown"

// elsewhereRecorded names variables of the environment that say what other fields say better: the number of
// threads, and which of several accelerators.
var elsewhereRecorded = []string{"CUDA_VISIBLE_DEVICES", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}

// Facts lists what may change digits and is not the same. What is not known of one of the two, such as a field that
// older records lack, is no difference. The host and the memory it took are none either.
func Facts(recorded, again run.Provenance) []Fact {
	var facts []Fact
	for _, f := range []Fact{
		{"commit", commitOf(recorded), commitOf(again)},
		{"binary", recorded.Binary, again.Binary},
		{"go", recorded.Go, again.Go},
		{"gotch", recorded.Gotch, again.Gotch},
		{"libtorch", recorded.Libtorch, again.Libtorch},
		{"libtorch_build", recorded.LibtorchBuild, again.LibtorchBuild},
		{"cpu_capability", recorded.CPUCapability, again.CPUCapability},
		{"blas", recorded.BLAS, again.BLAS},
		{"blas_core", recorded.BLASCore, again.BLASCore},
		{"threads", threadsOf(recorded), threadsOf(again)},
		{"group", groupOf(recorded), groupOf(again)},
		{"os", recorded.OS, again.OS},
		{"cpu", recorded.CPU, again.CPU},
		{"device", deviceOf(recorded), deviceOf(again)},
		{"device_name", recorded.DeviceName, again.DeviceName},
		{"steps", recorded.Steps, again.Steps},
		{"driver", recorded.Driver, again.Driver},
		{"data_checksum", recorded.DataChecksum, again.DataChecksum},
	} {
		if f.Recorded != "" && f.Again != "" && f.Recorded != f.Again {
			facts = append(facts, f)
		}
	}
	return append(facts, compareEnvironment(recorded.Environment, again.Environment)...)
}

// commitOf returns the commit and, where not everything was committed, the hash of the rest.
func commitOf(p run.Provenance) string {
	switch {
	case p.Commit == "" || p.Commit == unknown:
		return ""
	case p.Dirty == "":
		return p.Commit
	}
	return p.Commit + " with changes " + p.Dirty
}

func threadsOf(p run.Provenance) string {
	if p.Threads == 0 {
		return ""
	}
	return fmt.Sprint(p.Threads)
}

// groupOf names the runs that a run was trained in lockstep with, where its digits depend on them.
func groupOf(p run.Provenance) string {
	switch {
	case len(p.Group) > 0:
		keys := make([]string, len(p.Group))
		for i, key := range p.Group {
			keys[i] = key.Short()
		}
		return strings.Join(keys, ", ")
	case p.Replicas > 0:
		return "none"
	}
	return "" // not known of an older record
}

// deviceOf returns the kind of a device: accelerators of one model give the same digits.
func deviceOf(p run.Provenance) string {
	kind, _, _ := strings.Cut(p.Device, ":")
	return kind
}

// compareEnvironment compares variables; one that is not set is "". A map that is nil was not recorded.
func compareEnvironment(recorded, again map[string]string) []Fact {
	if recorded == nil || again == nil {
		return nil
	}
	names := slices.Concat(slices.Collect(maps.Keys(recorded)), slices.Collect(maps.Keys(again)))
	slices.Sort(names)
	var facts []Fact
	for _, name := range slices.Compact(names) {
		if !slices.Contains(elsewhereRecorded, name) && recorded[name] != again[name] {
			facts = append(facts, Fact{name, recorded[name], again[name]})
		}
	}
	return facts
}
