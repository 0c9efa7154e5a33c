package setup

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// systemCompiler is the machine's g++, without which a test is skipped.
func systemCompiler(t *testing.T) compiler {
	t.Helper()
	if _, err := exec.LookPath("g++"); err != nil {
		t.Skip("there is no g++ on this machine")
	}
	version, err := output(t.Context(), "", "g++", "--version")
	if err != nil {
		t.Fatal(err)
	}
	return compiler{Command: []string{"g++"}, Version: version}
}

// writeSource writes files, by name, into a new folder.
func writeSource(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

const fakeHeader = `#include <stdexcept>
#include <string>
#include <tuple>
extern "C" {
typedef void *tensor;
inline std::string last_error;
#define PROTECT(x) try { x } catch (const std::exception &e) { last_error = e.what(); }
`

const fakeGenerated = `
void atg_present(tensor *out, tensor self) {
  PROTECT(out[0] = self;)
}
void atg_missing(tensor *out, tensor self) {
  PROTECT(out[0] = lib::missing(self);)
}
tensor *atg_too_many() {
  PROTECT(
    auto outputs = std::tuple<int, int>(1, 2);
    return (tensor *)(long)std::get<2>(outputs);
  )
  return nullptr;
}
double atg_number(tensor self) { PROTECT(return self.number;) return 0; }
}
`

const fakeMain = `
#include <cstdio>
int main() {
  tensor t = nullptr;
  atg_present(&t, &t);
  if (t != &t || !last_error.empty()) return 1;
  atg_missing(&t, &t);
  if (last_error != "atg_missing: not available in this libtorch") return 2;
  if (atg_number(t) != 0 || last_error != "atg_number: not available in this libtorch") return 3;
  if (atg_too_many() != nullptr || last_error != "atg_too_many: not available in this libtorch") return 4;
}
`

func TestAdaptReplacesWhatDoesNotCompile(t *testing.T) {
	c := systemCompiler(t)
	folder := writeSource(t, map[string]string{
		"torch_api.h":               fakeHeader,
		"torch_api.cpp":             "#include \"torch_api.h\"\n#include \"torch_api_generated.cpp.h\"\n",
		"torch_api_generated.cpp.h": fakeGenerated,
		"main.cpp":                  "#include \"torch_api.cpp\"\n" + fakeMain,
	})
	got, err := adapt(t.Context(), c, folder, []string{"-std=c++17"})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"atg_missing", "atg_number", "atg_too_many"}; !slices.Equal(got, want) {
		t.Fatalf("replaced %v, want %v", got, want)
	}
	program := filepath.Join(folder, "main")
	if printed, err := exec.Command("g++", "-std=c++17", "-o", program, filepath.Join(folder, "main.cpp")).CombinedOutput(); err != nil {
		t.Fatalf("compiling what was adapted: %v\n%s", err, printed)
	}
	if err := exec.Command(program).Run(); err != nil {
		t.Errorf("the adapted functions do not behave: %v", err)
	}
}

func TestAdaptRefusesWhatItCannotReplace(t *testing.T) {
	c := systemCompiler(t)
	for name, source := range map[string]string{
		"an error outside functions": "#include \"torch_api.h\"\n}\nunknown x;\n",
		"an error in a helper":       "#include \"torch_api.h\"\n}\nint helper() { return unknown; }\n",
		"an error in a signature":    "#include \"torch_api.h\"\nvoid atg_f(unknown x) { }\n}\n",
		"a header that is not there": "#include \"nowhere.h\"\n",
		"a block that is not closed": "#include \"torch_api.h\"\n",
	} {
		folder := writeSource(t, map[string]string{"torch_api.h": fakeHeader, "torch_api.cpp": source})
		_, err := adapt(context.Background(), c, folder, []string{"-std=c++17"})
		if err == nil || !strings.Contains(err.Error(), "error:") {
			t.Errorf("%s: got error %v, want one with the compiler's lines", name, err)
		}
	}
}

func TestAdaptReportsACompilerThatCannotRun(t *testing.T) {
	folder := writeSource(t, map[string]string{"torch_api.cpp": ""})
	if _, err := adapt(t.Context(), compiler{Command: []string{"no-such-compiler"}}, folder, nil); err == nil {
		t.Error("no error without a compiler")
	}
	killed := filepath.Join(writeSource(t, map[string]string{"cc": "#!/bin/sh\necho 'internal error' >&2\nkill -9 $$\n"}), "cc")
	if err := os.Chmod(killed, 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := adapt(t.Context(), compiler{Command: []string{killed}}, folder, nil)
	if err == nil || !strings.Contains(err.Error(), "internal error") {
		t.Errorf("a compiler that died gives %v, want what it printed", err)
	}
}
