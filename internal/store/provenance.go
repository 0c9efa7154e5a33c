package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"experiment/internal/run"
)

// provenances reads the provenance of many attempts, most of which differ in the memory they took only: what stands before
// that is parsed once for each text. Attempts share the map of the environment, which nobody changes.
type provenances map[string]run.Provenance

// memoryField begins what differs.
const memoryField = `,"peak_memory":`

func (known provenances) read(text string) (run.Provenance, error) {
	at := strings.LastIndex(text, memoryField)
	if at < 0 {
		return known.whole(text)
	}
	p, err := known.whole(text[:at] + "}")
	if err == nil {
		err = json.Unmarshal([]byte("{"+text[at+1:]), &p)
	}
	if err != nil {
		return known.whole(text)
	}
	return p, nil
}

func (known provenances) whole(text string) (run.Provenance, error) {
	if p, ok := known[text]; ok {
		return p, nil
	}
	var p run.Provenance
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return run.Provenance{}, fmt.Errorf("reading provenance: %w", err)
	}
	known[text] = p
	return p, nil
}
