package array

import (
	"fmt"
	"slices"
)

// UniqueNames names the arrays: unnamed ones get first, or the pattern with
// their index, and repeated names their index too, as files of several arrays
// want it.
func UniqueNames(sources []Source, first, pattern string) []string {
	var names []string
	for i, s := range sources {
		name := s.Name
		switch {
		case name == "" && i == 0:
			name = first
		case name == "":
			name = fmt.Sprintf(pattern, i)
		}
		for base, k := name, i; slices.Contains(names, name); k++ {
			name = fmt.Sprintf("%s_%d", base, k)
		}
		names = append(names, name)
	}
	return names
}
