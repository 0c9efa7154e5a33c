package setup

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// Libtorch describes an installed libtorch.
type Libtorch struct {
	Source      string // how it was found: one of the constants below
	Folder      string // holds include/ and lib/; absolute
	Library     string // folder of the shared libraries; absolute
	Version     string // as its headers say: "2.6.0"
	Package     string // version of the system package, where it is one: "1.13.1+dfsg-4"
	CXX11ABI    bool   // whether std::string is libstdc++'s newer one, _GLIBCXX_USE_CXX11_ABI
	CUDA        bool   // whether it was built for CUDA
	BLAS        BLAS
	Fingerprint string // 12 hexadecimal digits that change with its headers' version and its libraries
}

// The ways in which a libtorch is found.
const (
	sourceFolder   = "LIBTORCH"
	sourcePyTorch  = "LIBTORCH_USE_PYTORCH"
	sourceSystem   = "system"
	sourceDownload = "download"
)

// errNotLibtorch is the cause where a folder holds no libtorch at all.
var errNotLibtorch = errors.New("not a libtorch folder")

// inspect reads what kind of libtorch lies in folder, which holds include/ and lib/ (or the lib/TRIPLET of a system package).
func inspect(machine *Machine, source, folder string) (Libtorch, error) {
	l := Libtorch{Source: source, Folder: folder}
	header := ""
	for _, name := range []string{"torch/headeronly/version.h", "torch/csrc/api/include/torch/version.h", "torch/version.h"} {
		if candidate := filepath.Join(folder, "include", name); exists(candidate) {
			header = candidate
			break
		}
	}
	if header == "" {
		return l, fmt.Errorf("reading %s: %w: no torch/version.h below %s", folder, errNotLibtorch, filepath.Join(folder, "include"))
	}
	for _, name := range []string{"lib", filepath.Join("lib", triplet(runtime.GOARCH)), "lib64"} {
		if candidate := filepath.Join(folder, name); exists(filepath.Join(candidate, "libtorch_cpu.so")) {
			l.Library = candidate
			break
		}
	}
	if l.Library == "" {
		return l, fmt.Errorf("reading %s: %w: no libtorch_cpu.so in %s", folder, errNotLibtorch, filepath.Join(folder, "lib"))
	}
	text, err := os.ReadFile(header)
	if err != nil {
		return l, fmt.Errorf("reading libtorch's version: %w", err)
	}
	if l.Version, err = parseVersion(string(text)); err != nil {
		return l, fmt.Errorf("reading %s: %w", header, err)
	}
	if err := l.inspectLibraries(machine, text); err != nil {
		return l, err
	}
	l.CUDA = exists(filepath.Join(l.Library, "libtorch_cuda.so"))
	return l, nil
}

// inspectLibraries takes from the shared libraries their C++ ABI, their BLAS and the fingerprint.
func (l *Libtorch) inspectLibraries(machine *Machine, header []byte) error {
	c10 := filepath.Join(l.Library, "libc10.so")
	var err error
	if l.CXX11ABI, err = usesCXX11ABI(c10); err != nil {
		return fmt.Errorf("reading the C++ ABI of %s: %w", c10, err)
	}
	if l.BLAS, err = findBLAS(machine, l.Library); err != nil {
		return fmt.Errorf("finding the BLAS of libtorch: %w", err)
	}
	hash := sha256.New()
	fmt.Fprintf(hash, "%s\n", header)
	for _, name := range []string{"libc10.so", "libtorch.so", "libtorch_cpu.so", "libtorch_cuda.so"} {
		identity, err := libraryIdentity(filepath.Join(l.Library, name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		fmt.Fprintf(hash, "%s %s\n", name, identity)
	}
	l.Fingerprint = hex.EncodeToString(hash.Sum(nil))[:12]
	return nil
}

// include lists the folders the compiler must search for libtorch's headers. It searches /usr/include by itself.
func (l Libtorch) include() []string {
	base := filepath.Join(l.Folder, "include")
	folders := []string{filepath.Join(base, "torch", "csrc", "api", "include")}
	if base != "/usr/include" {
		folders = append([]string{base}, folders...)
	}
	return folders
}

var versionMacro = regexp.MustCompile(`(?m)^#define\s+TORCH_VERSION_(MAJOR|MINOR|PATCH)\s+([0-9]+)\s*$`)

// parseVersion reads MAJOR.MINOR.PATCH from the text of libtorch's version.h.
func parseVersion(header string) (string, error) {
	parts := map[string]string{}
	for _, match := range versionMacro.FindAllStringSubmatch(header, -1) {
		parts[match[1]] = match[2]
	}
	if len(parts) != 3 {
		return "", errors.New("no TORCH_VERSION_MAJOR, _MINOR and _PATCH in it")
	}
	return strings.Join([]string{parts["MAJOR"], parts["MINOR"], parts["PATCH"]}, "."), nil
}

// triplet is Debian's name of an architecture that Go calls by another.
func triplet(architecture string) string {
	switch architecture {
	case "amd64":
		return "x86_64-linux-gnu"
	case "arm64":
		return "aarch64-linux-gnu"
	case "ppc64le":
		return "powerpc64le-linux-gnu"
	}
	return architecture + "-linux-gnu"
}
