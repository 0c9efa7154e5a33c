package dataset

import (
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"sync"

	"experiment/internal/rng"
)

// imageClasses is the number of classes of MNIST and its kin.
const imageClasses = 10

// Images is a data set of IDX files: images of bytes, split by its publisher into two parts.
type Images struct {
	info           Info
	training, test *Examples
}

var _ Source = (*Images)(nil)

// LoadImages reads the data set of a name from the folder dir/name. The files may be gzipped. Any number
// of images of any size is accepted, as long as the files agree. The error is a *MissingError or a
// *DamagedError where a file is missing or cannot be used.
func LoadImages(dir, name string) (*Images, error) {
	known, err := Find(name)
	if err != nil {
		return nil, err
	}
	if len(known.Files) == 0 {
		return nil, fmt.Errorf("reading data set %s: it has no files", name)
	}
	files, err := readFiles(dir, known)
	if err != nil {
		return nil, err
	}
	height, width := files[trainImages].shape[1], files[trainImages].shape[2]
	mean, std := moments(files[trainImages].data)
	return &Images{
		info: Info{
			Name:     name,
			Classes:  imageClasses,
			Shape:    []int{1, height, width},
			Mean:     mean,
			Std:      std,
			Checksum: checksum(known, files),
		},
		training: newImages(files[trainImages], files[trainLabels]),
		test:     newImages(files[testImages], files[testLabels]),
	}, nil
}

// Check reports what LoadImages would find wrong with a data set; a generated one is always whole.
func Check(dir, name string) error {
	known, err := Find(name)
	if err != nil || len(known.Files) == 0 {
		return err
	}
	_, err = readFiles(dir, known)
	return err
}

// readFiles reads the files of a data set side by side, and sees that they belong together.
func readFiles(dir string, known Known) (map[string]*file, error) {
	read := make([]*file, len(known.Files))
	failed := make([]error, len(known.Files))
	var group sync.WaitGroup
	for i, f := range known.Files {
		group.Add(1)
		go func() {
			defer group.Done()
			read[i], failed[i] = readFile(dir, known.Name, f.Name, dimensions(f.Name))
		}()
	}
	group.Wait()
	if err := first(failed); err != nil {
		return nil, err
	}
	files := map[string]*file{}
	for i, f := range known.Files {
		files[f.Name] = read[i]
	}
	return files, first([]error{
		checkLabels(files[trainLabels], files[trainImages]),
		checkLabels(files[testLabels], files[testImages]),
		checkSize(files[testImages], files[trainImages]),
	})
}

// first returns the first error there is.
func first(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// dimensions returns how many dimensions the array of a file has.
func dimensions(name string) int {
	if name == trainImages || name == testImages {
		return 3
	}
	return 1
}

// checkLabels sees that there is a label for each image, and that it is one of the classes.
func checkLabels(labels, images *file) error {
	if n := images.shape[0]; len(labels.data) != n {
		return &DamagedError{Path: labels.path, Err: fmt.Errorf("%d labels for %d images", len(labels.data), n)}
	}
	for i, label := range labels.data {
		if label >= imageClasses {
			return &DamagedError{Path: labels.path, Err: fmt.Errorf("label %d is %d, want 0 to %d", i, label, imageClasses-1)}
		}
	}
	return nil
}

// checkSize sees that test images are as large as training images.
func checkSize(test, training *file) error {
	if got, want := test.shape[1:], training.shape[1:]; !slices.Equal(got, want) {
		return &DamagedError{Path: test.path, Err: fmt.Errorf("images are %d×%d, those for training %d×%d",
			got[0], got[1], want[0], want[1])}
	}
	return nil
}

func newImages(images, labels *file) *Examples {
	e := &Examples{Bytes: images.data, Labels: make([]int64, len(labels.data))}
	for i, label := range labels.data {
		e.Labels[i] = int64(label)
	}
	return e
}

// moments returns the mean and the standard deviation of bytes in units of 255. A constant has the standard
// deviation 1, so that normalising it is no division by 0.
func moments(data []byte) (mean, std float64) {
	var counts [256]int
	for _, v := range data {
		counts[v]++
	}
	n := float64(len(data))
	for v, count := range counts {
		mean += float64(v) / 255 * float64(count) / n
	}
	variance := 0.0
	for v, count := range counts {
		d := float64(v)/255 - mean
		variance += d * d * float64(count) / n
	}
	if std = math.Sqrt(variance); std < 1e-6 {
		std = 1
	}
	return mean, std
}

// checksum returns the SHA-256 of a list of the files with their own, as sha256sum would print it.
func checksum(known Known, files map[string]*file) string {
	hash := sha256.New()
	for _, f := range known.Files {
		fmt.Fprintf(hash, "%x  %s\n", files[f.Name].sha256, f.Name)
	}
	return fmt.Sprintf("%x", hash.Sum(nil))
}

// Info describes the data set.
func (d *Images) Info() Info { return d.info }

// Sample draws training and validation images without regard to their class from opposite ends of one
// random order of the publisher's training images. So more of the ones leaves the others as they are, and
// keeps those there were. Test images are the first of the publisher's.
func (d *Images) Sample(seed int64, sizes Sizes) (Sample, error) {
	pool, all := len(d.training.Labels), len(d.test.Labels)
	if sizes.Train < 1 || sizes.Validation < 0 || sizes.Train > pool || sizes.Validation > pool-sizes.Train {
		return Sample{}, fmt.Errorf("sampling %s: %d training and %d validation images, of %d there are",
			d.info.Name, sizes.Train, sizes.Validation, pool)
	}
	if sizes.Test < 0 || sizes.Test > all {
		return Sample{}, fmt.Errorf("sampling %s: %d test images, of %d there are", d.info.Name, sizes.Test, all)
	}
	if sizes.Test == 0 {
		sizes.Test = all
	}
	order := make([]int64, pool)
	for i, row := range rng.New(seed, "split").Perm(pool) {
		order[i] = int64(row)
	}
	slices.Reverse(order[sizes.Train:])
	return Sample{
		Train:      View{d.training, order[:sizes.Train]},
		Validation: View{d.training, order[sizes.Train : sizes.Train+sizes.Validation]},
		Test:       View{d.test, upTo(sizes.Test)},
	}, nil
}
