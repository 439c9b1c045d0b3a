//go:build unix

package main

import (
	"os"
	"syscall"
)

// failedWrites are signals that come with a write which fails anyway, and that
// would end the process before it could say so and clean up.
var failedWrites = []os.Signal{syscall.SIGPIPE, syscall.SIGXFSZ}
