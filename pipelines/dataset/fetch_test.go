package dataset

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func digest(b []byte) Digest { return Digest{int64(len(b)), fmt.Sprintf("%x", sha256.Sum256(b))} }

// published is a data set whose publisher gives the files of tiny, and those files, packed, by name.
func published(t *testing.T) (Known, map[string][]byte) {
	t.Helper()
	known := Known{Name: "tiny"}
	packed := map[string][]byte{}
	contents := tiny()
	for _, name := range slices.Sorted(maps.Keys(contents)) {
		zipped := zip(t, contents[name])
		packed[name+".gz"] = zipped
		known.Files = append(known.Files, File{Name: name, Packed: digest(zipped), Contents: digest(contents[name])})
	}
	return known, packed
}

// repack packs in another way: stored, with a name in the header.
func repack(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.NoCompression)
	if err != nil {
		t.Fatal(err)
	}
	w.Name = "repacked"
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// mirror serves files by their name and counts how often each was asked for.
type mirror struct {
	mu    sync.Mutex
	files map[string][]byte
	asked map[string]int
}

func (m *mirror) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := filepath.Base(r.URL.Path)
	m.mu.Lock()
	if m.asked == nil {
		m.asked = map[string]int{}
	}
	m.asked[name]++
	m.mu.Unlock()
	b, ok := m.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("ETag", fmt.Sprintf("%q", name))
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(b))
}

// serve makes handlers the mirrors of a data set.
func serve(t *testing.T, known Known, handlers ...http.Handler) Known {
	t.Helper()
	known.Mirrors = nil
	for _, handler := range handlers {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		known.Mirrors = append(known.Mirrors, server.URL+"/")
	}
	return known
}

// watcher is an Observer that keeps what it is told.
type watcher struct {
	waiting  int
	failures []error
	fetched  []string
	grown    map[int]int64
}

func (w *watcher) Waiting()         { w.waiting++ }
func (w *watcher) Failed(err error) { w.failures = append(w.failures, err) }
func (w *watcher) Fetched(f Fetched) {
	w.fetched = append(w.fetched, f.Name)
}
func (w *watcher) Progress(number, of int, done, total int64) {
	if w.grown == nil {
		w.grown = map[int]int64{}
	}
	w.grown[number] = done
}

func options() FetchOptions {
	return FetchOptions{Observer: &watcher{}, Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
}

// contentsOf returns the files of a folder by name.
func contentsOf(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, entry := range entries {
		b, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = string(b)
	}
	return files
}

func TestFetch(t *testing.T) {
	known, packed := published(t)
	server := &mirror{files: packed}
	known = serve(t, known, server)
	dir := filepath.Join(t.TempDir(), "not", "there", "yet")
	o := options()
	all, err := known.Fetch(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	got := contentsOf(t, filepath.Join(dir, "tiny"))
	if len(got) != 4 || len(all) != 4 {
		t.Errorf("the folder has %v, fetched %+v", slices.Sorted(maps.Keys(got)), all)
	}
	for i, f := range known.Files {
		name := f.Name + ".gz"
		if got[name] != string(packed[name]) {
			t.Errorf("%s has not arrived as it was served", name)
		}
		want := fmt.Sprintf("{Name:%s Path:%s URL:%s Bytes:%d Repacked:false Aside:[]}", f.Name, filepath.Join(dir, "tiny", name), known.Mirrors[0]+name, len(packed[name]))
		if text := fmt.Sprintf("%+v", all[i]); text != want {
			t.Errorf("fetched %s, want %s", text, want)
		}
	}
	seen := o.Observer.(*watcher)
	if len(seen.fetched) != 4 || len(seen.grown) != 4 || seen.grown[2] != int64(len(packed[known.Files[1].Name+".gz"])) || len(seen.failures) != 0 {
		t.Errorf("told of %+v", seen)
	}

	// Once more there is nothing to do: a folder that cannot be written, and a server that is gone, do not matter.
	again := known
	again.Mirrors = []string{"http://127.0.0.1:1/"}
	all, err = again.Fetch(t.Context(), dir, FetchOptions{})
	if err != nil || len(all) != 4 || all[0].URL != "" || all[0].Bytes != int64(len(packed[known.Files[0].Name+".gz"])) {
		t.Errorf("fetched again: %+v %v", all, err)
	}
	for name, n := range server.asked {
		if n != 1 {
			t.Errorf("%s was asked for %d times", name, n)
		}
	}
}

// Only what is not as published is fetched, and what was there before is put aside.
func TestFetchMendsWhatIsThere(t *testing.T) {
	known, packed := published(t)
	contents := tiny()
	name := trainLabels
	for _, test := range []struct {
		name  string
		there map[string]string // in place of the published file
		want  map[string]string // besides the published file
		asked int
	}{
		{"gone", nil, nil, 1},
		{"unpacked", map[string]string{name: string(contents[name])}, nil, 0},
		{"packed by others", map[string]string{name + ".gz": string(repack(t, contents[name]))}, nil, 0},
		{"another one", map[string]string{name + ".gz": "mine"}, map[string]string{name + ".gz.old": "mine"}, 1},
		{"truncated", map[string]string{name + ".gz": string(packed[name+".gz"][:20])}, map[string]string{name + ".gz.old": string(packed[name+".gz"][:20])}, 1},
		{"another one, unpacked", map[string]string{name: "mine"}, map[string]string{name + ".old": "mine"}, 1},
		{"two others", map[string]string{name: "mine", name + ".gz": "mine, too"},
			map[string]string{name + ".old": "mine", name + ".gz.old": "mine, too"}, 1},
		{"another one in front of the published one", map[string]string{name: "mine", name + ".gz": string(packed[name+".gz"])},
			map[string]string{name + ".old": "mine"}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := &mirror{files: packed}
			known := serve(t, known, server)
			folder := filepath.Join(t.TempDir(), "tiny")
			if err := os.Mkdir(folder, 0o755); err != nil {
				t.Fatal(err)
			}
			files := map[string]string{}
			for name, b := range packed {
				files[name] = string(b)
			}
			delete(files, name+".gz")
			maps.Copy(files, test.there)
			for name, text := range files {
				if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			all, err := known.Fetch(t.Context(), filepath.Dir(folder), options())
			if err != nil {
				t.Fatal(err)
			}
			want := maps.Clone(files)
			if test.asked > 0 || test.want != nil {
				for name := range test.there {
					delete(want, name)
				}
				want[name+".gz"] = string(packed[name+".gz"])
				maps.Copy(want, test.want)
			}
			if got := contentsOf(t, folder); !maps.Equal(got, want) {
				t.Errorf("the folder has %q, want %q", got, want)
			}
			if server.asked[name+".gz"] != test.asked || len(server.asked) > 1 {
				t.Errorf("asked for %v", server.asked)
			}
			aside := 0
			for _, f := range all {
				aside += len(f.Aside)
			}
			if aside != len(test.want) {
				t.Errorf("told of %d files put aside, want %d", aside, len(test.want))
			}
		})
	}
}

// What others packed anew has the same contents, and is taken; any other contents are not.
func TestFetchOfOtherBytes(t *testing.T) {
	known, packed := published(t)
	contents := tiny()
	name := known.Files[0].Name
	changed := bytes.Clone(contents[name])
	changed[len(changed)-1] ^= 1
	for _, test := range []struct {
		name   string
		served []byte
		want   string // of the error; empty where it is taken
	}{
		{"packed by others", repack(t, contents[name]), ""},
		{"other contents", zip(t, changed), "SHA-256 of its contents is"},
		{"fewer contents", zip(t, contents[name][:20]), "its contents are 20 bytes, published"},
		{"more contents", zip(t, append(bytes.Clone(contents[name]), 0)), "its contents are more than the"},
		{"cut", packed[name+".gz"][:30], "unexpected EOF"},
		{"the page of a proxy", []byte("<html>please log in</html>"), "unpacking: gzip: invalid header"},
		{"without end", bytes.Repeat([]byte{0}, spare+1000), "server sends more than"},
		{"nothing", nil, "unpacking: unexpected EOF"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := maps.Clone(packed)
			files[name+".gz"] = test.served
			server := &mirror{files: files}
			known := serve(t, known, server)
			dir := t.TempDir()
			all, err := known.Fetch(t.Context(), dir, options())
			if test.want == "" {
				if err != nil || !all[0].Repacked || all[1].Repacked {
					t.Errorf("fetched %+v %v", all, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), known.Mirrors[0]+name+".gz") {
				t.Errorf("error is %v, want one with %q", err, test.want)
			}
			if got := contentsOf(t, filepath.Join(dir, "tiny")); len(got) != 0 {
				t.Errorf("left behind: %v", slices.Sorted(maps.Keys(got)))
			}
			// A mirror that has the file as published mends it.
			good := serve(t, known, server, &mirror{files: packed})
			if all, err := good.Fetch(t.Context(), dir, options()); err != nil || !strings.HasPrefix(all[0].URL, good.Mirrors[1]) {
				t.Errorf("with another mirror: %+v %v", all, err)
			}
		})
	}
}

func TestFetchFromABase(t *testing.T) {
	known, packed := published(t)
	var asked []string
	base := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		(&mirror{files: packed}).ServeHTTP(w, r)
	}))
	t.Cleanup(base.Close)
	publisher := &mirror{files: packed}
	known = serve(t, known, publisher)
	o := options()
	o.Base = base.URL + "/data/"
	if _, err := known.Fetch(t.Context(), t.TempDir(), o); err != nil {
		t.Fatal(err)
	}
	if asked[0] != "/data/tiny/"+known.Files[0].Name+".gz" || len(asked) != 4 || len(publisher.asked) != 0 {
		t.Errorf("asked for %q there, and the publisher for %v", asked, publisher.asked)
	}
}

// Several who fetch the same data set at once transfer each file once.
func TestFetchAtOnce(t *testing.T) {
	known, packed := published(t)
	server := &mirror{files: packed}
	known = serve(t, known, server)
	dir := t.TempDir()
	var group sync.WaitGroup
	for range 5 {
		group.Add(1)
		go func() {
			defer group.Done()
			if all, err := known.Fetch(t.Context(), dir, options()); err != nil || len(all) != 4 {
				t.Errorf("fetched %+v %v", all, err)
			}
		}()
	}
	group.Wait()
	for name, n := range server.asked {
		if n != 1 {
			t.Errorf("%s was asked for %d times", name, n)
		}
	}
	if got := contentsOf(t, filepath.Join(dir, "tiny")); len(got) != 4 {
		t.Errorf("the folder has %v", slices.Sorted(maps.Keys(got)))
	}
}

func TestFetchIntoAFile(t *testing.T) {
	known, _ := published(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "tiny"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	var path *fs.PathError
	if _, err := known.Fetch(t.Context(), dir, options()); !errors.As(err, &path) {
		t.Errorf("error is %v", err)
	}
}

func TestFetchOfWhatIsGenerated(t *testing.T) {
	known, err := Find("gaussians")
	if err != nil {
		t.Fatal(err)
	}
	if all, err := known.Fetch(t.Context(), t.TempDir(), FetchOptions{}); err != nil || all != nil {
		t.Errorf("fetched %+v %v", all, err)
	}
}
