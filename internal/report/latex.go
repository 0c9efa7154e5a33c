package report

// LaTeX writes the comparison of a study as tables to be \input into a paper.
func LaTeX(study Study) ([]byte, error) { return nil, nil }
