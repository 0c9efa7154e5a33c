//go:build !linux

package runner

import "syscall"

// attributes are none: a worker ends when its standard input does.
func attributes() *syscall.SysProcAttr { return nil }
