package setup

import (
	"bytes"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// testMachine is a machine with an empty file system, a given environment, and a user who may not install anything; the log is kept.
func testMachine(t *testing.T, environment map[string]string) (*Machine, *safeBuffer) {
	t.Helper()
	kept := &safeBuffer{}
	return &Machine{
		Getenv: func(name string) string { return environment[name] },
		Prefix: t.TempDir(),
		UID:    1000,
		Log:    log.New(kept, "", 0),
	}, kept
}

// safeBuffer is a log that several set-ups may write to.
type safeBuffer struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (b *safeBuffer) Write(data []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buffer.Write(data)
}

func (b *safeBuffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buffer.String()
}

// realC10 exports a function of c10 that takes a string; fakeC10 only has the name of one, and compiles ten times as fast.
const (
	realC10 = `#include <string>
namespace c10 { std::string message(const std::string &text) { return text; } }
`
	fakeC10 = `int message() asm("_ZN3c107messageERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE");
int message() { return 0; }
`
)

// sharedLibrary compiles a C++ text to a shared library with the flags given.
func sharedLibrary(t *testing.T, name, source string, flags ...string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "source.cpp")
	if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	arguments := append([]string{"-shared", "-fPIC", "-o", name, file}, flags...)
	if printed, err := exec.Command("g++", arguments...).CombinedOutput(); err != nil {
		t.Fatalf("compiling %s: %v\n%s", name, err, printed)
	}
}

// fakeLibtorch makes a folder that looks like a libtorch of that version.
func fakeLibtorch(t *testing.T, version string) string {
	t.Helper()
	systemCompiler(t)
	parts := strings.Split(version, ".")
	folder := writeSource(t, map[string]string{
		"include/torch/csrc/api/include/torch/version.h": "#define TORCH_VERSION_MAJOR " + parts[0] +
			"\n#define TORCH_VERSION_MINOR " + parts[1] + "\n#define TORCH_VERSION_PATCH " + parts[2] + "\n",
		"include/torch/csrc/api/include/torch/torch.h": "#pragma once\n",
	})
	sharedLibrary(t, filepath.Join(folder, "lib", "libc10.so"), fakeC10)
	sharedLibrary(t, filepath.Join(folder, "lib", "libtorch_cpu.so"), "int minor = "+parts[1]+";\n")
	return folder
}

// write sends data to a client that must take it.
func write(t *testing.T, w io.Writer, data []byte) {
	t.Helper()
	if _, err := w.Write(data); err != nil {
		t.Error(err)
	}
}
