package download

import (
	"net/http"
	"strings"
	"testing"
)

// What one server does not have, or has wrong, the next is asked for.
func TestMirrors(t *testing.T) {
	other := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("another file")) })
	for name, first := range map[string]http.Handler{
		"not found":     http.NotFoundHandler(),
		"another file":  other,
		"breaks always": &archiveServer{breakAt: make([]int, 100)},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFile(t, first, &archiveServer{tag: `"a"`, ranges: true}, http.NotFoundHandler())
			received, err := f.Fetch(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if received.URL != f.URLs[1] {
				t.Errorf("received from %s, want %s", received.URL, f.URLs[1])
			}
			checkFile(t, f)
		})
	}
}

func TestAllMirrorsFail(t *testing.T) {
	f := newFile(t, http.NotFoundHandler(), http.NotFoundHandler())
	_, err := f.Fetch(t.Context())
	if err == nil || !strings.Contains(err.Error(), f.URLs[0]) || !strings.Contains(err.Error(), f.URLs[1]) {
		t.Errorf("got %v, want both failures", err)
	}
}

// What a mirror sent the first part of, the next process gets the rest of from the same one.
func TestPartOfAMirror(t *testing.T) {
	first, second := &archiveServer{tag: `"a"`, ranges: true}, &archiveServer{tag: `"b"`, ranges: true, breakAt: []int{300_000}}
	f := newFile(t, first, second)
	urls := f.URLs
	f.URLs, f.Attempts = urls[1:], 1
	if _, err := f.Fetch(t.Context()); err == nil {
		t.Fatal("a broken transfer gave no error")
	}
	f.URLs = urls
	if _, err := f.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkFile(t, f)
	if len(first.asked) != 0 || second.asked[1] != "bytes=300000-" {
		t.Errorf("asked the first for %q and the second for %q", first.asked, second.asked)
	}
}
