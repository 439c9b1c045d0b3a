package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/cmd/morsel/internal/files"
)

// outputFlags name a command's output and let it replace one that is there.
func outputFlags(usage string) []cli.Flag { return []cli.Flag{outputFlag(usage), forceFlag()} }

func forceFlag() cli.Flag {
	return boolFlag("force", "replace a file that is there though -o does not name it")
}

// destinationFlag reads --output and --force. A file that -o names is replaced;
// one of the default name, missing, is not.
func destinationFlag(c *cli.Context, missing string) files.Destination {
	if !c.IsSet("output") {
		return files.Destination{Name: missing, Replace: c.Bool("force")}
	}
	return files.Destination{Name: standard(c.String("output"), 1), Replace: true}
}

// standard returns "-" for what else the system calls a standard stream.
func standard(name string, number int) string {
	stream := [2]string{"/dev/stdin", "/dev/stdout"}[number]
	if name == stream || name == fmt.Sprintf("/dev/fd/%d", number) || name == fmt.Sprintf("/proc/self/fd/%d", number) {
		return "-"
	}
	return name
}
