package dataset

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// put writes files into DIR/tiny/ of a new DIR.
func put(t *testing.T, files map[string][]byte) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "tiny"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, "tiny", name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestVerify(t *testing.T) {
	known, packed := published(t)
	contents := tiny()
	f := known.Files[0]
	changed := bytes.Clone(contents[f.Name])
	changed[len(changed)-1] ^= 1
	sum := digest(changed).SHA256
	for _, test := range []struct {
		name     string
		file     string
		b        []byte
		verdict  Verdict
		repacked bool
		want     string // of the error
	}{
		{"published", ".gz", packed[f.Name+".gz"], AsPublished, false, ""},
		{"unpacked", "", contents[f.Name], AsPublished, false, ""},
		{"packed by others", ".gz", repack(t, contents[f.Name]), AsPublished, true, ""},
		{"changed", "", changed, Differs, false, "SHA-256 of its contents is " + sum + ", published " + f.Contents.SHA256},
		{"changed, packed", ".gz", zip(t, changed), Differs, false, "SHA-256 of its contents is " + sum + ", published " + f.Contents.SHA256},
		{"shorter", "", contents[f.Name][:20], Differs, false, "its contents are 20 bytes, published"},
		{"longer", "", append(bytes.Clone(contents[f.Name]), 0), Differs, false, "its contents are more than the"},
		{"empty", "", nil, Differs, false, "its contents are 0 bytes, published"},
		{"cut", ".gz", packed[f.Name+".gz"][:30], Damaged, false, "unexpected EOF"},
		{"not packed", ".gz", contents[f.Name], Damaged, false, "unpacking: gzip: invalid header"},
		{"further bytes", ".gz", append(bytes.Clone(packed[f.Name+".gz"]), 'x'), Damaged, false, "EOF"},
		{"elsewhere", ".bz2", packed[f.Name+".gz"], NotThere, false, "there is neither"},
	} {
		t.Run(test.name, func(t *testing.T) {
			known := known
			known.Files = known.Files[:1]
			all, err := known.Verify(put(t, map[string][]byte{f.Name + test.file: test.b}))
			if err != nil || len(all) != 1 {
				t.Fatalf("%+v %v", all, err)
			}
			v := all[0]
			if v.Verdict != test.verdict || v.Repacked != test.repacked {
				t.Errorf("verdict is %s, repacked %v", v.Verdict, v.Repacked)
			}
			switch {
			case test.want == "" && v.Err != nil, test.want != "" && (v.Err == nil || !strings.Contains(v.Err.Error(), test.want)):
				t.Errorf("error is %v, want %q", v.Err, test.want)
			}
			if wantSum := test.verdict == AsPublished; wantSum != (v.SHA256 == f.Contents.SHA256) {
				t.Errorf("SHA-256 is %q", v.SHA256)
			}
			if v.Verdict != NotThere && v.Bytes != int64(len(test.b)) {
				t.Errorf("it has %d bytes, want %d", v.Bytes, len(test.b))
			}
		})
	}
}

// What cannot be read is no verdict on the data.
func TestVerifyWhatCannotBeRead(t *testing.T) {
	known, _ := published(t)
	for _, ending := range []string{"", ".gz"} {
		dir := t.TempDir()
		if err := os.MkdirAll(filepath.Join(dir, "tiny", known.Files[0].Name+ending), 0o755); err != nil {
			t.Fatal(err)
		}
		var path *os.PathError
		if all, err := known.Verify(dir); !errors.As(err, &path) {
			t.Errorf("%+v %v", all, err)
		}
	}
}

func TestLook(t *testing.T) {
	known, packed := published(t)
	one := known.Files[1].Name
	size := int64(len(packed[one+".gz"]))
	for _, test := range []struct {
		name  string
		files map[string][]byte
		state State
		there int
		bytes int64
	}{
		{"nothing", nil, Missing, 0, 0},
		{"all, unpacked", tiny(), Complete, 4, 16 + 72 + 8 + 12 + 16 + 30 + 8 + 5},
		{"one", map[string][]byte{one + ".gz": packed[one+".gz"]}, Partial, 1, size},
		{"one that is empty", map[string][]byte{one: nil}, Partial, 1, 0},
		{"a part", map[string][]byte{one + ".gz.part": []byte("123"), one + ".gz.part.json": nil}, Partial, 0, 3},
		{"something else", map[string][]byte{"notes": []byte("123")}, Missing, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := put(t, test.files)
			seen, err := known.Look(dir)
			if err != nil {
				t.Fatal(err)
			}
			there := 0
			for _, f := range seen.Files {
				if f.Path != "" {
					there++
				}
			}
			if seen.State != test.state || seen.There != test.there || there != test.there || seen.Bytes != test.bytes || len(seen.Files) != 4 || seen.Folder != filepath.Join(dir, "tiny") {
				t.Errorf("saw %+v, want %s with %d files and %d bytes", seen, test.state, test.there, test.bytes)
			}
		})
	}
	gaussians, err := Find("gaussians")
	if err != nil {
		t.Fatal(err)
	}
	if seen, err := gaussians.Look("nowhere"); err != nil || seen.State != Embedded || seen.Folder != "" {
		t.Errorf("saw %+v %v", seen, err)
	}
}
