package main

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"

	"experiment/internal/run"
)

// epochs is how long a run trains.
const epochs = 30

// logName is the name of a run's log in its folder.
const logName = "attempt-1.log"

// model makes up the numbers of a run, each drawn from its key.
type model struct {
	random *rand.Rand
	error  float64 // of the test split
	gap    float64 // confidence less accuracy, before anything is calibrated
}

func modelOf(r run.Run) model {
	h := fnv.New64a()
	h.Write([]byte(r.Key))
	random := rand.New(rand.NewPCG(h.Sum64(), 1))
	c := r.Config
	width, decay := math.Log2(float64(c.Int("model.width"))), c.Float("optimizer.weight_decay")
	distance := math.Log(c.Float("optimizer.lr") / 0.05)
	gap := 0.03
	switch c.Text("loss.name") {
	case "label_smoothing":
		gap -= 0.5 * c.Float("loss.epsilon")
	case "focal":
		gap -= 0.015 * c.Float("loss.gamma")
	case "entropy_regularised":
		gap -= 0.05 * c.Float("loss.gamma")
	}
	return model{
		random: random,
		error:  0.08 - 0.006*width + 0.004*distance*distance + 0.002*random.NormFloat64(),
		gap:    gap - 5*decay + 0.002*random.NormFloat64(),
	}
}

// noise returns a factor about 1.
func (m model) noise(spread float64) float64 { return math.Exp(spread * m.random.NormFloat64()) }

// attemptOf returns the only attempt of a run, whole.
func attemptOf(r run.Run) run.Attempt {
	m := modelOf(r)
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(m.random.IntN(1e9)) * time.Millisecond)
	seconds := 19 * m.noise(0.1)
	a := run.Attempt{
		Run: r.Key, Status: run.Finished, Epoch: epochs, Started: start, Ended: start.Add(time.Duration(seconds * float64(time.Second))),
		PID: 20000 + m.random.IntN(10000), Host: "generated", Log: string(r.Key) + "/" + logName,
		Provenance: provenanceOf(m), History: m.history(epochs),
	}
	if as, reason, fails := m.failure(); fails {
		a.Status, a.Reason, a.Epoch = as, reason, 1+m.random.IntN(epochs-1)
		a.History = a.History[:a.Epoch]
		return a
	}
	a.Result = run.Result{Metrics: m.metrics(), Reliability: m.curves(), Histograms: m.histograms(), Seconds: seconds}
	a.Artefacts = m.artefacts()
	return a
}

// failure says of one run in a hundred why it did not finish.
func (m model) failure() (as run.Status, reason string, fails bool) {
	switch m.random.IntN(400) {
	case 0, 1:
		return run.Failed, "the worker was killed by signal 9 (killed)", true
	case 2:
		return run.Diverged, "the training loss is NaN in epoch 7", true
	case 3:
		return run.Interrupted, "stopped by SIGTERM", true
	}
	return "", "", false
}

func provenanceOf(m model) run.Provenance {
	return run.Provenance{
		Commit: "7dfff131ee23902a962ea7d830ddb525e5406261", Binary: "1d75f3b41cca48189e8177e6cda5f880217fafd4c70ddf6f3a4c1027a15526b9",
		Go: "go1.26.8", Gotch: "v0.9.1", Libtorch: "1.13.0", CPUCapability: "AVX2",
		BLAS: "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Haswell MAX_THREADS=64", BLASCore: "Haswell", Threads: 1,
		OS: "Debian GNU/Linux 12 (bookworm), linux/amd64", CPU: "AMD EPYC", Device: "cpu",
		DataChecksum: "d0a3eec1f5a454401d758fdbf15b9b0163a7034963586d671960c180b97e2c1a",
		Environment: map[string]string{
			"MKL_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_L2_SIZE": "512", "OPENBLAS_NUM_THREADS": "1",
		},
		Host: "generated", PeakMemory: 386101248 + 4096*int64(m.random.IntN(2000)),
	}
}

// artefacts lists the files of validation and test logits and labels.
func (m model) artefacts() []run.Artefact {
	var list []run.Artefact
	for _, f := range []struct {
		kind  string
		bytes int64
	}{{"test-labels", 80128}, {"test-logits", 400128}, {"validation-labels", 16128}, {"validation-logits", 80128}} {
		sum := ""
		for range 4 {
			sum += fmt.Sprintf("%016x", m.random.Uint64())
		}
		list = append(list, run.Artefact{Kind: f.kind, Path: f.kind + ".npy", SHA256: sum, Bytes: f.bytes})
	}
	return list
}
