package setup

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Without a network nothing is installed or fetched, whoever the user is, and what is missing is said with what to do.
func TestOffline(t *testing.T) {
	for _, test := range []struct {
		name string
		find func(machine *Machine) error
		want string
	}{
		{"libtorch", func(machine *Machine) error {
			_, _, err := find(t.Context(), machine, t.TempDir(), record{})
			return err
		}, "LIBTORCH_USE_PYTORCH=1 ./build"},
		{"compiler", func(machine *Machine) error {
			_, err := findCompiler(t.Context(), machine, t.TempDir())
			return err
		}, "CC=... CXX=... ./build"},
	} {
		t.Run(test.name, func(t *testing.T) {
			calls := filepath.Join(t.TempDir(), "calls")
			called := "echo \"$0 $*\" >> " + calls
			programs(t, map[string]string{"go": "echo g++", "apt-get": called, "sudo": called, "apt-cache": offering})
			machine, _ := testMachine(t, nil)
			machine.UID, machine.Offline = 0, true
			err := test.find(machine)
			var missing *MissingError
			if !errors.As(err, &missing) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want a MissingError with %q", err, test.want)
			}
			if printed, err := os.ReadFile(calls); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("called %q, %v", printed, err)
			}
		})
	}
}

// A reference BLAS is reported, and left as it is.
func TestOfflineLeavesTheBLAS(t *testing.T) {
	programs(t, map[string]string{"apt-get": "exit 1"})
	machine, _ := testMachine(t, nil)
	machine.UID, machine.Offline = 0, true
	l := Libtorch{BLAS: BLAS{Slow: true}}
	if err := improveBLAS(t.Context(), machine, &l); err != nil || !l.BLAS.Slow {
		t.Errorf("got %+v, %v", l.BLAS, err)
	}
}

// The folder EXPERIMENT_GOTCH stands for the module; the proxy is not asked.
func TestRunWithACarriedGotch(t *testing.T) {
	root, environment := fakeClone(t)
	carried := writeSource(t, map[string]string{
		"go.mod":                           "module " + gotchModule + "\n\ngo 1.20\n",
		"LICENSE":                          "free",
		"libtch/lib.go":                    "package libtch\n",
		"libtch/torch_api.h":               "#include <torch/torch.h>\n" + fakeHeader,
		"libtch/torch_api.cpp":             "#include \"torch_api.h\"\n#include \"torch_api_generated.cpp.h\"\n",
		"libtch/torch_api_generated.cpp.h": fakeGenerated,
	})
	t.Setenv("GOPROXY", "off")
	environment["EXPERIMENT_GOTCH"] = carried
	if summary := setUp(t, root, environment); len(summary.Adapted) != 3 {
		t.Errorf("adapted %q", summary.Adapted)
	}
	if text := read(t, carried, "libtch/torch_api_generated.cpp.h"); text != fakeGenerated {
		t.Errorf("what was carried has changed:\n%s", text)
	}
}
