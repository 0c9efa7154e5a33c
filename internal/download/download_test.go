package download

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
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

// newFile is a server's file to fetch into a new folder, without waiting between attempts.
func newFile(t *testing.T, handlers ...http.Handler) File {
	t.Helper()
	f := File{
		Path:  filepath.Join(t.TempDir(), "libtorch.zip"),
		Check: SHA256(sumOf(content)),
		Wait:  func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
	for _, handler := range handlers {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		f.URLs = append(f.URLs, server.URL+"/libtorch.zip")
	}
	return f
}

// checkFile holds the file against the content, and nothing must lie beside it.
func checkFile(t *testing.T, f File) {
	t.Helper()
	got, err := os.ReadFile(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, content) {
		t.Errorf("received %d bytes that are not the %d served", len(got), len(content))
	}
	entries, err := os.ReadDir(filepath.Dir(f.Path))
	if err != nil || len(entries) != 1 {
		t.Errorf("beside the file lies something: %v %v", entries, err)
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func TestFetch(t *testing.T) {
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
			f := newFile(t, &test.server)
			last, total, failures := int64(0), int64(0), 0
			f.Progress = func(done, of int64) { last, total = done, of }
			f.Failed = func(error) { failures++ }
			received, err := f.Fetch(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			checkFile(t, f)
			size := int64(len(content))
			if want := (Received{URL: f.URLs[0], SHA256: sumOf(content), Bytes: size}); received != want {
				t.Errorf("received %+v, want %+v", received, want)
			}
			if last != size || total != size {
				t.Errorf("progress ended at %d of %d, want %d", last, total, size)
			}
			if got := strings.Join(test.server.asked, ","); got != strings.Join(test.asked, ",") {
				t.Errorf("asked for the ranges %q, want %q", test.server.asked, test.asked)
			}
			if failures != len(test.server.breakAt) {
				t.Errorf("told of %d failures, want %d", failures, len(test.server.breakAt))
			}
		})
	}
}

// A later process goes on where an earlier one stopped, and starts afresh where the file has changed since.
func TestFetchAcrossProcesses(t *testing.T) {
	for _, test := range []struct{ name, tag, wantRange string }{
		{"the same file", `"a"`, "bytes=300000-"},
		{"another file by now", `"b"`, "bytes=300000-"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := &archiveServer{tag: `"a"`, ranges: true, breakAt: []int{300_000}}
			f := newFile(t, server)
			f.Wait = func(context.Context, time.Duration) error { return errors.New("stopped") }
			if _, err := f.Fetch(t.Context()); err == nil {
				t.Fatal("a broken transfer gave no error")
			}
			server.tag = test.tag
			if test.tag != `"a"` {
				// What lies here is of the old file; had it been kept, the checksum would not hold.
				if err := os.WriteFile(f.part(), make([]byte, 300_000), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := f.Fetch(t.Context()); err != nil {
				t.Fatal(err)
			}
			checkFile(t, f)
			if got := server.asked[1]; got != test.wantRange {
				t.Errorf("asked for %q, want %q", got, test.wantRange)
			}
		})
	}
}

// A process killed between the last byte and the check of the file does not transfer it again.
func TestFetchOfWhatIsComplete(t *testing.T) {
	server := &archiveServer{tag: `"a"`, ranges: true}
	f := newFile(t, server)
	if err := os.WriteFile(f.part(), content, 0o644); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`{"url": %q, "validator": "\"a\""}`, f.URLs[0])
	if err := os.WriteFile(f.notePath(), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkFile(t, f)
	if len(server.asked) != 1 {
		t.Errorf("asked %d times, want 1", len(server.asked))
	}
}

func TestFetchWithoutCheck(t *testing.T) {
	f := newFile(t, &archiveServer{})
	f.Check = nil
	received, err := f.Fetch(t.Context())
	if err != nil || received.SHA256 != sumOf(content) {
		t.Errorf("got %+v and %v, want the checksum of what was received", received, err)
	}
}

func TestFetchFailures(t *testing.T) {
	always := make([]int, 100)
	for _, test := range []struct {
		name    string
		handler http.Handler
		change  func(*File)
		want    string
	}{
		{"wrong checksum", &archiveServer{}, func(f *File) { f.Check = SHA256(strings.Repeat("0", 64)) },
			"SHA-256 is " + sumOf(content) + ", expected 000"},
		{"not found", http.NotFoundHandler(), nil, "404 Not Found"},
		{"always truncated", &archiveServer{breakAt: always}, nil, "giving up after 6 attempts"},
		{"always truncated, fewer attempts", &archiveServer{breakAt: always}, func(f *File) { f.Attempts = 2 }, "giving up after 2 attempts"},
		{"always failing", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }), nil, "503 Service Unavailable"},
		{"longer than it may be", &archiveServer{}, func(f *File) { f.Limit = int64(len(content)) - 1 }, "server sends more than 319999 bytes"},
		{"longer, without a length", chunked{}, func(f *File) { f.Limit = int64(len(content)) - 1 }, "server sends more than 319999 bytes"},
		{"no such folder", &archiveServer{}, func(f *File) { f.Path = filepath.Join(filepath.Dir(f.Path), "none", "file") }, "no such file or directory"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newFile(t, test.handler)
			if test.change != nil {
				test.change(&f)
			}
			_, err := f.Fetch(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
			if exists(f.Path) {
				t.Error("the file has its name although it is not what was wanted")
			}
			if kept := exists(f.part()); kept != strings.HasPrefix(test.name, "always truncated") {
				t.Errorf("a part is there: %v", kept)
			}
		})
	}
}

// chunked serves the content without saying how long it is.
type chunked struct{}

func (chunked) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.(http.Flusher).Flush()
	w.Write(content)
}

// To a name that does not exist there is no second attempt; a resolver that does not answer may later.
func TestUnknownServer(t *testing.T) {
	err := unreachable(&net.DNSError{Err: "no such host", Name: "no-such-server.invalid", IsNotFound: true})
	var permanent permanentError
	if !errors.As(err, &permanent) || permanent.here {
		t.Errorf("a name that does not exist: %#v", err)
	}
	if err := unreachable(&net.DNSError{Err: "try again", IsTemporary: true}); errors.As(err, &permanent) {
		t.Errorf("a resolver that does not answer: %#v", err)
	}
}

// A server that stops sending does not hold the set-up for ever.
func TestTransferThatStandsStill(t *testing.T) {
	done := make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.Write([]byte("some"))
		w.(http.Flusher).Flush()
		<-done
	})
	f := newFile(t, handler)
	t.Cleanup(func() { close(done) })
	f.Idle = 20 * time.Millisecond
	if _, err := f.Fetch(t.Context()); !errors.Is(err, errIdle) {
		t.Errorf("got %v, want %v", err, errIdle)
	}
}

func TestFormatBytes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 5148: "5.1 kB", 29_515: "30 kB", 999_499: "999 kB", 999_500: "1.0 MB", 9_912_422: "9.9 MB", 26_421_880: "26 MB",
		198_400_000: "198 MB", 2_500_000_000: "2500 MB",
	} {
		if got := FormatBytes(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
