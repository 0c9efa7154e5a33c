package dataset

// File is a file of a data set as it was published: packed with gzip, under its name and .gz.
type File struct {
	Name     string // unpacked
	Packed   Digest // of the publisher's file; a copy that was packed anew has another
	Contents Digest // of what is in it, which is what training reads
}

// Digest is the size of some bytes and their checksum.
type Digest struct {
	Bytes  int64
	SHA256 string // in hexadecimal
}

// mnist is as LeCun, Cortes and Burges published it in 1998. Sizes and checksums of the packed files are those of
// TensorFlow Datasets (url_checksums/mnist.txt), whose copy at Google is the same to the byte. The contents were computed; that
// of the training images has the MD5 6bbc9ace898e44ae57da46a324031adb, which is widely published. The publisher's server, the last of
// the mirrors, often refuses; the first is PyTorch's.
func mnist() Known {
	return Known{
		Name: "mnist", Title: "handwritten digits, 28×28 grey (LeCun 1998)",
		Classes: 10, Train: 60_000, Test: 10_000,
		Licence: "CC-BY-SA-3.0", Source: "http://yann.lecun.com/exdb/mnist/",
		Mirrors: []string{
			"https://ossci-datasets.s3.amazonaws.com/mnist/",
			"https://storage.googleapis.com/cvdf-datasets/mnist/",
			"http://yann.lecun.com/exdb/mnist/",
		},
		Files: []File{
			{
				Name:     trainImages,
				Packed:   Digest{9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
				Contents: Digest{47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
			},
			{
				Name:     trainLabels,
				Packed:   Digest{28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
				Contents: Digest{60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
			},
			{
				Name:     testImages,
				Packed:   Digest{1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
				Contents: Digest{7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
			},
			{
				Name:     testLabels,
				Packed:   Digest{4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"},
				Contents: Digest{10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
			},
		},
	}
}

// fashionMNIST is as Zalando Research published it in 2017. Sizes and checksums of the packed files are those of TensorFlow
// Datasets (url_checksums/fashion_mnist.txt); the publisher's README gives their MD5. The contents were computed, those of the labels
// from files with the published checksums.
func fashionMNIST() Known {
	return Known{
		Name: "fashion-mnist", Title: "photographs of clothes, 28×28 grey (Xiao 2017)",
		Classes: 10, Train: 60_000, Test: 10_000,
		Licence: "MIT", Source: "https://github.com/zalandoresearch/fashion-mnist",
		Mirrors: []string{
			"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
			"https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
		},
		Files: []File{
			{
				Name:     trainImages,
				Packed:   Digest{26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"},
				Contents: Digest{47_040_016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
			},
			{
				Name:     trainLabels,
				Packed:   Digest{29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
				Contents: Digest{60_008, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
			},
			{
				Name:     testImages,
				Packed:   Digest{4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
				Contents: Digest{7_840_016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
			},
			{
				Name:     testLabels,
				Packed:   Digest{5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"},
				Contents: Digest{10_008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"},
			},
		},
	}
}
