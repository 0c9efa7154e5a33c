package setup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

const gotchModule = "github.com/sugarme/gotch"

var gotchRequirement = regexp.MustCompile(`(?m)^\s*(?:require\s+)?` + regexp.QuoteMeta(gotchModule) + `\s+(v\S+)`)

// gotchVersion reads from the go.mod at root which version of gotch the project requires.
func gotchVersion(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", fmt.Errorf("reading the version of gotch: %w", err)
	}
	match := gotchRequirement.FindSubmatch(text)
	if match == nil {
		return "", fmt.Errorf("reading the version of gotch: go.mod does not require %s", gotchModule)
	}
	return string(match[1]), nil
}

// downloadModule has the go command fetch gotch into the module cache, checked against go.sum, and returns its folder there.
func downloadModule(ctx context.Context, root string) (string, error) {
	command := exec.CommandContext(ctx, "go", "mod", "download", "-json", gotchModule)
	command.Dir = root
	command.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	printed, failure := command.Output()
	var module struct{ Dir, Error string }
	if err := json.Unmarshal(printed, &module); err != nil {
		var exit *exec.ExitError
		if errors.As(failure, &exit) {
			return "", fmt.Errorf("downloading gotch: %w", commandError("go mod download", failure, string(exit.Stderr)))
		}
		return "", fmt.Errorf("downloading gotch: %w", errors.Join(failure, err))
	}
	if failure != nil || module.Error != "" {
		return "", fmt.Errorf("downloading gotch: %w: %s", errors.Join(failure, errors.New("the go command refused")), module.Error)
	}
	return module.Dir, nil
}

// renewGotch puts a copy of gotch that compiles against l in place of the present one, and returns the functions it had to replace.
// Of gotch, only the package libtch and what makes a module of it are copied: from the folder EXPERIMENT_GOTCH, or from the module cache.
func renewGotch(ctx context.Context, machine *Machine, root string, l Libtorch, c compiler, version string) ([]string, error) {
	module := machine.Getenv("EXPERIMENT_GOTCH")
	if module == "" {
		var err error
		if module, err = downloadModule(ctx, root); err != nil {
			return nil, err
		}
	}
	work, err := os.MkdirTemp(filepath.Join(root, depsFolder), "gotch-*.tmp")
	if err != nil {
		return nil, fmt.Errorf("copying gotch: %w", err)
	}
	defer os.RemoveAll(work)
	for _, name := range []string{"go.mod", "LICENSE", "libtch"} {
		if err := copyTree(filepath.Join(module, name), filepath.Join(work, name)); err != nil {
			return nil, fmt.Errorf("copying gotch: %w", err)
		}
	}
	machine.Log.Printf("adapting gotch %s to libtorch %s (about half a minute)", version, l.Version)
	adapted, err := adapt(ctx, c, filepath.Join(work, "libtch"), append(l.compilerFlags(), "-w"))
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(work, "libtch", "lib.go"), bindingFlags(root, l), 0o644); err != nil {
		return nil, fmt.Errorf("writing gotch's flags: %w", err)
	}
	return adapted, replaceFolder(work, gotchFolder(root))
}

// replaceFolder moves the folder from to the name to, whatever lies there.
func replaceFolder(from, to string) error {
	old := to + ".old"
	if err := os.RemoveAll(old); err != nil {
		return fmt.Errorf("removing %s: %w", old, err)
	}
	if err := os.Rename(to, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("replacing %s: %w", to, err)
	}
	if err := os.Rename(from, to); err != nil {
		return fmt.Errorf("replacing %s: %w", to, err)
	}
	if err := os.RemoveAll(old); err != nil {
		return fmt.Errorf("removing %s: %w", old, err)
	}
	// Temporary folders are private; this one is to be read like the rest of the clone.
	if err := os.Chmod(to, 0o755); err != nil {
		return fmt.Errorf("replacing %s: %w", to, err)
	}
	return nil
}

// copyTree copies a file, or a folder with the files in it, and makes what it writes writable: the module cache is not.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, inside)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o644)
	})
}

// hashTree is the SHA-256 of the names and contents of the files below a folder.
func hashTree(folder string) (string, error) {
	hash := sha256.New()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(hash, "%s %d\n", filepath.ToSlash(inside), len(data))
		hash.Write(data)
		return nil
	})
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
