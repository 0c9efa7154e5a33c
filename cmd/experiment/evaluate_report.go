package main

import (
	"experiment/internal/evaluation"
)

func (p *program) writeEvaluationReport(r evaluateRequest, result evaluation.Result) error {
	return nil
}

// outputFailure says that a report cannot be written there.
func outputFailure(folder string, err error) error {
	return machineFailure(err, "write the report elsewhere with --output DIR")
}
