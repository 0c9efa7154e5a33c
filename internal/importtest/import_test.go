// Package importtest holds the rules on who may import whom, as a test.
package importtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "experiment"

// allowed lists, for every package of the project, the packages of the project that it may import.
// Arrows point downwards only; a package with an empty list is a leaf.
var allowed = map[string][]string{
	"bench/commands": {},
	"bench/database": {"internal/run", "internal/store", "internal/sweep"},
	"bench/training": {"internal/rng", "internal/run", "internal/sweep", "internal/torch", "pipelines/classification", "pipelines/loss", "pipelines/model", "pipelines/train"},
	"cmd/experiment": {
		"internal/checkpoint", "internal/comparison", "internal/difference", "internal/download", "internal/evaluation", "internal/machine", "internal/npy", "internal/predictions", "internal/protocol", "internal/report", "internal/reproduction", "internal/run", "internal/runner", "internal/stats",
		"internal/store", "internal/sweep", "internal/upkeep", "internal/worker",
		"pipelines/bound", "pipelines/calibration", "pipelines/catalogue", "pipelines/dataset", "pipelines/lockstep",
	},
	"cmd/experiment-worker": {
		"internal/checkpoint", "internal/machine", "internal/npy", "internal/predictions", "internal/protocol", "internal/run", "internal/sweep", "internal/torch", "internal/worker",
		"pipelines/classification", "pipelines/dataset", "pipelines/lockstep", "pipelines/loss", "pipelines/train",
	},
	"cmd/experiment-setup":     {"internal/setup"},
	"internal/checkpoint":      {"internal/run"},
	"internal/comparison":      {"internal/run", "internal/stats"},
	"internal/difference":      {"internal/reproduction", "internal/run"},
	"internal/download":        {},
	"internal/evaluation":      {"pipelines/calibration"},
	"internal/importtest":      {},
	"internal/machine":         {"internal/run"},
	"internal/npy":             {},
	"internal/predictions":     {"internal/npy"},
	"internal/protocol":        {"internal/run"},
	"internal/report":          {"internal/comparison", "internal/evaluation", "internal/report/figure", "internal/report/page", "internal/run", "internal/stats"},
	"internal/report/figure":   {},
	"internal/report/page":     {},
	"internal/reproduction":    {"internal/run"},
	"internal/rng":             {},
	"internal/run":             {},
	"internal/runner":          {"internal/protocol", "internal/run"},
	"internal/setup":           {"internal/download"},
	"internal/stats":           {},
	"internal/store":           {"internal/run"},
	"internal/sweep":           {"internal/run", "pipelines/catalogue"},
	"internal/torch":           {},
	"internal/upkeep":          {"internal/run", "internal/runner", "internal/store"},
	"internal/worker":          {"internal/protocol", "internal/run"},
	"pipelines/bound":          {"internal/rng", "internal/run"},
	"pipelines/calibration":    {},
	"pipelines/catalogue":      {},
	"pipelines/classification": {"internal/rng", "internal/run", "internal/torch", "pipelines/calibration", "pipelines/catalogue", "pipelines/dataset", "pipelines/lockstep", "pipelines/loss", "pipelines/model", "pipelines/train"},
	"pipelines/dataset":        {"internal/download", "internal/rng"},
	"pipelines/lockstep":       {"internal/run", "pipelines/catalogue"},
	"pipelines/loss":           {"internal/torch"},
	"pipelines/model":          {"internal/torch"},
	"pipelines/train":          {"internal/rng", "internal/torch", "pipelines/loss", "pipelines/model"},
}

// only names the one package that may import a dependency, by the start of its path.
var only = map[string]string{
	"C":                          "internal/torch",
	"database/sql":               "internal/store",
	"github.com/mattn/go-sqlite": "internal/store",
	"github.com/sugarme/gotch":   "internal/torch",
}

func TestImports(t *testing.T) {
	imports := projectImports(t)
	for _, from := range slices.Sorted(maps.Keys(imports)) {
		rules, known := allowed[from]
		if !known {
			t.Errorf("%s has no rule: say in this test what it may import", from)
			continue
		}
		for imported, file := range imports[from] {
			if inside, ok := strings.CutPrefix(imported, module+"/"); ok && !slices.Contains(rules, inside) {
				t.Errorf("%s: %s must not import %s", file, from, inside)
			}
			for dependency, owner := range only {
				if strings.HasPrefix(imported, dependency) && (dependency != "C" || imported == "C") && from != owner {
					t.Errorf("%s: only %s may import %q", file, owner, imported)
				}
			}
		}
	}
	for from := range allowed {
		if _, exists := imports[from]; !exists && from != "internal/importtest" {
			t.Errorf("there is a rule for %s, which does not exist", from)
		}
	}
}

// TestExperimentNeedsNoLibtorch follows the imports of the program that must start without libtorch.
func TestExperimentNeedsNoLibtorch(t *testing.T) {
	imports := projectImports(t)
	seen := map[string]bool{}
	var visit func(from string, trail []string)
	visit = func(from string, trail []string) {
		if seen[from] {
			return
		}
		seen[from] = true
		trail = append(trail, from)
		if from == "internal/torch" {
			t.Errorf("cmd/experiment reaches libtorch: %s", strings.Join(trail, " -> "))
		}
		for imported := range imports[from] {
			if inside, ok := strings.CutPrefix(imported, module+"/"); ok {
				visit(inside, slices.Clone(trail))
			}
		}
	}
	visit("cmd/experiment", nil)
	if len(seen) < 5 {
		t.Errorf("followed the imports of %d packages only: is cmd/experiment there?", len(seen))
	}
}

// projectImports returns what the ordinary files of each package import, and one file that does.
func projectImports(t *testing.T) map[string]map[string]string {
	t.Helper()
	root := filepath.Join("..", "..")
	imports := map[string]map[string]string{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if relative != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		from := path.Dir(filepath.ToSlash(relative))
		if imports[from] == nil {
			imports[from] = map[string]string{}
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports[from][imported] = relative
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return imports
}
