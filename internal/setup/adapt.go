package setup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// adaptedFiles are the sources of gotch's C interface in which functions can be replaced; the first includes the second.
var adaptedFiles = []string{"torch_api.cpp", "torch_api_generated.cpp.h"}

// maxPasses bounds how often the compiler is asked. One pass finds all errors with the versions known, a second sees that none is left.
const maxPasses = 6

// adapt makes the sources in folder compile: functions in which the compiler finds an error are replaced by ones that throw. It returns
// their names, sorted. An error outside the functions of the C interface cannot be helped, and is returned with the compiler's lines.
func adapt(ctx context.Context, c compiler, folder string, flags []string) ([]string, error) {
	var all []string
	for range maxPasses {
		printed, err := c.check(ctx, folder, adaptedFiles[0], flags)
		if err != nil {
			return nil, err
		}
		if printed == "" {
			slices.Sort(all)
			return all, nil
		}
		names, err := stubFailing(folder, parseDiagnostics(printed), all)
		if err != nil {
			return nil, err
		}
		if len(names) == 0 {
			return nil, fmt.Errorf("adapting gotch: errors outside the functions that can be replaced:\n%s", firstErrors(printed))
		}
		all = append(all, names...)
	}
	return nil, errors.New("adapting gotch: still not compiling after " + fmt.Sprint(maxPasses) + " passes")
}

// stubFailing replaces the functions the diagnostics lie in, but for those already done, and returns their names.
func stubFailing(folder string, diagnostics []diagnostic, done []string) ([]string, error) {
	var names []string
	for _, name := range adaptedFiles {
		file := filepath.Join(folder, name)
		text, err := os.ReadFile(file)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading gotch's source: %w", err)
		}
		functions := findFunctions(string(text))
		failing := map[string]bool{}
		for _, d := range diagnostics {
			for _, site := range d.Sites {
				f, ok := functionAt(functions, site.Line)
				if ok && site.File == name && !slices.Contains(done, f.Name) && !failing[f.Name] {
					failing[f.Name] = true
					names = append(names, f.Name)
				}
			}
		}
		if len(failing) == 0 {
			continue
		}
		if err := os.WriteFile(file, []byte(stub(string(text), functions, failing)), 0o644); err != nil {
			return nil, fmt.Errorf("writing gotch's source: %w", err)
		}
	}
	return names, nil
}

// firstErrors picks the first errors of what a compiler printed, or its first lines where it reports none in the usual form.
func firstErrors(printed string) string {
	var lines []string
	for _, d := range parseDiagnostics(printed) {
		lines = append(lines, d.Text)
	}
	if len(lines) == 0 {
		lines = strings.Split(strings.TrimSpace(printed), "\n")
	}
	return strings.Join(lines[:min(len(lines), 12)], "\n")
}
