package setup

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// programs puts shell scripts, by name, into a new folder that becomes the whole PATH, but for the shell's own commands in /bin and /usr/bin
// which the scripts call by path.
func programs(t *testing.T, scripts map[string]string) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range scripts {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", folder)
}

// installScript is an apt-get that installs a libtorch by copying it to the machine's /usr, and logs how it was called.
func installScript(libtorch, usr, log string) string {
	return "echo \"$@\" >> " + log + "\ncase \"$1\" in install) /bin/mkdir -p " + usr + " && /bin/cp -r " + libtorch + "/. " + usr + ";; esac"
}

const offering = "echo '  Installed: (none)'; echo '  Candidate: 2.6.0'"

// A PyTorch without headers, as Debian's is, is something that the machine lacks.
func TestPyTorchWithoutHeaders(t *testing.T) {
	programs(t, map[string]string{"python3": "echo " + t.TempDir()})
	machine, _ := testMachine(t, map[string]string{"LIBTORCH_USE_PYTORCH": "1"})
	_, _, err := find(t.Context(), machine, t.TempDir(), record{})
	var missing *MissingError
	if !errors.As(err, &missing) || !strings.Contains(missing.What, "no torch/version.h below") {
		t.Errorf("%v, want a MissingError", err)
	}
}

func TestFindOrder(t *testing.T) {
	named, inPyTorch, system := fakeLibtorch(t, "2.1.0"), fakeLibtorch(t, "2.2.0"), fakeLibtorch(t, "2.3.0")
	earlier := record{Source: sourceFolder, Folder: fakeLibtorch(t, "2.4.0")}
	programs(t, map[string]string{"python3": "echo " + inPyTorch})
	for _, test := range []struct {
		name        string
		environment map[string]string
		earlier     record
		want        string
	}{
		{"LIBTORCH before all", map[string]string{"LIBTORCH": named, "LIBTORCH_USE_PYTORCH": "1"}, earlier, "2.1.0"},
		{"PyTorch where it is asked for", map[string]string{"LIBTORCH_USE_PYTORCH": "1"}, earlier, "2.2.0"},
		{"the choice made earlier", nil, earlier, "2.4.0"},
		{"the system, looked for afresh", map[string]string{"LIBTORCH": "system"}, earlier, "2.3.0"},
		{"the system", nil, record{}, "2.3.0"},
		{"the system, where the earlier choice is gone", nil, record{Source: sourceFolder, Folder: "/nowhere"}, "2.3.0"},
		{"the system now, where it was the system", nil, record{Source: sourceSystem, Folder: named}, "2.3.0"},
	} {
		machine, _ := testMachine(t, test.environment)
		if err := os.Symlink(system, machine.path("/usr")); err != nil {
			t.Fatal(err)
		}
		l, _, err := find(t.Context(), machine, t.TempDir(), test.earlier)
		if err != nil || l.Version != test.want {
			t.Errorf("%s: found %s, %v; want %s", test.name, l.Version, err, test.want)
		}
	}
}

func TestFindExplainsWhatIsMissing(t *testing.T) {
	for _, test := range []struct {
		name        string
		environment map[string]string
		scripts     map[string]string
		want        string
	}{
		{"an empty folder", map[string]string{"LIBTORCH": "/nowhere"}, nil, "include/ and lib/"},
		{"no Python", map[string]string{"LIBTORCH_USE_PYTORCH": "1"}, nil, "pip install torch"},
		{"no PyTorch", map[string]string{"LIBTORCH_USE_PYTORCH": "1"}, map[string]string{"python3": "echo"}, "finds no module torch"},
		{
			"no right to install", nil, map[string]string{"apt-get": "exit 1", "apt-cache": offering, "sudo": "exit 1"},
			"sudo apt-get install libtorch-dev libopenblas0-pthread\n  or LIBTORCH_URL=https://download.pytorch.org/libtorch/cpu/",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			programs(t, test.scripts)
			machine, _ := testMachine(t, test.environment)
			_, _, err := find(t.Context(), machine, t.TempDir(), record{})
			var missing *MissingError
			if !errors.As(err, &missing) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want a MissingError with %q", err, test.want)
			}
		})
	}
}

func TestFindInstalls(t *testing.T) {
	for _, test := range []struct {
		name string
		uid  int
		sudo string
		want string
	}{
		{"as root", 0, "exit 1", "install -y -qq --no-install-recommends libtorch-dev libopenblas0-pthread"},
		{"through sudo", 1000, `shift; [ "$1" = true ] || { shift; shift; "$@"; }`, "install -y -qq --no-install-recommends libtorch-dev libopenblas0-pthread"},
	} {
		t.Run(test.name, func(t *testing.T) {
			libtorch := fakeLibtorch(t, "2.6.0")
			machine, _ := testMachine(t, nil)
			machine.UID = test.uid
			calls := filepath.Join(t.TempDir(), "calls")
			programs(t, map[string]string{
				"apt-get": installScript(libtorch, machine.path("/usr"), calls), "apt-cache": offering, "sudo": test.sudo,
				"dpkg-query": "printf 2.6.0-1",
			})
			l, _, err := find(t.Context(), machine, t.TempDir(), record{})
			if err != nil || l.Version != "2.6.0" || l.Package != "2.6.0-1" || l.Source != sourceSystem {
				t.Errorf("found %+v, %v", l, err)
			}
			got, err := os.ReadFile(calls)
			if err != nil || strings.TrimSpace(string(got)) != test.want {
				t.Errorf("apt-get was called with %q, want %q", got, test.want)
			}
		})
	}
}

// Where apt has no libtorch, package lists are fetched, and then the official archive is the last resort.
func TestFindTurnsToTheOfficialArchive(t *testing.T) {
	machine, log := testMachine(t, nil)
	machine.UID = 0
	calls := filepath.Join(t.TempDir(), "calls")
	programs(t, map[string]string{"apt-get": "echo \"$@\" >> " + calls, "apt-cache": "echo '  Candidate: (none)'"})
	ctx, cancel := context.WithCancel(t.Context())
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, depsFolder), 0o755); err != nil {
		t.Fatal(err)
	}
	machine.Log.SetOutput(writerFunc(func(data []byte) (int, error) {
		if strings.Contains(string(data), "downloading") {
			cancel() // before anything is asked of the real server
		}
		return log.Write(data)
	}))
	if _, _, err := find(ctx, machine, root, record{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the download cancelled", err)
	}
	if !strings.Contains(log.String(), officialArchive(machine).URL) {
		t.Errorf("the log names no official archive:\n%s", log)
	}
	if got, err := os.ReadFile(calls); err != nil || strings.TrimSpace(string(got)) != "update -qq" {
		t.Errorf("apt-get was called with %q, %v; want an update", got, err)
	}
}

// writerFunc is a writer made of a function.
type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(data []byte) (int, error) { return f(data) }

func TestOfficialArchive(t *testing.T) {
	programs(t, nil)
	machine, _ := testMachine(t, nil)
	if got, want := officialArchive(machine).URL, "https://download.pytorch.org/libtorch/cpu/libtorch-cxx11-abi-shared-with-deps-2.6.0%2Bcpu.zip"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if err := os.MkdirAll(machine.path("/proc/driver/nvidia/version"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got, want := officialArchive(machine).URL, "https://download.pytorch.org/libtorch/cu124/libtorch-cxx11-abi-shared-with-deps-2.6.0%2Bcu124.zip"; got != want {
		t.Errorf("with a driver: got %s, want %s", got, want)
	}
}

func TestFindRefusesAPathTheGoCommandCannotTake(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a,b")
	if err := os.Rename(fakeLibtorch(t, "2.6.0"), folder); err != nil {
		t.Fatal(err)
	}
	machine, _ := testMachine(t, map[string]string{"LIBTORCH": folder})
	if _, _, err := find(t.Context(), machine, t.TempDir(), record{}); err == nil || !strings.Contains(err.Error(), "','") {
		t.Errorf("got %v, want an error that names the comma", err)
	}
}
