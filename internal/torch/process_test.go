package torch

import (
	"strings"
	"testing"
)

func TestParseDevice(t *testing.T) {
	for text, want := range map[string]Device{"cpu": CPU, "cuda": cuda(0), "cuda:0": cuda(0), "cuda:7": cuda(7)} {
		got, err := ParseDevice(text)
		if err != nil || got != want {
			t.Errorf("%q is %v, %v, want %v", text, got, err, want)
		}
		if again, err := ParseDevice(got.String()); err != nil || again != got {
			t.Errorf("%v reads back as %v, %v", got, again, err)
		}
	}
	for _, text := range []string{"", "CPU", "gpu", "cpu:0", "cuda:", "cuda:-1", "cuda:01", "cuda:+1", "cuda:128", "cuda:1:2", " cuda"} {
		if got, err := ParseDevice(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}

func TestMissingGPU(t *testing.T) {
	if cudaDevices() > 0 {
		t.Skip("there is a GPU")
	}
	if err := Do(func(s *Scope) error { s.Zeros(Float32, cuda(0), 2); return nil }); err == nil {
		t.Error("no error for a tensor on a GPU that is not there")
	}
}

func TestSettings(t *testing.T) {
	before := ReadInfo()
	t.Cleanup(func() {
		if err := SetThreads(before.Threads); err != nil {
			t.Error(err)
		}
	})
	if err := SetThreads(0); err == nil {
		t.Error("no threads at all were accepted")
	}
	err := Do(func(*Scope) error {
		for _, n := range []int{2, 1} {
			if err := SetThreads(n); err != nil {
				return err
			}
			info := ReadInfo()
			if info.Threads != n || info.BLAS.Name == "OpenBLAS" && info.BLAS.Threads != n {
				t.Errorf("%d threads set, libtorch has %d, OpenBLAS %d", n, info.Threads, info.BLAS.Threads)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	for _, on := range []bool{true, false} {
		if err := SetDeterministic(on); err != nil {
			t.Error(err)
		}
		if err := SetTF32(on); err != nil {
			t.Error(err)
		}
	}
}

func TestInfo(t *testing.T) {
	info := ReadInfo()
	if parts := strings.Split(info.Version, "."); len(parts) < 3 {
		t.Errorf("libtorch's version is %q", info.Version)
	}
	if info.Threads < 1 || info.CUDADevices != cudaDevices() || info.Parallel == "" {
		t.Errorf("info is %+v", info)
	}
	if info.BLAS.Name == "OpenBLAS" && (info.BLAS.Core == "" || !strings.Contains(info.BLAS.Config, "OpenBLAS")) {
		t.Errorf("BLAS is %+v", info.BLAS)
	}
	if len(info.Build) < 16 || !strings.Contains(info.Config, "PyTorch") || info.Capability == "" {
		t.Errorf("its build is %q, its kernels are for %q, and it says\n%s", info.Build, info.Capability, info.Config)
	}
	t.Logf("%+v", info)
}

func TestConfigNamesKernelsAndBuild(t *testing.T) {
	const config = "PyTorch built with:\n  - GCC 12.2\n  - CPU capability usage: AVX512\n  - Build settings: BLAS_INFO=open\n"
	if got := capability(config); got != "AVX512" {
		t.Errorf("kernels are for %q", got)
	}
	if got := capability("PyTorch built with:\n  - GCC 12.2\n"); got != "" {
		t.Errorf("kernels nothing is said of are for %q", got)
	}
	one, other := hashConfig(config), hashConfig(strings.Replace(config, "AVX512", "AVX2", 1))
	if len(one) != 40 || one != other {
		t.Errorf("one build has the hashes %s and %s on two processors", one, other)
	}
	if hashConfig(strings.Replace(config, "GCC 12", "GCC 13", 1)) == one {
		t.Error("two builds have one hash")
	}
}

func TestBLASName(t *testing.T) {
	for _, test := range []struct {
		openBLAS, mkl bool
		path, want    string
	}{
		{true, false, "/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3", "OpenBLAS"},
		{false, true, "/opt/libtorch/lib/libtorch_cpu.so", "MKL"},
		{false, false, "/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0", "reference"},
		{false, false, "/usr/lib/x86_64-linux-gnu/blis-openmp/libblas.so.4", "unknown"},
		{false, false, "", "unknown"},
	} {
		if got := blasName(test.openBLAS, test.mkl, test.path); got != test.want {
			t.Errorf("%+v is called %q", test, got)
		}
	}
}
