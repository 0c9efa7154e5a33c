package machine

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEnvironmentKeepsWhatChangesNumerics(t *testing.T) {
	got := environment([]string{"HOME=/root", "OMP_NUM_THREADS=1", "OPENBLAS_CORETYPE=Haswell", "CUDA_VISIBLE_DEVICES=", "PATH=/bin", "COMP_WORDS=x", "NVIDIA_TF32_OVERRIDE=0", "CUBLAS_WORKSPACE_CONFIG=:4096:8", "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2"})
	want := map[string]string{"OMP_NUM_THREADS": "1", "OPENBLAS_CORETYPE": "Haswell", "CUDA_VISIBLE_DEVICES": "", "NVIDIA_TF32_OVERRIDE": "0", "CUBLAS_WORKSPACE_CONFIG": ":4096:8", "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFirstValue(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cpuinfo")
	if err := os.WriteFile(path, []byte("processor\t: 0\nmodel name\t: AMD EPYC 9B14: 96 cores\nmodel name\t: other\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := firstValue(path, "model name", ":"), "AMD EPYC 9B14: 96 cores"; got != want {
		t.Errorf("model name is %q, want %q", got, want)
	}
	if got := firstValue(path, "stepping", ":"); got != "" {
		t.Errorf("a name that does not stand there gives %q", got)
	}
	if got := firstValue(path+".missing", "model name", ":"); got != "" {
		t.Errorf("a missing file gives %q", got)
	}
}

func TestDescribe(t *testing.T) {
	p := Describe()
	if p.Go == "" || p.OS == "" || len(p.Binary) != 64 {
		t.Errorf("Describe() = %+v: Go, OS and the checksum of the program are always known", p)
	}
}
