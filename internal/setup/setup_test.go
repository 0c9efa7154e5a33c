package setup

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// fakeClone is a clone of the project that requires a fake gotch, served from a folder, and a machine with a fake libtorch.
func fakeClone(t *testing.T) (root string, environment map[string]string) {
	t.Helper()
	libtorch := fakeLibtorch(t, "2.6.0")
	proxy := t.TempDir()
	versions := filepath.Join(proxy, gotchModule, "@v")
	module := "module " + gotchModule + "\n\ngo 1.20\n"
	files := map[string]string{
		"go.mod":                           module,
		"LICENSE":                          "free",
		"nn/left-out.go":                   "package nn\n",
		"libtch/lib.go":                    "package libtch\n\n// #cgo LDFLAGS: -lcudart\nimport \"C\"\n",
		"libtch/torch_api.h":               "#include <torch/torch.h>\n" + fakeHeader,
		"libtch/torch_api.cpp":             "#include \"torch_api.h\"\n#include \"torch_api_generated.cpp.h\"\n",
		"libtch/torch_api_generated.cpp.h": fakeGenerated,
	}
	served := writeSource(t, map[string]string{"list": "v0.9.1\n", "v0.9.1.info": `{"Version": "v0.9.1"}`, "v0.9.1.mod": module})
	archive, err := os.Create(filepath.Join(served, "v0.9.1.zip"))
	if err != nil {
		t.Fatal(err)
	}
	writer := zip.NewWriter(archive)
	for name, text := range files {
		entry, err := writer.Create(gotchModule + "@v0.9.1/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entry.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(versions), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(served, versions); err != nil {
		t.Fatal(err)
	}
	cache := t.TempDir()
	for name, value := range map[string]string{
		"GOPROXY": "file://" + proxy, "GONOSUMDB": "*", "GOFLAGS": "", "GOWORK": "off", "GONOPROXY": "none", "GOMODCACHE": cache,
	} {
		t.Setenv(name, value)
	}
	t.Cleanup(func() { makeWritable(t, cache) })
	root = writeSource(t, map[string]string{
		"go.mod": "module experiment\n\ngo 1.24.0\n\nrequire (\n\t" + gotchModule + " v0.9.1 // indirect\n)\n",
	})
	return root, map[string]string{"LIBTORCH": libtorch}
}

// makeWritable undoes the protection of a module cache, so that it can be removed.
func makeWritable(t *testing.T, folder string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			err = os.Chmod(path, 0o755)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// setUp runs a set-up that must succeed and says whether there was something to do.
func setUp(t *testing.T, root string, environment map[string]string) *Summary {
	t.Helper()
	machine, _ := testMachine(t, environment)
	summary, err := Run(t.Context(), machine, root)
	if err != nil {
		t.Fatal(err)
	}
	return summary
}

// read is the text of a file of the clone.
func read(t *testing.T, root, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRunSetsUp(t *testing.T) {
	root, environment := fakeClone(t)
	summary := setUp(t, root, environment)
	if !summary.Fresh || summary.Gotch != "v0.9.1" || len(summary.Adapted) != 3 {
		t.Errorf("first: %+v", summary)
	}
	for name, want := range map[string]string{
		".deps/gotch/libtch/lib.go":                    "-Wl,-rpath," + environment["LIBTORCH"] + "/lib",
		".deps/gotch/libtch/torch_api_generated.cpp.h": "not available",
		".deps/gotch/go.mod":                           "module " + gotchModule,
		"internal/torch/flags.go":                      "-DEXPERIMENT_LIBTORCH=2.6.0_" + summary.Libtorch.Fingerprint,
		"go.work":                                      "replace " + gotchModule + " => ./.deps/gotch",
		".deps/setup.json":                             `"adapter": 1`,
	} {
		if text := read(t, root, name); !strings.Contains(text, want) {
			t.Errorf("%s has no %q:\n%s", name, want, text)
		}
	}
	if exists(filepath.Join(root, ".deps/gotch/nn")) {
		t.Error("copied more of gotch than is used")
	}

	stamp, err := os.Stat(stampPath(root))
	if err != nil {
		t.Fatal(err)
	}
	if again := setUp(t, root, environment); again.Fresh || len(again.Adapted) != 3 {
		t.Errorf("again: %+v, want nothing to do", again)
	}
	if after, err := os.Stat(stampPath(root)); err != nil || !after.ModTime().Equal(stamp.ModTime()) {
		t.Error("a set-up with nothing to do wrote a stamp")
	}
}

// What was made of other inputs, or damaged, or left half-done by a set-up that was killed, is made again.
func TestRunRenews(t *testing.T) {
	root, environment := fakeClone(t)
	setUp(t, root, environment)
	another := fakeLibtorch(t, "2.5.1")
	remove := func(name string) func(*testing.T) {
		return func(t *testing.T) {
			if err := os.RemoveAll(filepath.Join(root, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	write := func(name, text string) func(*testing.T) {
		return func(t *testing.T) {
			if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, test := range []struct {
		name  string
		spoil func(*testing.T)
	}{
		{"no stamp", remove(".deps/setup.json")},
		{"half a stamp", write(".deps/setup.json", `{"inputs": {`)},
		{"no copy", remove(".deps/gotch")},
		{"a damaged copy", write(".deps/gotch/libtch/torch_api.cpp", "")},
		{"no go.work", remove("go.work")},
		{"no flags", remove("internal/torch/flags.go")},
		{"other flags", write("internal/torch/flags.go", "package torch\n")},
		{"another libtorch", func(t *testing.T) { environment["LIBTORCH"] = another }},
		{"other libraries", func(t *testing.T) {
			sharedLibrary(t, filepath.Join(environment["LIBTORCH"], "lib", "libtorch_cpu.so"), "int changed;\n")
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.spoil(t)
			if !setUp(t, root, environment).Fresh {
				t.Error("nothing was made again")
			}
			if setUp(t, root, environment).Fresh {
				t.Error("what was made again is not whole")
			}
		})
	}
	leftover := filepath.Join(root, depsFolder, "gotch-1.tmp")
	if err := os.Mkdir(leftover, 0o755); err != nil {
		t.Fatal(err)
	}
	if setUp(t, root, environment); exists(leftover) {
		t.Error("what a killed set-up left is still there")
	}
}

// A clone that is moved, with a libtorch inside it or not, needs nothing but the go command to build again.
func TestRunInAMovedClone(t *testing.T) {
	root, environment := fakeClone(t)
	inside := filepath.Join(root, depsFolder, "libtorch-2.6.0")
	if err := os.MkdirAll(filepath.Dir(inside), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(environment["LIBTORCH"], inside); err != nil {
		t.Fatal(err)
	}
	environment["LIBTORCH"] = inside
	setUp(t, root, environment)
	for _, name := range []string{".deps/gotch/libtch/lib.go", ".deps/setup.json", "internal/torch/flags.go", "go.work"} {
		if strings.Contains(read(t, root, name), root) {
			t.Errorf("%s holds the folder of the clone", name)
		}
	}
	moved := filepath.Join(t.TempDir(), "a moved clone")
	if err := os.Rename(root, moved); err != nil {
		t.Fatal(err)
	}
	summary := setUp(t, moved, nil)
	if want := filepath.Join(moved, depsFolder, "libtorch-2.6.0"); summary.Fresh || summary.Libtorch.Folder != want {
		t.Errorf("fresh %t, libtorch in %s; want nothing to do and %s", summary.Fresh, summary.Libtorch.Folder, want)
	}
}

// Of several set-ups at once, one does the work and the others wait for it.
func TestRunTwiceAtOnce(t *testing.T) {
	root, environment := fakeClone(t)
	var group sync.WaitGroup
	var mutex sync.Mutex
	fresh := 0
	for range 3 {
		machine, _ := testMachine(t, environment)
		group.Add(1)
		go func() {
			defer group.Done()
			summary, err := Run(t.Context(), machine, root)
			if err != nil {
				t.Error(err)
				return
			}
			mutex.Lock()
			defer mutex.Unlock()
			if summary.Fresh {
				fresh++
			}
		}()
	}
	group.Wait()
	if fresh != 1 {
		t.Errorf("%d set-ups did the work, want 1", fresh)
	}
}

func TestRunKeepsAWorkspaceOfTheUsers(t *testing.T) {
	root, environment := fakeClone(t)
	file := filepath.Join(root, workspaceFile)
	own := "go 1.24.0\n\nuse .\n\nuse ../other\n"
	if err := os.WriteFile(file, []byte(own), 0o644); err != nil {
		t.Fatal(err)
	}
	machine, _ := testMachine(t, environment)
	if _, err := Run(t.Context(), machine, root); err == nil || !strings.Contains(err.Error(), "replace "+gotchModule) {
		t.Errorf("got %v, want an error with the line to add", err)
	}
	own += "\nreplace " + gotchModule + " => ./.deps/gotch\n"
	if err := os.WriteFile(file, []byte(own), 0o644); err != nil {
		t.Fatal(err)
	}
	if setUp(t, root, environment); read(t, root, workspaceFile) != own {
		t.Error("the user's go.work was changed")
	}
}

func TestRunInAFolderThatIsNoClone(t *testing.T) {
	root := writeSource(t, map[string]string{"go.mod": "module experiment\n"})
	machine, _ := testMachine(t, map[string]string{"LIBTORCH": fakeLibtorch(t, "2.6.0")})
	if _, err := Run(t.Context(), machine, root); err == nil || !strings.Contains(err.Error(), "go.mod does not require") {
		t.Errorf("got %v", err)
	}
}
