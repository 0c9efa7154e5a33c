package setup

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// zipOf packs files, by name, into an archive. A name that ends in a slash is a folder, a text that starts with "-> " a symbolic link.
func zipOf(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	writer := zip.NewWriter(&out)
	for name, text := range files {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate}
		header.SetMode(0o644)
		if target, link := strings.CutPrefix(text, "-> "); link {
			header.SetMode(fs.ModeSymlink | 0o777)
			text = target
		}
		entry, err := writer.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			continue
		}
		if _, err := entry.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestUnzip(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "a.zip")
	if err := os.WriteFile(file, zipOf(t, map[string]string{"a/": "", "a/b/c.txt": "content", "d": ""}), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := unzip(file, filepath.Join(folder, "out")); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(folder, "out", "a", "b", "c.txt"))
	if err != nil || string(got) != "content" {
		t.Errorf("extracted %q, %v", got, err)
	}
}

func TestUnzipRefuses(t *testing.T) {
	whole := zipOf(t, map[string]string{"a": strings.Repeat("content", 100)})
	damaged := bytes.Clone(whole)
	damaged[40] ^= 0xff
	for name, data := range map[string][]byte{
		"a way out":               zipOf(t, map[string]string{"good": "x", "../evil": "x"}),
		"a way out in the middle": zipOf(t, map[string]string{"good": "x", "a/../../evil": "x"}),
		"an absolute path":        zipOf(t, map[string]string{"good": "x", "/tmp/evil": "x"}),
		"a symbolic link":         zipOf(t, map[string]string{"good": "x", "link": "-> /etc"}),
		"half an archive":         whole[:len(whole)/2],
		"a damaged entry":         damaged,
		"no archive":              []byte("<html>"),
	} {
		folder := t.TempDir()
		file := filepath.Join(folder, "a.zip")
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := unzip(file, filepath.Join(folder, "out")); err == nil {
			t.Errorf("%s: no error", name)
		}
		if exists(filepath.Join(folder, "evil")) || exists(filepath.Join(folder, "out", "good")) {
			t.Errorf("%s: something was written all the same", name)
		}
	}
}

// zippedLibtorch packs a fake libtorch as the official archives are packed.
func zippedLibtorch(t *testing.T, version string) []byte {
	t.Helper()
	files := map[string]string{}
	folder := fakeLibtorch(t, version)
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		inside, _ := strings.CutPrefix(path, folder)
		files["libtorch"+inside] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return zipOf(t, files)
}

func TestFindDownloadUnpacksOnce(t *testing.T) {
	data := zippedLibtorch(t, "2.6.0")
	served := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		served++
		write(t, w, data)
	}))
	defer server.Close()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, depsFolder), 0o755); err != nil {
		t.Fatal(err)
	}
	machine, log := testMachine(t, map[string]string{"LIBTORCH_URL": server.URL})
	for range 2 {
		l, _, err := find(t.Context(), machine, root, record{})
		if err != nil {
			t.Fatal(err)
		}
		if want := filepath.Join(root, depsFolder, "libtorch-2.6.0"); l.Folder != want || l.Version != "2.6.0" {
			t.Errorf("found %s in %s, want 2.6.0 in %s", l.Version, l.Folder, want)
		}
	}
	if served != 1 {
		t.Errorf("downloaded %d times, want once", served)
	}
	if !strings.Contains(log.String(), "LIBTORCH_SHA256="+sumOf(data)) {
		t.Errorf("without a checksum the log does not say how to pin what was received:\n%s", log)
	}
	entries, err := os.ReadDir(filepath.Join(root, depsFolder))
	if err != nil || len(entries) != 1 {
		t.Errorf("left more than the libtorch: %v %v", entries, err)
	}

	// Another checksum asks for another archive, and what was unpacked stays.
	machine, _ = testMachine(t, map[string]string{"LIBTORCH_URL": server.URL, "LIBTORCH_SHA256": strings.Repeat("1", 64)})
	if _, _, err := find(t.Context(), machine, root, record{}); err == nil || !strings.Contains(err.Error(), "SHA-256") {
		t.Errorf("a wrong checksum gives %v", err)
	}
	if !exists(filepath.Join(root, depsFolder, "libtorch-2.6.0")) {
		t.Error("a failed download removed the libtorch that was there")
	}
}

func TestFindDownloadOfSomethingElse(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		write(t, w, zipOf(t, map[string]string{"readme.txt": "hello"}))
	}))
	defer server.Close()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, depsFolder), 0o755); err != nil {
		t.Fatal(err)
	}
	machine, _ := testMachine(t, map[string]string{"LIBTORCH_URL": server.URL})
	_, _, err := find(t.Context(), machine, root, record{})
	if err == nil || !strings.Contains(err.Error(), "no libtorch/include") {
		t.Errorf("an archive of something else gives %v", err)
	}
}

// sumOf is the SHA-256 of data in hexadecimal.
func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
