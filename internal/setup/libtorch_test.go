package setup

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestInspectReadsTheABI(t *testing.T) {
	machine, _ := testMachine(t, nil)
	folder := fakeLibtorch(t, "2.1.3")
	for flag, want := range map[string]bool{"-D_GLIBCXX_USE_CXX11_ABI=1": true, "-D_GLIBCXX_USE_CXX11_ABI=0": false} {
		sharedLibrary(t, filepath.Join(folder, "lib", "libc10.so"), realC10, flag)
		l, err := inspect(machine, sourceFolder, folder)
		if err != nil {
			t.Fatal(err)
		}
		if l.CXX11ABI != want || l.Version != "2.1.3" || l.CUDA {
			t.Errorf("compiled with %s: found %+v", flag, l)
		}
	}
}

func TestInspectFindsCUDA(t *testing.T) {
	machine, _ := testMachine(t, nil)
	folder := fakeLibtorch(t, "2.6.0")
	sharedLibrary(t, filepath.Join(folder, "lib", "libtorch_cuda.so"), "int cuda;\n")
	l, err := inspect(machine, sourceFolder, folder)
	if err != nil || !l.CUDA {
		t.Fatalf("found %+v, %v", l, err)
	}
	flags := strings.Join(l.linkerFlags(), " ")
	if !strings.Contains(flags, "-Wl,--no-as-needed -ltorch_cuda -lc10_cuda") || !strings.Contains(flags, "-Wl,-rpath,"+l.Library) {
		t.Errorf("linked with %s", flags)
	}
}

// The fingerprint stays with a libtorch that is moved, and changes with its libraries and headers.
func TestFingerprint(t *testing.T) {
	machine, _ := testMachine(t, nil)
	fingerprint := func(folder string) string {
		t.Helper()
		l, err := inspect(machine, sourceFolder, folder)
		if err != nil {
			t.Fatal(err)
		}
		return l.Fingerprint
	}
	folder := fakeLibtorch(t, "2.6.0")
	first := fingerprint(folder)
	moved := filepath.Join(t.TempDir(), "moved")
	if err := os.Rename(folder, moved); err != nil {
		t.Fatal(err)
	}
	if got := fingerprint(moved); got != first {
		t.Errorf("moved: %s, want %s as before", got, first)
	}
	sharedLibrary(t, filepath.Join(moved, "lib", "libtorch_cpu.so"), "int another;\n", "-Wl,--build-id=none")
	second := fingerprint(moved)
	sharedLibrary(t, filepath.Join(moved, "lib", "libtorch_cpu.so"), "int anothes;\n", "-Wl,--build-id=none")
	third := fingerprint(moved)
	if second == first || third == second {
		t.Errorf("libraries changed, and the fingerprints are %s, %s, %s", first, second, third)
	}
}

func TestInspectRefuses(t *testing.T) {
	machine, _ := testMachine(t, nil)
	whole := fakeLibtorch(t, "2.6.0")
	for name, spoil := range map[string]func(folder string) error{
		"nothing there": os.RemoveAll,
		"no libraries":  func(folder string) error { return os.RemoveAll(filepath.Join(folder, "lib")) },
		"a library that is none": func(folder string) error {
			return os.WriteFile(filepath.Join(folder, "lib", "libc10.so"), []byte("text"), 0o644)
		},
		"a header without a version": func(folder string) error {
			return os.WriteFile(filepath.Join(folder, "include/torch/csrc/api/include/torch/version.h"), []byte("#define X 1\n"), 0o644)
		},
	} {
		folder := filepath.Join(t.TempDir(), "libtorch")
		if err := copyTree(whole, folder); err != nil {
			t.Fatal(err)
		}
		if err := spoil(folder); err != nil {
			t.Fatal(err)
		}
		if _, err := inspect(machine, sourceFolder, folder); err == nil || !strings.Contains(err.Error(), folder) && !strings.Contains(err.Error(), "libc10.so") {
			t.Errorf("%s: got %v, want an error that names the place", name, err)
		}
	}
}

func TestBLAS(t *testing.T) {
	for path, want := range map[string]BLAS{
		"/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3": {Name: "OpenBLAS (pthread)"},
		"/usr/lib/x86_64-linux-gnu/openblas-openmp/libblas.so.3":  {Name: "OpenBLAS (openmp)"},
		"/usr/lib64/libopenblas.so.0":                             {Name: "OpenBLAS"},
		"/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0":        {Name: "reference BLAS", Slow: true},
		"/usr/lib/x86_64-linux-gnu/libmkl_rt.so":                  {Name: "MKL"},
		"/usr/lib/x86_64-linux-gnu/atlas/libblas.so.3":            {Name: "ATLAS"},
		"/opt/other/libblas.so.3":                                 {Name: "unknown"},
	} {
		want.Path = path
		if got := nameBLAS(path); got != want {
			t.Errorf("%s is %+v, want %+v", path, got, want)
		}
	}
}

// A system's libtorch takes the BLAS its administrator chose, behind two links.
func TestBLASOfTheSystem(t *testing.T) {
	machine, _ := testMachine(t, nil)
	systemCompiler(t)
	folder := filepath.Join("/usr/lib", triplet(runtime.GOARCH))
	library := machine.path(filepath.Join(folder, "blas", "libblas.so.3.11.0"))
	sharedLibrary(t, library, "int dgemm;\n", "-Wl,-soname,libblas.so.3")
	sharedLibrary(t, filepath.Join(machine.path(folder), "libtorch_cpu.so"), "int cpu;\n", "-Wl,--no-as-needed", library)
	for link, target := range map[string]string{
		machine.path("/etc/alternatives/libblas.so.3"):      library,
		machine.path(filepath.Join(folder, "libblas.so.3")): machine.path("/etc/alternatives/libblas.so.3"),
	} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(link), 0o755), os.Symlink(target, link)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := findBLAS(machine, machine.path(folder))
	if err != nil || got.Name != "reference BLAS" || !got.Slow {
		t.Errorf("found %+v, %v; want the reference BLAS", got, err)
	}
}
