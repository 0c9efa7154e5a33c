package run

// How an accelerator makes the steps of a training.
const (
	OneByOne = "one operation by one"
	Replayed = "replayed as a CUDA graph"
)

// Provenance is what an attempt ran on: everything that may change the digits of a result without being
// intended, so that two results can be told apart. Empty means unknown.
type Provenance struct {
	Commit        string            `json:"commit"`          // of the source the worker was built from
	Dirty         string            `json:"dirty"`           // hash of what was not committed, empty if nothing
	Binary        string            `json:"binary"`          // SHA-256 of the worker's program file
	Go            string            `json:"go"`              // version
	Gotch         string            `json:"gotch"`           // version
	Libtorch      string            `json:"libtorch"`        // version
	LibtorchBuild string            `json:"libtorch_build"`  // build id of its library or, where it has none, hash of its own account
	CPUCapability string            `json:"cpu_capability"`  // of the CPU kernels libtorch chose, such as AVX512
	BLAS          string            `json:"blas"`            // name, version and build
	BLASCore      string            `json:"blas_core"`       // kernels in use, such as SkylakeX
	Threads       int               `json:"threads"`         // of libtorch
	Replicas      int               `json:"replicas"`        // trained in lockstep, the run itself included
	Group         []Key             `json:"group,omitempty"` // those replicas in their order, where digits depend on them
	OS            string            `json:"os"`              // operating system and architecture
	CPU           string            `json:"cpu"`             // model
	Device        string            `json:"device"`          // "cpu" or "cuda:0"
	DeviceName    string            `json:"device_name"`     // of the accelerator
	Steps         string            `json:"steps,omitempty"` // how the accelerator made them: Replayed or OneByOne
	Driver        string            `json:"driver"`          // of the accelerator
	DataChecksum  string            `json:"data_checksum"`   // SHA-256 over the data the run read
	Environment   map[string]string `json:"environment"`     // variables that change numerics, where set
	Host          string            `json:"host"`
	PeakMemory    int64             `json:"peak_memory"`   // resident bytes of the worker
	DeviceMemory  int64             `json:"device_memory"` // bytes of the accelerator in use at the end, by all processes on it
}
