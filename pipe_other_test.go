//go:build !unix

package main

import "os"

// pipe makes something that is no regular file.
func pipe(path string) error { return os.Mkdir(path, 0o700) }
