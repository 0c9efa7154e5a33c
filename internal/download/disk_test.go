package download

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// A fetch that is stopped keeps what has arrived.
func TestStopped(t *testing.T) {
	stopped, stop := context.WithCancel(t.Context())
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"a"`)
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		w.Write(content[:100_000])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	f := newFile(t, handler, &archiveServer{})
	f.Progress = func(done, _ int64) {
		if done == 100_000 {
			stop()
		}
	}
	if _, err := f.Fetch(stopped); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want %v", err, context.Canceled)
	}
	part, err := os.ReadFile(f.part())
	if err != nil || !bytes.Equal(part, content[:100_000]) {
		t.Errorf("kept %d bytes (%v), want 100000", len(part), err)
	}
}

// A full disk is no reason to ask another server, and what has arrived is kept.
func TestFullDisk(t *testing.T) {
	folder := t.TempDir()
	if err := exec.Command("mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", folder).Run(); err != nil {
		t.Skipf("mounting a small disk is not allowed here: %v", err)
	}
	t.Cleanup(func() {
		if err := exec.Command("umount", folder).Run(); err != nil {
			t.Error(err)
		}
	})
	second := &archiveServer{}
	f := newFile(t, &archiveServer{tag: `"a"`, ranges: true}, second)
	f.Path = filepath.Join(folder, "file")
	_, err := f.Fetch(t.Context())
	if !errors.Is(err, syscall.ENOSPC) || len(second.asked) != 0 {
		t.Errorf("got %v, and the second server was asked %d times", err, len(second.asked))
	}
	if info, err := os.Stat(f.part()); err != nil || info.Size() < 100_000 {
		t.Errorf("the part: %v %v", info, err)
	}
}

func TestKeep(t *testing.T) {
	f := newFile(t, &archiveServer{})
	f.Keep = true
	for i, want := range []string{".old", ".old2", ".old3"} {
		text := fmt.Sprint("mine ", i)
		if err := os.WriteFile(f.Path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		received, err := f.Fetch(t.Context())
		if err != nil || received.Aside != f.Path+want {
			t.Fatalf("%+v %v, want it aside at %s", received, err, f.Path+want)
		}
		if got, err := os.ReadFile(received.Aside); err != nil || string(got) != text {
			t.Errorf("put aside %q %v, want %q", got, err, text)
		}
	}
}
