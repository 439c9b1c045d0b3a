package main

import (
	"math"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
)

func maxMemoryFlag() cli.Flag {
	return &cli.StringFlag{Name: "max-memory", Usage: "refuse an archive, or a file that is read as a whole such as CSV, which needs more than `SIZE` of working memory, as in 512MiB or 2GB", DefaultText: "4GiB"}
}

// units are what sizes are counted in.
var units = []struct {
	name  string
	bytes float64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1},
}

// maxMemory reads --max-memory, 0 where it is missing.
func maxMemory(c *cli.Context) (int64, error) {
	s := c.String("max-memory")
	if !c.IsSet("max-memory") {
		return 0, nil
	}
	digits, unit := strings.TrimSpace(s), 1.0
	for _, u := range units {
		if n := len(digits) - len(u.name); n > 0 && strings.EqualFold(digits[n:], u.name) {
			digits, unit = strings.TrimSpace(digits[:n]), u.bytes
			break
		}
	}
	v, err := strconv.ParseFloat(digits, 64)
	if v *= unit; err != nil || !(v >= 1 && v < math.MaxInt64) {
		return 0, exit.Usagef("--max-memory %s: want a size like 512MiB, 2GB or a number of bytes", s)
	}
	return int64(v), nil
}
