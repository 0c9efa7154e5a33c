package main

import (
	"runtime"
	"runtime/debug"
)

// Set by the linker: the commit this was built from, and a hash of what was not committed.
var (
	commit = unknownCommit
	dirty  = ""
)

const unknownCommit = "unknown"

// versionLine names the program and what it was built from.
func versionLine() string {
	line := "experiment, commit " + sourceCommit()
	if dirty != "" {
		line += " with changes " + abbreviate(dirty)
	}
	return line + ", " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH
}

// sourceCommit returns what the linker was told, or else what the go command stamped, or unknownCommit.
func sourceCommit() string {
	if commit != unknownCommit {
		return commit
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && s.Value != "" {
				return s.Value
			}
		}
	}
	return unknownCommit
}

// describeCode names the source of a program: its commit and, where not everything was committed, a hash of the
// rest. It is empty where the commit is unknown.
func describeCode(commit, dirty string) string {
	switch {
	case commit == "" || commit == unknownCommit:
		return ""
	case dirty == "":
		return commit
	}
	return commit + " with changes " + dirty
}

// ownCode names the source of this program, and of the worker that was built with it.
func ownCode() string { return describeCode(sourceCommit(), dirty) }

// isStale says whether code is known to be another one than this program's own.
func isStale(code, own string) bool { return code != "" && own != "" && code != own }
