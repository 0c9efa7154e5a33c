package setup

import (
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
)

// usesCXX11ABI says whether a C++ library was compiled with _GLIBCXX_USE_CXX11_ABI=1, from the names of the functions
// it exports in the namespace c10: those that take a std::string carry "__cxx11" in theirs, or "Ss" under the old ABI.
func usesCXX11ABI(name string) (bool, error) {
	file, err := elf.Open(name)
	if err != nil {
		return false, err
	}
	defer file.Close()
	symbols, err := file.DynamicSymbols()
	if err != nil {
		return false, err
	}
	old := false
	for _, symbol := range symbols {
		if symbol.Section == elf.SHN_UNDEF || !strings.HasPrefix(symbol.Name, "_ZN") || !strings.Contains(symbol.Name, "3c10") {
			continue
		}
		if strings.Contains(symbol.Name, "__cxx11") {
			return true, nil
		}
		old = old || strings.Contains(symbol.Name, "Ss")
	}
	if !old {
		return false, errors.New("it exports no function of c10 that takes a std::string")
	}
	return false, nil
}

// libraryIdentity changes whenever a shared library does: its build id and size, or its size and SHA-256 where it is without one.
func libraryIdentity(name string) (string, error) {
	information, err := os.Stat(name)
	if err != nil {
		return "", err
	}
	file, err := elf.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	if section := file.Section(".note.gnu.build-id"); section != nil {
		note, err := section.Data()
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%d build %x", information.Size(), note), nil
	}
	// Hashing hundreds of megabytes at every set-up would be slow. The dynamic symbol and string tables change with any change of the interface.
	hash := sha256.New()
	for _, table := range []string{".dynsym", ".dynstr", ".dynamic"} {
		section := file.Section(table)
		if section == nil {
			continue
		}
		data, err := section.Data()
		if err != nil {
			return "", err
		}
		fmt.Fprintf(hash, "%s %d\n", table, len(data))
		hash.Write(data)
	}
	return fmt.Sprintf("%d tables %s", information.Size(), hex.EncodeToString(hash.Sum(nil))), nil
}

// neededLibraries lists the names of the shared libraries that a library asks the loader for.
func neededLibraries(name string) ([]string, error) {
	file, err := elf.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return file.ImportedLibraries()
}
