// Package long lets tests try more than everyday runs have time for. Test
// packages that import it take the flag -long:
//
//	go test ./codec -long
package long

import "flag"

var flagLong = flag.Bool("long", false, "try much more, for minutes instead of seconds")

// Run reports whether the flag is given.
func Run() bool { return *flagLong }

// Trials returns how much to try: everyday, or many with the flag.
func Trials(everyday, many int) int {
	if *flagLong {
		return many
	}
	return everyday
}
