package main

import (
	"strconv"
	"strings"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/formats"
)

// region is a part of an array: indices from lo to hi of each axis.
type region struct {
	lo, hi []int
	shape  []int // of the result, without the axes that a single index drops
}

// parseRegion reads a part of an array of the given shape as NumPy does: one
// LO:HI or single index an axis, slowest first. Either side of a colon may be
// missing, negative numbers count from the end, a single index drops its axis,
// and "..." or nothing at the end stands for all axes that are left. Unlike
// NumPy's, ranges must lie within the array and hold something, and where all
// axes are dropped one of extent 1 is left.
func parseRegion(s string, shape []int) (*region, error) {
	parts := strings.Split(s, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	parts, err := wholeAxes(s, parts, shape)
	if err != nil {
		return nil, err
	}
	r := &region{}
	for axis, part := range parts {
		lo, hi, drop, err := parseSlice(s, part, axis, shape[axis])
		if err != nil {
			return nil, err
		}
		r.lo, r.hi = append(r.lo, lo), append(r.hi, hi)
		if !drop {
			r.shape = append(r.shape, hi-lo)
		}
	}
	if len(r.shape) == 0 {
		r.shape = []int{1}
	}
	return r, nil
}

// wholeAxes puts ":" where "..." or nothing stands for axes.
func wholeAxes(s string, parts []string, shape []int) ([]string, error) {
	at, fill := len(parts), len(shape)-len(parts)
	for i, part := range parts {
		if part != "..." {
			continue
		}
		if at < len(parts) {
			return nil, exit.Usagef("--region %s: \"...\" may stand once", s)
		}
		at = i
		fill++
	}
	if fill < 0 {
		return nil, exit.Usagef("--region %s: %d indices for the %d dimensions of %s", s, len(shape)-fill, len(shape), formats.FormatShape(shape))
	}
	var whole []string
	whole = append(whole, parts[:at]...)
	for range fill {
		whole = append(whole, ":")
	}
	return append(whole, parts[min(at+1, len(parts)):]...), nil
}

// parseSlice reads what one axis takes: lo to hi, and whether the axis drops.
func parseSlice(s, part string, axis, extent int) (lo, hi int, drop bool, err error) {
	from, to, isRange := strings.Cut(part, ":")
	lo, errLo := index(from, 0, extent)
	hi, errHi := index(to, extent, extent)
	switch {
	case isRange && strings.Contains(to, ":"):
		return 0, 0, false, exit.Usagef("--region %s: %q has a step; only whole ranges LO:HI can be read", s, part)
	case errLo != nil, isRange && errHi != nil, !isRange && from == "":
		return 0, 0, false, exit.Usagef("--region %s: %q is neither LO:HI nor an index", s, part)
	case !isRange && (lo < 0 || lo >= extent):
		return 0, 0, false, exit.Usagef("--region %s: index %s is beyond dimension %d, which has %d (want %d to %d)", s, part, axis, extent, -extent, extent-1)
	case !isRange:
		return lo, lo + 1, true, nil
	case lo < 0 || hi < 0 || lo > extent || hi > extent:
		return 0, 0, false, exit.Usagef("--region %s: %s reaches beyond dimension %d, which has %d", s, part, axis, extent)
	case lo > hi || lo == hi && extent > 0:
		return 0, 0, false, exit.Usagef("--region %s: %s is empty: no index is from %d up to below %d", s, part, lo, hi)
	}
	return lo, hi, false, nil
}

// index reads a number that counts from the end where it is negative.
func index(s string, missing, extent int) (int, error) {
	if s = strings.TrimSpace(s); s == "" {
		return missing, nil
	}
	n, err := strconv.Atoi(s)
	if n < 0 {
		n += extent
	}
	return n, err
}
