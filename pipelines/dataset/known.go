package dataset

import "fmt"

// Known describes a data set that can be used by name.
type Known struct {
	Name    string
	Title   string
	Files   []File   // none where the data are generated
	Mirrors []string // folders that have the files, packed; each ends in a slash

	// Classes, Train and Test count classes and examples as published, and are 0 where the sweep says how many.
	Classes, Train, Test int

	Licence string // by its SPDX identifier, where it has one
	Source  string // the publisher's page
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
	return []Known{
		fashionMNIST(),
		{Name: "gaussians", Title: "classes with normal distributions and a known posterior, generated"},
		mnist(),
	}
}

// Find returns the data set of a name.
func Find(name string) (Known, error) {
	for _, known := range List() {
		if known.Name == name {
			return known, nil
		}
	}
	return Known{}, fmt.Errorf("reading data set %q: there is no such data set", name)
}
