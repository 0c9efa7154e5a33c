package setup

import (
	"fmt"
	"os/exec"
	"runtime"
)

// The official release that is downloaded where the machine has no libtorch of its own.
const (
	officialVersion = "2.6.0"
	officialCUDA    = "cu124"
	officialHost    = "https://download.pytorch.org/libtorch"
)

// officialArchive is the address of the official archive that fits the machine: for CUDA where it has a driver. PyTorch publishes
// no checksums of these archives, so there is none to compare with.
func officialArchive(machine *Machine) archive {
	variant := "cpu"
	if hasDriver(machine) {
		variant = officialCUDA
	}
	return archive{URL: fmt.Sprintf("%s/%s/libtorch-cxx11-abi-shared-with-deps-%s%%2B%s.zip", officialHost, variant, officialVersion, variant)}
}

// hasDriver says whether the machine has NVIDIA's driver.
func hasDriver(machine *Machine) bool {
	if exists(machine.path("/proc/driver/nvidia/version")) {
		return true
	}
	_, err := exec.LookPath("nvidia-smi")
	return err == nil
}

// officialSupports says whether there are official archives for this architecture.
func officialSupports(architecture string) bool {
	return architecture == "amd64" && runtime.GOOS == "linux"
}
