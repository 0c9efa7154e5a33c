package setup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// content is a file of a size that takes several reads to transfer.
var content = bytes.Repeat([]byte("0123456789abcdef"), 20_000)

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// archiveServer serves content and keeps what it was asked for.
type archiveServer struct {
	tag      string // entity tag; none where empty
	ranges   bool   // whether it honours Range
	breakAt  []int  // the n-th answer ends after that many bytes; -1 and later answers are whole
	asked    []string
	answered int
}

func (s *archiveServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked = append(s.asked, r.Header.Get("Range"))
	if s.tag != "" {
		w.Header().Set("ETag", s.tag)
	}
	if s.answered < len(s.breakAt) && s.breakAt[s.answered] >= 0 {
		w = &breakingWriter{ResponseWriter: w, left: s.breakAt[s.answered]}
	}
	s.answered++
	if !s.ranges {
		r.Header.Del("Range")
	}
	http.ServeContent(w, r, "libtorch.zip", time.Time{}, bytes.NewReader(content))
}

// breakingWriter breaks the connection after some bytes.
type breakingWriter struct {
	http.ResponseWriter
	left int
}

func (w *breakingWriter) Write(data []byte) (int, error) {
	if len(data) <= w.left {
		w.left -= len(data)
		return w.ResponseWriter.Write(data)
	}
	if _, err := w.ResponseWriter.Write(data[:w.left]); err != nil {
		return 0, err
	}
	w.ResponseWriter.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// newDownload is a download of a server's file into a new folder that does not wait between attempts.
func newDownload(t *testing.T, handler http.Handler) download {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return download{
		URL:    server.URL + "/libtorch.zip",
		SHA256: sumOf(content),
		Path:   filepath.Join(t.TempDir(), "libtorch.zip"),
		Wait:   func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
}

// checkFile holds the downloaded file against the content, and nothing must lie beside it.
func checkFile(t *testing.T, d download) {
	t.Helper()
	got, err := os.ReadFile(d.Path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, content) {
		t.Errorf("received %d bytes that are not the %d served", len(got), len(content))
	}
	entries, err := os.ReadDir(filepath.Dir(d.Path))
	if err != nil || len(entries) != 1 {
		t.Errorf("beside the file lies something: %v %v", entries, err)
	}
}

func TestDownload(t *testing.T) {
	for _, test := range []struct {
		name   string
		server archiveServer
		asked  []string
	}{
		{"whole", archiveServer{tag: `"a"`, ranges: true}, []string{""}},
		{"resumed", archiveServer{tag: `"a"`, ranges: true, breakAt: []int{100_000}}, []string{"", "bytes=100000-"}},
		{"resumed twice", archiveServer{tag: `"a"`, ranges: true, breakAt: []int{100_000, 50_000}}, []string{"", "bytes=100000-", "bytes=150000-"}},
		{"server ignores ranges", archiveServer{tag: `"a"`, breakAt: []int{100_000}}, []string{"", "bytes=100000-"}},
		{"nothing vouches for the rest", archiveServer{ranges: true, breakAt: []int{100_000}}, []string{"", ""}},
		{"a weak tag vouches for nothing", archiveServer{tag: `W/"a"`, ranges: true, breakAt: []int{100_000}}, []string{"", ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDownload(t, &test.server)
			last, total := int64(0), int64(0)
			d.Progress = func(done, of int64) { last, total = done, of }
			sum, err := d.fetch(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			checkFile(t, d)
			if sum != d.SHA256 {
				t.Errorf("checksum %s, want %s", sum, d.SHA256)
			}
			if size := int64(len(content)); last != size || total != size {
				t.Errorf("progress ended at %d of %d, want %d", last, total, size)
			}
			if got := strings.Join(test.server.asked, ","); got != strings.Join(test.asked, ",") {
				t.Errorf("asked for the ranges %q, want %q", test.server.asked, test.asked)
			}
		})
	}
}

// A later process goes on where an earlier one stopped, and starts afresh where the file has changed since.
func TestDownloadAcrossProcesses(t *testing.T) {
	for _, test := range []struct{ name, tag, wantRange string }{
		{"the same file", `"a"`, "bytes=300000-"},
		{"another file by now", `"b"`, "bytes=300000-"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := &archiveServer{tag: `"a"`, ranges: true, breakAt: []int{300_000}}
			d := newDownload(t, server)
			d.Wait = func(context.Context, time.Duration) error { return errors.New("stopped") }
			if _, err := d.fetch(t.Context()); err == nil {
				t.Fatal("a broken transfer gave no error")
			}
			server.tag = test.tag
			if test.tag != `"a"` {
				// What lies here is of the old file; had it been kept, the checksum would not hold.
				if err := os.WriteFile(d.part(), make([]byte, 300_000), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := d.fetch(t.Context()); err != nil {
				t.Fatal(err)
			}
			checkFile(t, d)
			if got := server.asked[1]; got != test.wantRange {
				t.Errorf("asked for %q, want %q", got, test.wantRange)
			}
		})
	}
}

// A process killed between the last byte and the check of the file does not transfer it again.
func TestDownloadOfWhatIsComplete(t *testing.T) {
	server := &archiveServer{tag: `"a"`, ranges: true}
	d := newDownload(t, server)
	if err := os.WriteFile(d.part(), content, 0o644); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`{"url": %q, "validator": "\"a\""}`, d.URL)
	if err := os.WriteFile(d.part()+".json", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := d.fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkFile(t, d)
	if len(server.asked) != 1 {
		t.Errorf("asked %d times, want 1", len(server.asked))
	}
}

func TestDownloadWithoutChecksum(t *testing.T) {
	d := newDownload(t, &archiveServer{})
	d.SHA256 = ""
	sum, err := d.fetch(t.Context())
	if err != nil || sum != sumOf(content) {
		t.Errorf("got %s and %v, want the checksum of what was received", sum, err)
	}
}

func TestDownloadFailures(t *testing.T) {
	always := make([]int, 100)
	for _, test := range []struct {
		name     string
		handler  http.Handler
		checksum string
		want     string
	}{
		{"wrong checksum", &archiveServer{}, strings.Repeat("0", 64), "SHA-256 is " + sumOf(content) + ", expected 000"},
		{"not found", http.NotFoundHandler(), "", "404 Not Found"},
		{"always truncated", &archiveServer{breakAt: always}, "", "giving up after 6 attempts"},
		{"always failing", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }), "", "503 Service Unavailable"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDownload(t, test.handler)
			d.SHA256 = test.checksum
			_, err := d.fetch(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
			if exists(d.Path) {
				t.Error("the file has its name although it is not what was wanted")
			}
			if test.checksum != "" && exists(d.part()) {
				t.Error("what does not have the checksum was kept")
			}
		})
	}
}

// A server that stops sending does not hold the set-up for ever.
func TestDownloadThatStandsStill(t *testing.T) {
	done := make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		write(t, w, []byte("some"))
		w.(http.Flusher).Flush()
		<-done
	})
	d := newDownload(t, handler)
	t.Cleanup(func() { close(done) })
	d.Idle = 20 * time.Millisecond
	if _, err := d.fetch(t.Context()); !errors.Is(err, errIdle) {
		t.Errorf("got %v, want %v", err, errIdle)
	}
}
