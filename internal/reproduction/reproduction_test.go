package reproduction_test

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"experiment/internal/reproduction"
	"experiment/internal/run"
)

// recorded returns an attempt with a value of every kind.
func recorded() run.Attempt {
	return run.Attempt{
		Status:  run.Finished,
		History: []run.Epoch{{Number: 1, Metrics: []run.EpochMetric{{Split: run.Train, Name: "loss", Value: 2.25}}}},
		Result: run.Result{
			Seconds: 3,
			Metrics: []run.Metric{
				{Split: run.Test, Calibration: run.Uncalibrated, Name: "nll", Value: 0.125},
				{Split: run.Test, Calibration: run.TemperatureScale, Name: "mce", Value: run.Number(math.NaN())},
			},
			Reliability: []run.Reliability{{Split: run.Test, Calibration: run.Uncalibrated, Bins: []run.Bin{{Upper: 1, Count: 7, Confidence: 0.5, Accuracy: 0.25}}}},
			Histograms: []run.Histogram{{
				Split: run.Test, Calibration: run.TemperatureScale, Quantity: run.Entropy, Outcome: run.Wrong, Upper: 2.25, Counts: []float64{3, 4},
			}},
		},
		Artefacts: []run.Artefact{{Kind: "test-logits", Path: "test-logits.npy", SHA256: "aa", Bytes: 6}},
		Provenance: run.Provenance{
			Steps:  run.OneByOne,
			Commit: "c1", Binary: "b1", Go: "go1", Gotch: "v1", Libtorch: "2.1", LibtorchBuild: "l1", CPUCapability: "AVX2", BLAS: "OpenBLAS", BLASCore: "Haswell",
			Replicas: 1, Threads: 1, OS: "linux", CPU: "EPYC", Device: "cuda:0", DeviceName: "H100", Driver: "550", DataChecksum: "d1",
			Environment: map[string]string{"OMP_NUM_THREADS": "1", "MKL_CBWR": "AVX2"}, Host: "here", PeakMemory: 1, DeviceMemory: 1,
		},
	}
}

func TestTheSameIsIdentical(t *testing.T) {
	again := recorded()
	again.Result.Seconds, again.Number, again.Provenance.Host, again.Provenance.PeakMemory, again.Provenance.DeviceMemory = 9, 4, "there", 2, 2
	again.Provenance.Device = "cuda:1"
	again.Provenance.Environment = map[string]string{"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "1", "MKL_CBWR": "AVX2"}
	c := reproduction.Compare(recorded(), again)
	if c.Verdict() != reproduction.Identical || c.Numbers != 12 || c.Files != 1 || c.Added != 0 || len(c.Provenance) != 0 {
		t.Errorf("%+v", c)
	}
}

// Every value that differs by its last digit is found, and named.
func TestEveryValueIsCompared(t *testing.T) {
	for name, change := range map[string]func(*run.Attempt){
		"test nll":                                    func(a *run.Attempt) { a.Result.Metrics[0].Value = run.Number(math.Nextafter(0.125, 1)) },
		"test mce, temperature":                       func(a *run.Attempt) { a.Result.Metrics[1].Value = 0 },
		"test bin 1 count":                            func(a *run.Attempt) { a.Result.Reliability[0].Bins[0].Count++ },
		"test bin 1 confidence":                       func(a *run.Attempt) { a.Result.Reliability[0].Bins[0].Confidence = 0.5 + 1e-15 },
		"test bin 1 accuracy":                         func(a *run.Attempt) { a.Result.Reliability[0].Bins[0].Accuracy = 0 },
		"test bin 1 lower":                            func(a *run.Attempt) { a.Result.Reliability[0].Bins[0].Lower = 1e-300 },
		"test bin 1 upper":                            func(a *run.Attempt) { a.Result.Reliability[0].Bins[0].Upper = 2 },
		"test bin 2 entropy wrong count, temperature": func(a *run.Attempt) { a.Result.Histograms[0].Counts[1] = 5 },
		"test entropy wrong lower, temperature":       func(a *run.Attempt) { a.Result.Histograms[0].Lower = -1 },
		"test entropy wrong upper, temperature":       func(a *run.Attempt) { a.Result.Histograms[0].Upper = math.Nextafter(2.25, 3) },
		"epoch 1 train loss":                          func(a *run.Attempt) { a.History[0].Metrics[0].Value = 2.5 },
		"test-logits.npy":                             func(a *run.Attempt) { a.Artefacts[0].SHA256 = "ab" },
	} {
		again := recorded()
		change(&again)
		c := reproduction.Compare(recorded(), again)
		if len(c.Differences) != 1 || c.Differences[0].String() != name || c.Verdict() != reproduction.Different {
			t.Errorf("%s: %s, %+v", name, c.Verdict(), c.Differences)
		}
		again.Provenance.Commit = "c2"
		if c := reproduction.Compare(recorded(), again); c.Verdict() != reproduction.Elsewhere {
			t.Errorf("%s, of another commit: %s", name, c.Verdict())
		}
	}
}

// Bit for bit means that a zero with a sign is another number, and that what is undefined is one number, whatever its bits.
func TestNumbersAreComparedByTheirBits(t *testing.T) {
	for _, c := range []struct {
		before, after float64
		verdict       reproduction.Verdict
	}{
		{0, 0, reproduction.Identical},
		{math.Copysign(0, -1), math.Copysign(0, -1), reproduction.Identical},
		{0, math.Copysign(0, -1), reproduction.Different},
		{math.NaN(), math.Float64frombits(math.Float64bits(math.NaN()) ^ 1<<63), reproduction.Identical},
		{math.Inf(1), math.Inf(1), reproduction.Identical},
		{math.Inf(1), math.Inf(-1), reproduction.Different},
	} {
		before, after := recorded(), recorded()
		before.Result.Metrics[0].Value, after.Result.Metrics[0].Value = run.Number(c.before), run.Number(c.after)
		if got := reproduction.Compare(before, after).Verdict(); got != c.verdict {
			t.Errorf("%v and then %v are %s", c.before, c.after, got)
		}
	}
}

// A database gives back a zero without its sign: a number that is -0 both times is no difference.
func TestKeeperKeepsWhatADatabaseKeeps(t *testing.T) {
	negative := math.Copysign(0, -1)
	before, after := recorded(), recorded()
	for a, zero := range map[*run.Attempt]float64{&before: 0, &after: negative} {
		a.Run = "ab"
		a.Result.Metrics[0].Value, a.History[0].Metrics[0].Value = run.Number(zero), run.Number(zero)
		a.Result.Reliability[0].Bins[0] = run.Bin{Lower: zero, Upper: zero, Confidence: zero, Accuracy: zero}
	}
	if n := len(reproduction.Compare(before, after).Differences); n != 6 {
		t.Fatalf("%d differences, want 6", n)
	}
	var keeper reproduction.Keeper
	if err := keeper.End(t.Context(), after); err != nil {
		t.Fatal(err)
	}
	kept, ok := keeper.Attempt("ab")
	if c := reproduction.Compare(before, kept); !ok || c.Verdict() != reproduction.Identical {
		t.Errorf("%+v", c.Differences)
	}
}

func TestByHowMuch(t *testing.T) {
	again := recorded()
	again.Result.Metrics[0].Value = 0.375
	again.History = nil
	c := reproduction.Compare(recorded(), again)
	if len(c.Differences) != 2 || c.Differences[0].By() != 0.25 {
		t.Fatalf("%+v", c.Differences)
	}
	if gone := c.Differences[1]; gone.Again != nil || !math.IsNaN(gone.By()) {
		t.Errorf("a number that did not come out again: %+v, by %v", gone, gone.By())
	}
}

// A metric that a newer program measures besides is counted, and no difference.
func TestWhatCameLaterIsNoDifference(t *testing.T) {
	again := recorded()
	again.Result.Metrics = append(again.Result.Metrics, run.Metric{Split: run.Test, Calibration: run.Uncalibrated, Name: "ece", Value: 1})
	again.Artefacts = append(again.Artefacts, run.Artefact{Path: "train-logits.npy", SHA256: "ac"})
	if c := reproduction.Compare(recorded(), again); c.Verdict() != reproduction.Identical || c.Added != 2 || c.Numbers != 12 || c.Files != 1 {
		t.Errorf("%+v", c)
	}
}

// notCompared are the fields of the provenance that say nothing about digits.
var notCompared = []string{"Host", "Replicas", "PeakMemory", "DeviceMemory"}

// Every field of the provenance is compared where both sides know it; a field that older records lack is no
// difference, whichever side lacks it.
func TestEveryFactOfTheProvenanceIsCompared(t *testing.T) {
	fields := reflect.TypeFor[run.Provenance]()
	for i := range fields.NumField() {
		field := fields.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		again := recorded()
		value := reflect.ValueOf(&again.Provenance).Elem().Field(i)
		switch value.Kind() {
		case reflect.String:
			value.SetString("other")
		case reflect.Map:
			again.Provenance.Environment, name = map[string]string{"MKL_CBWR": "AVX512"}, "MKL_CBWR"
		case reflect.Slice:
			value.Set(reflect.ValueOf([]run.Key{"ab", "cd"}))
		default:
			value.SetInt(2)
		}
		facts := reproduction.Compare(recorded(), again).Provenance
		switch {
		case slices.Contains(notCompared, field.Name):
			if len(facts) != 0 {
				t.Errorf("%s is compared: %v", field.Name, facts)
			}
			continue
		case field.Name == "Dirty":
			name = "commit"
		}
		if len(facts) != 1 || facts[0].Name != name {
			t.Errorf("another %s gives %v", field.Name, facts)
		}
		if field.Name == "Group" { // a record without is one of a run alone, unless it lacks Replicas too
			continue
		}
		lacking := recorded()
		reflect.ValueOf(&lacking.Provenance).Elem().Field(i).SetZero()
		for _, facts := range [][]reproduction.Fact{
			reproduction.Compare(lacking, recorded()).Provenance, reproduction.Compare(recorded(), lacking).Provenance,
		} {
			if len(facts) != 0 {
				t.Errorf("a record that lacks %s differs: %v", field.Name, facts)
			}
		}
	}
}

func TestOldRecordsDifferInNothingTheyLack(t *testing.T) {
	var old run.Attempt
	if err := json.Unmarshal([]byte(`{"commit": "unknown", "libtorch": "2.1", "threads": 1, "device": "cpu"}`), &old.Provenance); err != nil {
		t.Fatal(err)
	}
	again := recorded()
	again.Provenance.Device = "cpu"
	if facts := reproduction.Compare(old, again).Provenance; len(facts) != 0 {
		t.Errorf("%v", facts)
	}
}

func TestVariableThatWasNotSet(t *testing.T) {
	again := recorded()
	again.Provenance.Environment = map[string]string{"OPENBLAS_CORETYPE": "Zen"}
	facts := reproduction.Compare(recorded(), again).Provenance
	want := []reproduction.Fact{{Name: "MKL_CBWR", Recorded: "AVX2"}, {Name: "OPENBLAS_CORETYPE", Again: "Zen"}}
	if !reflect.DeepEqual(facts, want) {
		t.Errorf("%v, want %v", facts, want)
	}
}
