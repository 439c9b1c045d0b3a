//go:build !unix

package main

import (
	"os"
	"syscall"
)

// failedWrites are signals that come with a write which fails anyway.
var failedWrites = []os.Signal{syscall.SIGPIPE}
