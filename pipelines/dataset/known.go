package dataset

import "fmt"

// Known describes a data set that can be used by name.
type Known struct {
	Name  string
	Title string
	Files []string // the publisher's names, each as it is or with .gz; none where the data are generated
}

// The files of a data set in the format of MNIST.
const (
	trainImages = "train-images-idx3-ubyte"
	trainLabels = "train-labels-idx1-ubyte"
	testImages  = "t10k-images-idx3-ubyte"
	testLabels  = "t10k-labels-idx1-ubyte"
)

// List returns the data sets that can be used, in alphabetical order.
func List() []Known {
	files := []string{trainImages, trainLabels, testImages, testLabels}
	return []Known{
		{Name: "fashion-mnist", Title: "photographs of clothes, 28×28 grey (Xiao 2017)", Files: files},
		{Name: "gaussians", Title: "classes with normal distributions and a known posterior, generated"},
		{Name: "mnist", Title: "handwritten digits, 28×28 grey (LeCun 1998)", Files: files},
	}
}

// lookUp returns the data set of a name.
func lookUp(name string) (Known, error) {
	for _, known := range List() {
		if known.Name == name {
			return known, nil
		}
	}
	return Known{}, fmt.Errorf("reading data set %q: there is no such data set", name)
}
