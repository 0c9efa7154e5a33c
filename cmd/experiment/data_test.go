package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A fetch that is stopped by a signal keeps what has arrived, and says so.
func TestFetchStopped(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("ETag", `"a"`)
				w.Header().Set("Content-Length", "2000")
				fmt.Fprint(w, strings.Repeat("a", 1000))
				w.(http.Flusher).Flush()
				<-r.Context().Done()
			}))
			t.Cleanup(server.Close)
			folder := t.TempDir()
			command := inFolder(folder, "data", "fetch", "mnist", "--data-dir", "data", "--url", server.URL)
			var complaint strings.Builder
			command.Stderr = &complaint
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			part := filepath.Join(folder, "data", "mnist", "train-images-idx3-ubyte.gz.part")
			arrived := func() bool {
				info, err := os.Stat(part)
				return err == nil && info.Size() == 1000
			}
			eventually(t, "half of the file has arrived", arrived)
			if err := command.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			err := command.Wait()
			if got := command.ProcessState.ExitCode(); got != 128+int(signal) {
				t.Errorf("exit status %d (%v), want %d", got, err, 128+int(signal))
			}
			if text := complaint.String(); !strings.Contains(text, "stopped by "+signal.String()) || !strings.Contains(text, "hint: repeat the command to go on") {
				t.Errorf("stderr does not say what happened:\n%s", text)
			}
			if !arrived() {
				t.Error("what had arrived is gone")
			}
		})
	}
}

func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{
		"data": "data", "/home/a/b-c_d.e": "/home/a/b-c_d.e", "my data": "'my data'", "it's": `'it'\''s'`, "$HOME": "'$HOME'",
	} {
		if got := quoted(word); got != want {
			t.Errorf("%s is quoted as %s, want %s", word, got, want)
		}
	}
}
