//go:build unix

package store

import "syscall"

const (
	openWithoutWaiting = syscall.O_NONBLOCK // for the other end of a pipe
	noFollow           = syscall.O_NOFOLLOW
)
