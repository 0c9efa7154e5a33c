// Package machine reads from the operating system what a result may depend on without being meant to.
package machine

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"experiment/internal/run"
)

// numeric lists the starts of the names of environment variables that choose kernels, threads or
// precision, and so may change the digits of a result.
var numeric = []string{
	"ATEN_", "BLIS_", "CUBLAS_", "CUDA_DEVICE_ORDER", "CUDA_VISIBLE_DEVICES", "CUDNN_", "DNNL_", "GLIBC_TUNABLES", "GOMP_",
	"GOTO_NUM_THREADS", "KMP_", "LD_PRELOAD", "MKL_", "NVIDIA_TF32_OVERRIDE", "OMP_", "ONEDNN_", "OPENBLAS_", "PYTORCH_", "TORCH_",
}

// Describe returns what is known without asking libtorch: the operating system, the processor, the
// host, Go, the program file's checksum and the environment. What cannot be read stays empty.
func Describe() run.Provenance {
	p := run.Provenance{
		Go:          runtime.Version(),
		OS:          operatingSystem(),
		CPU:         firstValue("/proc/cpuinfo", "model name", ":"),
		Driver:      firstValue("/proc/driver/nvidia/version", "NVRM version", ":"),
		Environment: environment(os.Environ()),
	}
	if host, err := os.Hostname(); err == nil {
		p.Host = host
	}
	if program, err := os.Executable(); err == nil {
		if sum, err := Checksum(program); err == nil {
			p.Binary = sum
		}
	}
	return p
}

// Checksum returns the SHA-256 of a file in hexadecimal digits.
func Checksum(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

func operatingSystem() string {
	platform := runtime.GOOS + "/" + runtime.GOARCH
	if name := strings.Trim(firstValue("/etc/os-release", "PRETTY_NAME", "="), `"`); name != "" {
		return name + ", " + platform
	}
	return platform
}

// firstValue returns what stands behind the first line "name separator value" of a file.
func firstValue(path, name, separator string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		key, value, found := strings.Cut(lines.Text(), separator)
		if found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func environment(variables []string) map[string]string {
	chosen := map[string]string{}
	for _, variable := range variables {
		name, value, _ := strings.Cut(variable, "=")
		for _, start := range numeric {
			if strings.HasPrefix(name, start) {
				chosen[name] = value
			}
		}
	}
	return chosen
}
