package setup

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
)

// find looks for libtorch: the folder named by LIBTORCH, PyTorch's with LIBTORCH_USE_PYTORCH=1, the archive named by LIBTORCH_URL, and
// where none of these is set the choice made by an earlier set-up, the system package (installed with apt where it can be), and
// last the official archive; the last two only where there is a network. It returns what a user should know besides. LIBTORCH=system
// forgets an earlier choice.
func find(ctx context.Context, machine *Machine, root string, earlier record) (Libtorch, []string, error) {
	l, notes, err := choose(ctx, machine, root, earlier)
	if err != nil {
		return l, nil, err
	}
	if err := checkPath(l.Folder); err != nil {
		return l, nil, err
	}
	if l.BLAS.Slow {
		notes = append(notes, "this BLAS is tens of times slower than OpenBLAS: "+aptCommand(machine, blasPackage))
	}
	if !l.CUDA && hasDriver(machine) {
		notes = append(notes, "this machine has a CUDA driver, but this libtorch is for the CPU alone; to get the other: "+cudaCommand(machine))
	}
	return l, notes, nil
}

// cudaCommand is what a person would type to have a libtorch for CUDA used.
func cudaCommand(machine *Machine) string {
	if machine.Offline {
		return namedLibtorch
	}
	return "LIBTORCH_URL=" + officialArchive(machine).URL + " make setup"
}

// choose walks through the places in order, and says where it passed over the choice of an earlier set-up or kept to it.
func choose(ctx context.Context, machine *Machine, root string, earlier record) (Libtorch, []string, error) {
	choice := machine.Getenv("LIBTORCH")
	var notes []string
	switch url := machine.Getenv("LIBTORCH_URL"); {
	case choice != "" && choice != "system":
		l, err := findFolder(machine, root, choice)
		return l, nil, err
	case machine.Getenv("LIBTORCH_USE_PYTORCH") == "1":
		l, err := findPyTorch(ctx, machine)
		return l, nil, err
	case url != "":
		l, err := findDownload(ctx, machine, root, archive{URL: url, SHA256: machine.Getenv("LIBTORCH_SHA256")})
		return l, nil, err
	case choice != "system" && earlier.chosen():
		l, err := inspect(machine, earlier.Source, earlier.folder(root))
		if err == nil {
			return l, []string{"this libtorch was chosen by an earlier set-up; LIBTORCH=system looks afresh"}, nil
		}
		notes = append(notes, fmt.Sprintf("the libtorch of an earlier set-up is gone: %v", err))
	}
	l, err := findSystem(ctx, machine, root)
	return l, notes, err
}

// findFolder inspects the folder a user named.
func findFolder(machine *Machine, root, folder string) (Libtorch, error) {
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(root, folder)
	}
	l, err := inspect(machine, sourceFolder, filepath.Clean(folder))
	if errors.Is(err, errNotLibtorch) {
		return l, &MissingError{
			What:   fmt.Sprintf("using LIBTORCH=%s: %v", folder, err),
			Remedy: "LIBTORCH names the folder that holds libtorch's include/ and lib/",
		}
	}
	return l, err
}

// locatePyTorch prints the folder of the installed torch without importing it, which would take seconds.
const locatePyTorch = `import importlib.util as u; s = u.find_spec("torch"); print(s.submodule_search_locations[0] if s else "")`

// findPyTorch inspects the libtorch inside the PyTorch that python3 would import.
func findPyTorch(ctx context.Context, machine *Machine) (Libtorch, error) {
	folder, err := output(ctx, "", "python3", "-c", locatePyTorch)
	if err == nil && folder == "" {
		err = errors.New("python3 finds no module torch")
	}
	if err != nil {
		return Libtorch{}, &MissingError{
			What:   fmt.Sprintf("using LIBTORCH_USE_PYTORCH=1: %v", err),
			Remedy: "activate the environment whose python3 has it, or pip install torch\nor leave LIBTORCH_USE_PYTORCH unset",
		}
	}
	l, err := inspect(machine, sourcePyTorch, folder)
	if errors.Is(err, errNotLibtorch) {
		return l, &MissingError{
			What:   fmt.Sprintf("using LIBTORCH_USE_PYTORCH=1: %v", err),
			Remedy: "pip's torch has its headers beside it; a distribution's may have them in another package\nor leave LIBTORCH_USE_PYTORCH unset",
		}
	}
	return l, err
}

// findSystem takes the system package, installs it where apt can, and falls back on the official archive.
func findSystem(ctx context.Context, machine *Machine, root string) (Libtorch, error) {
	l, err := inspectSystem(ctx, machine)
	if err == nil {
		return l, improveBLAS(ctx, machine, &l)
	}
	if !errors.Is(err, errNotLibtorch) {
		return l, err
	}
	if machine.Offline {
		return l, missingLibtorch()
	}
	if aptOffers(ctx, machine, torchPackage) {
		if err := aptInstall(ctx, machine, torchPackage, blasPackage); err != nil {
			var missing *MissingError
			if errors.As(err, &missing) {
				missing.Remedy += "\nor LIBTORCH_URL=" + officialArchive(machine).URL + " make setup"
			}
			return l, fmt.Errorf("installing libtorch: %w", err)
		}
		return inspectSystem(ctx, machine)
	}
	return findDownload(ctx, machine, root, officialArchive(machine))
}

// inspectSystem looks where distributions and administrators put libraries.
func inspectSystem(ctx context.Context, machine *Machine) (Libtorch, error) {
	var found error
	for _, prefix := range []string{"/usr", "/usr/local"} {
		l, err := inspect(machine, sourceSystem, machine.path(prefix))
		if err == nil {
			if prefix == "/usr" {
				l.Package = packageVersion(ctx, torchPackage)
			}
			return l, nil
		}
		if found == nil || !errors.Is(err, errNotLibtorch) {
			found = err
		}
	}
	return Libtorch{}, found
}

// improveBLAS replaces the reference BLAS, which Debian's libtorch-dev pulls in, where that can be done.
func improveBLAS(ctx context.Context, machine *Machine, l *Libtorch) error {
	if !l.BLAS.Slow || !canInstall(ctx, machine) {
		return nil
	}
	if err := aptInstall(ctx, machine, blasPackage); err != nil {
		return fmt.Errorf("installing a fast BLAS: %w", err)
	}
	var err error
	l.BLAS, err = findBLAS(machine, l.Library)
	return err
}
