package runner

import (
	"fmt"
	"strconv"
	"strings"
)

// environment returns what a worker on a device runs in, and how it counts that device: with only one
// accelerator visible, it is number 0. Later entries of an environment win.
func environment(base []string, threads int, device string) (env []string, visible string, err error) {
	count := strconv.Itoa(threads)
	env = append(env, base...)
	env = append(env, "OMP_NUM_THREADS="+count, "OPENBLAS_NUM_THREADS="+count, "MKL_NUM_THREADS="+count)
	if device == "cpu" {
		return env, device, nil
	}
	number, found := strings.CutPrefix(device, "cuda:")
	if device == "cuda" {
		number, found = "0", true
	}
	index, err := strconv.ParseUint(number, 10, 16)
	if !found || err != nil {
		return nil, "", fmt.Errorf("choosing a device: there is no device %q", device)
	}
	// The user may have chosen among the accelerators already: ours is one of those.
	name := number
	if chosen, set := lookup(base, "CUDA_VISIBLE_DEVICES"); set {
		names := strings.Split(chosen, ",")
		if chosen == "" || int(index) >= len(names) {
			return nil, "", fmt.Errorf("choosing a device: there is no %s in CUDA_VISIBLE_DEVICES=%s", device, chosen)
		}
		name = strings.TrimSpace(names[index])
	}
	env = append(env, "CUDA_VISIBLE_DEVICES="+name)
	if _, set := lookup(base, "CUBLAS_WORKSPACE_CONFIG"); !set {
		env = append(env, "CUBLAS_WORKSPACE_CONFIG=:4096:8") // or cuBLAS may give other digits every time
	}
	return env, "cuda:0", nil
}

// lookup returns the value of a variable; the last entry wins.
func lookup(env []string, name string) (value string, found bool) {
	for _, entry := range env {
		if v, ok := strings.CutPrefix(entry, name+"="); ok {
			value, found = v, true
		}
	}
	return value, found
}
