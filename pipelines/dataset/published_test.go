package dataset

import (
	"crypto/md5"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The format of the files, and how many examples there are, say how large they are unpacked.
func TestPublishedFiles(t *testing.T) {
	checksum := regexp.MustCompile(`^[0-9a-f]{64}$`)
	seen := map[string]bool{}
	for _, known := range List() {
		if len(known.Files) == 0 {
			continue
		}
		want := map[string]int64{
			trainImages: 16 + 28*28*int64(known.Train), trainLabels: 8 + int64(known.Train),
			testImages: 16 + 28*28*int64(known.Test), testLabels: 8 + int64(known.Test),
		}
		if len(known.Files) != len(want) || len(known.Mirrors) < 2 || known.Licence == "" || known.Source == "" || known.Classes != imageClasses {
			t.Errorf("%s is not described whole: %+v", known.Name, known)
		}
		for _, mirror := range known.Mirrors {
			if !strings.HasSuffix(mirror, "/") {
				t.Errorf("%s: the mirror %s does not end in a slash", known.Name, mirror)
			}
		}
		for _, f := range known.Files {
			if f.Contents.Bytes != want[f.Name] || f.Packed.Bytes <= 0 || f.Packed.Bytes >= f.Contents.Bytes {
				t.Errorf("%s/%s has %d bytes, packed %d, want %d", known.Name, f.Name, f.Contents.Bytes, f.Packed.Bytes, want[f.Name])
			}
			for _, sum := range []string{f.Packed.SHA256, f.Contents.SHA256} {
				if !checksum.MatchString(sum) || seen[sum] {
					t.Errorf("%s/%s: %q is no checksum, or that of another file, too", known.Name, f.Name, sum)
				}
				seen[sum] = true
			}
		}
	}
}

// The real data, from a server on this machine, arrive and are as published.
func TestFetchPublishedData(t *testing.T) {
	dir := os.Getenv("EXPERIMENT_DATA")
	if dir == "" {
		t.Skip("EXPERIMENT_DATA is not set: no real data to serve")
	}
	if testing.Short() {
		t.Skip("transfers 40 MB")
	}
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(server.Close)
	for _, name := range []string{"mnist", "fashion-mnist"} {
		known, err := Find(name)
		if err != nil {
			t.Fatal(err)
		}
		o := options()
		o.Base = server.URL
		to := t.TempDir()
		if _, err := known.Fetch(t.Context(), to, o); err != nil {
			t.Fatal(err)
		}
		all, err := known.Verify(to)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range all {
			if v.Verdict != AsPublished {
				t.Errorf("%s: %v", v.Path, v.Err)
			}
		}
		if err := Check(to, name); err != nil {
			t.Error(err)
		}
	}
}

// The real data sets, in the folder that EXPERIMENT_DATA names.
func TestPublishedData(t *testing.T) {
	dir := os.Getenv("EXPERIMENT_DATA")
	if dir == "" {
		t.Skip("EXPERIMENT_DATA is not set: no real data to read")
	}
	if testing.Short() {
		t.Skip("reads 140,000 images")
	}
	for name, want := range map[string]struct {
		mean, std float64
		md5       string // of the unpacked training images, as published
	}{
		"mnist":         {.1307, .3081, "6bbc9ace898e44ae57da46a324031adb"},
		"fashion-mnist": {.2860, .3530, ""},
	} {
		t.Run(name, func(t *testing.T) {
			images, err := LoadImages(dir, name)
			if err != nil {
				t.Fatal(err)
			}
			info := images.Info()
			if math.Abs(info.Mean-want.mean) > 5e-5 || math.Abs(info.Std-want.std) > 5e-5 {
				t.Errorf("mean is %.5f and std %.5f", info.Mean, info.Std)
			}
			training, test := len(images.training.Labels), len(images.test.Labels)
			if fmt.Sprint(info.Shape) != "[1 28 28]" || training != 60_000 || test != 10_000 {
				t.Errorf("%d and %d images of shape %v", training, test, info.Shape)
			}
			file := encodeIDX([]int{60_000, 28, 28}, images.training.Bytes)
			if sum := fmt.Sprintf("%x", md5.Sum(file)); want.md5 != "" && sum != want.md5 {
				t.Errorf("md5 of the training images is %s", sum)
			}
		})
	}
}
