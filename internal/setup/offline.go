package setup

// namedLibtorch is what a person would type in a bundle to have it built with a certain libtorch.
const namedLibtorch = "LIBTORCH=/path/to/libtorch ./build"

// missingCompiler says how to come by a compiler in a bundle, on a machine that has no g++.
func missingCompiler() error {
	return &MissingError{
		What:   "there is no C++ compiler g++",
		Remedy: "load it (on many clusters: module load gcc) or have an administrator install it,\nor name other compilers: CC=... CXX=... ./build",
	}
}

// missingLibtorch says how to build in a bundle, on a machine that has no libtorch where libraries of the system lie.
func missingLibtorch() error {
	return &MissingError{
		What: "there is no libtorch in /usr or /usr/local, and without a network none can be fetched",
		Remedy: "where python3 has PyTorch (load its module or activate its environment first):\n" +
			"  LIBTORCH_USE_PYTORCH=1 ./build\n" +
			"or with an unpacked libtorch, named by the folder that holds its include/ and lib/:\n" +
			"  " + namedLibtorch,
	}
}
