package dataset

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tiny is a data set of 12 training and 5 test images of 2×3 pixels.
func tiny() map[string][]byte {
	pixels := make([]byte, 17*6)
	for i := range pixels {
		pixels[i] = byte(i * 5 / 2)
	}
	return map[string][]byte{
		trainImages: encodeIDX([]int{12, 2, 3}, pixels[:72]),
		trainLabels: encodeIDX([]int{12}, []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1}),
		testImages:  encodeIDX([]int{5, 2, 3}, pixels[72:]),
		testLabels:  encodeIDX([]int{5}, []byte{9, 8, 7, 6, 5}),
	}
}

func zip(t *testing.T, b []byte) []byte {
	t.Helper()
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return zipped.Bytes()
}

// save writes files as data set mnist into a new folder.
func save(t *testing.T, files map[string][]byte) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "mnist"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, "mnist", name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func load(t *testing.T, files map[string][]byte) *Images {
	t.Helper()
	images, err := LoadImages(save(t, files), "mnist")
	if err != nil {
		t.Fatal(err)
	}
	return images
}

func TestLoadImages(t *testing.T) {
	plain := load(t, tiny())
	info := plain.Info()
	if info.Name != "mnist" || info.Classes != 10 || !slices.Equal(info.Shape, []int{1, 2, 3}) || len(info.Checksum) != 64 {
		t.Errorf("info is %+v", info)
	}
	sum, square := 0.0, 0.0
	for _, v := range plain.training.Bytes {
		sum += float64(v) / 255 / 72
		square += float64(v) / 255 * float64(v) / 255 / 72
	}
	if std := math.Sqrt(square - sum*sum); math.Abs(info.Mean-sum) > 1e-14 || math.Abs(info.Std-std) > 1e-14 {
		t.Errorf("mean is %v and std %v, want %v and %v", info.Mean, info.Std, sum, std)
	}
	s, err := plain.Sample(0, Sizes{Train: 8, Validation: 4})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Test.Labels(); !slices.Equal(got, []int64{9, 8, 7, 6, 5}) {
		t.Errorf("test labels are %v", got)
	}
	if s.Test.Posterior() != nil {
		t.Error("images have a posterior")
	}
}

func TestGzippedIsTheSame(t *testing.T) {
	zipped := map[string][]byte{}
	for name, b := range tiny() {
		zipped[name+".gz"] = zip(t, b)
	}
	a, b := load(t, tiny()), load(t, zipped)
	if a.info.Checksum != b.info.Checksum || !bytes.Equal(a.training.Bytes, b.training.Bytes) {
		t.Error("gzipped files give other data")
	}
}

func TestChecksumKnowsEveryByte(t *testing.T) {
	whole := load(t, tiny()).Info().Checksum
	for name := range tiny() {
		files := tiny()
		files[name][len(files[name])-1] ^= 1
		if load(t, files).Info().Checksum == whole {
			t.Errorf("another %s has the same checksum", name)
		}
	}
}

func TestDamagedFiles(t *testing.T) {
	for _, test := range []struct {
		name   string
		damage func(files map[string][]byte)
		file   string
		want   string
	}{
		{"truncated", func(f map[string][]byte) { f[trainImages] = f[trainImages][:50] },
			trainImages, "the file ends after 34 of 72 data bytes: unexpected EOF"},
		{"label above 9", func(f map[string][]byte) { f[testLabels][10] = 10 },
			testLabels, "label 2 is 10, want 0 to 9"},
		{"labels missing", func(f map[string][]byte) { f[trainLabels] = encodeIDX([]int{11}, make([]byte, 11)) },
			trainLabels, "11 labels for 12 images"},
		{"other size", func(f map[string][]byte) { f[testImages] = encodeIDX([]int{5, 3, 2}, make([]byte, 30)) },
			testImages, "images are 3×2, those for training 2×3"},
		{"images for labels", func(f map[string][]byte) { f[trainLabels] = f[trainImages] },
			trainLabels, "the file starts with 00000803, want the IDX magic number 00000801"},
		{"not gzip", func(f map[string][]byte) { f[testLabels+".gz"] = f[testLabels]; delete(f, testLabels) },
			testLabels + ".gz", "unpacking: gzip: invalid header"},
		{"empty gzip", func(f map[string][]byte) { f[testLabels+".gz"] = nil; delete(f, testLabels) },
			testLabels + ".gz", "unpacking: unexpected EOF"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := tiny()
			test.damage(files)
			dir := save(t, files)
			path := filepath.Join(dir, "mnist", test.file)
			checkBoth(t, dir, "reading "+path+": "+test.want, func(err error) bool {
				var damaged *DamagedError
				return errors.As(err, &damaged) && damaged.Path == path
			})
		})
	}
}

// checkBoth sees that loading and checking give the same error.
func checkBoth(t *testing.T, dir, want string, typed func(error) bool) {
	t.Helper()
	_, loading := LoadImages(dir, "mnist")
	for _, err := range []error{loading, Check(dir, "mnist")} {
		if err == nil || err.Error() != want || !typed(err) {
			t.Errorf("error is %T %v, want %s", err, err, want)
		}
	}
}

// Each byte of a gzipped file matters: cut anywhere or with any of its data changed, it is refused.
func TestDamagedGzip(t *testing.T) {
	whole := zip(t, tiny()[trainLabels])
	files := tiny()
	delete(files, trainLabels)
	refused := func(name string, b []byte) {
		files[trainLabels+".gz"] = b
		var damaged *DamagedError
		if err := Check(save(t, files), "mnist"); !errors.As(err, &damaged) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
	for n := range len(whole) {
		refused("cut", whole[:n])
	}
	for i := 10; i < len(whole); i++ { // after the header, whose time and system say nothing about the data
		flipped := bytes.Clone(whole)
		flipped[i] ^= 0x10
		refused("changed", flipped)
	}
	refused("further bytes", append(bytes.Clone(whole), 'x'))
}

func TestMissingFiles(t *testing.T) {
	for name := range tiny() {
		files := tiny()
		delete(files, name)
		dir := save(t, files)
		path := filepath.Join(dir, "mnist", name)
		want := "reading data set mnist: there is neither " + path + " nor " + path + ".gz"
		checkBoth(t, dir, want, func(err error) bool {
			var missing *MissingError
			return errors.As(err, &missing) && missing.Name == "mnist" && missing.Path == path
		})
	}
}

func TestFolderInPlaceOfAFile(t *testing.T) {
	files := tiny()
	delete(files, trainLabels)
	dir := save(t, files)
	if err := os.Mkdir(filepath.Join(dir, "mnist", trainLabels), 0o755); err != nil {
		t.Fatal(err)
	}
	var damaged *DamagedError
	if err := Check(dir, "mnist"); !errors.As(err, &damaged) || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error is %v", err)
	}
}

func TestNames(t *testing.T) {
	if err := Check(t.TempDir(), "gaussians"); err != nil {
		t.Errorf("gaussians: %v", err)
	}
	_, err := LoadImages(t.TempDir(), "gaussians")
	if err == nil || err.Error() != "reading data set gaussians: it has no files" {
		t.Errorf("error is %v", err)
	}
	for _, name := range []string{"", "mnits", "../mnist"} {
		if err := Check(t.TempDir(), name); err == nil || !strings.Contains(err.Error(), "there is no such data set") {
			t.Errorf("%q: error is %v", name, err)
		}
	}
	names := []string{}
	for _, known := range List() {
		names = append(names, known.Name)
	}
	if !slices.IsSorted(names) || !slices.Contains(names, "mnist") {
		t.Errorf("data sets are %v", names)
	}
}

func TestConstantImagesHaveADeviationOfOne(t *testing.T) {
	if mean, std := moments(bytes.Repeat([]byte{51}, 1000)); math.Abs(mean-.2) > 1e-15 || std != 1 {
		t.Errorf("mean is %v and std %v", mean, std)
	}
}
