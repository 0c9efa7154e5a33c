package run

import "slices"

// ArtefactKinds lists every kind of file that a run may leave: logits, [n, classes], and labels, [n], of a split.
var ArtefactKinds = [...]string{
	string(Train) + "-logits", string(Train) + "-labels",
	string(Validation) + "-logits", string(Validation) + "-labels",
	string(Test) + "-logits", string(Test) + "-labels",
}

const artefactExtension = ".npy"

// ArtefactFile returns the name of the file of a kind of artefact: test-logits.npy.
func ArtefactFile(kind string) string { return kind + artefactExtension }

// IsArtefactFile says whether a file has the name of an artefact.
func IsArtefactFile(name string) bool {
	return slices.ContainsFunc(ArtefactKinds[:], func(kind string) bool { return name == ArtefactFile(kind) })
}
