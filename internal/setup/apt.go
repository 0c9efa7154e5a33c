package setup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Debian's names of what a set-up may install. The package libtorch-dev alone would pull in the reference BLAS.
const (
	torchPackage    = "libtorch-dev"
	blasPackage     = "libopenblas0-pthread"
	compilerPackage = "g++"
)

// aptOffers says whether this machine has apt, and apt knows a package of that name; package lists never fetched are fetched first.
func aptOffers(ctx context.Context, machine *Machine, name string) bool {
	if _, err := exec.LookPath("apt-get"); err != nil {
		return false
	}
	if knows(ctx, name) {
		return true
	}
	// A failed update leaves the question to the second look.
	if canInstall(ctx, machine) {
		if err := apt(ctx, machine, "update", "-qq"); err != nil {
			machine.Log.Printf("%v", err)
		}
		return knows(ctx, name)
	}
	return false
}

// knows asks apt for a version of the package that it could install.
func knows(ctx context.Context, name string) bool {
	policy, err := output(ctx, "", "apt-cache", "policy", name)
	return err == nil && strings.Contains(policy, "Candidate:") && !strings.Contains(policy, "Candidate: (none)")
}

// canInstall says whether packages can be installed without asking anybody: apt-get and a network are there, and the user is root or sudo
// wants no password.
func canInstall(ctx context.Context, machine *Machine) bool {
	if machine.Offline {
		return false
	}
	if _, err := exec.LookPath("apt-get"); err != nil {
		return false
	}
	return machine.UID == 0 || exec.CommandContext(ctx, "sudo", "-n", "true").Run() == nil
}

// aptInstall installs packages. A *MissingError holds the command to type where the user may not install anything.
func aptInstall(ctx context.Context, machine *Machine, packages ...string) error {
	if !canInstall(ctx, machine) {
		return &MissingError{
			What:   "this needs " + strings.Join(packages, " and ") + ", and only an administrator can install packages",
			Remedy: aptCommand(machine, packages...),
		}
	}
	machine.Log.Printf("installing %s with apt-get", strings.Join(packages, " "))
	arguments := append([]string{"install", "-y", "-qq", "--no-install-recommends"}, packages...)
	err := apt(ctx, machine, arguments...)
	if err == nil {
		return nil
	}
	// Package lists that are missing or old are the usual reason.
	if update := apt(ctx, machine, "update", "-qq"); update != nil {
		return errors.Join(err, update)
	}
	return apt(ctx, machine, arguments...)
}

// apt runs apt-get, through sudo for who is not root, and shows what it printed only in an error.
func apt(ctx context.Context, machine *Machine, arguments ...string) error {
	name, line := "apt-get", arguments
	if machine.UID != 0 {
		name, line = "sudo", append([]string{"-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"}, arguments...)
	}
	command := exec.CommandContext(ctx, name, line...)
	command.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C")
	var printed bytes.Buffer
	command.Stdout, command.Stderr = &printed, &printed
	if err := command.Run(); err != nil {
		return commandError("apt-get "+arguments[0], err, printed.String())
	}
	return nil
}

// aptCommand is what a person would type to install packages.
func aptCommand(machine *Machine, packages ...string) string {
	command := "apt-get install " + strings.Join(packages, " ")
	if machine.UID != 0 {
		command = "sudo " + command
	}
	return command
}

// packageVersion is the version of an installed Debian package, empty where there is none or no dpkg.
func packageVersion(ctx context.Context, name string) string {
	version, err := output(ctx, "", "dpkg-query", "-W", "-f", "${Version}", name)
	if err != nil {
		return ""
	}
	return version
}

// findCompiler asks the C++ compiler that the go command would use for its version, after installing it where it is missing.
func findCompiler(ctx context.Context, machine *Machine, root string) (compiler, error) {
	name, err := output(ctx, root, "go", "env", "CXX")
	if err != nil {
		return compiler{}, err
	}
	words := strings.Fields(name)
	if len(words) == 0 {
		return compiler{}, errors.New("finding the C++ compiler: go env CXX is empty")
	}
	if _, err := exec.LookPath(words[0]); err != nil {
		if words[0] != "g++" {
			return compiler{}, &MissingError{What: "there is no C++ compiler " + words[0], Remedy: "install it, or unset CXX"}
		}
		if machine.Offline {
			return compiler{}, missingCompiler()
		}
		if _, err := exec.LookPath("apt-get"); err != nil {
			return compiler{}, &MissingError{What: "there is no C++ compiler", Remedy: "install g++"}
		}
		if err := aptInstall(ctx, machine, compilerPackage); err != nil {
			return compiler{}, fmt.Errorf("installing a C++ compiler: %w", err)
		}
	}
	version, err := output(ctx, "", words[0], append(words[1:], "--version")...)
	if err != nil {
		return compiler{}, err
	}
	first, _, _ := strings.Cut(version, "\n")
	return compiler{Command: words, Version: first}, nil
}
