package array

import (
	"cmp"
	"math"
	"slices"
)

// Candidate is a value that looks like a fill value though nobody declared it.
type Candidate struct {
	Value   Element `json:"value"`
	Count   int64   `json:"count"`   // how often it occurs
	Named   bool    `json:"named"`   // it is a customary fill value, such as -9999
	Stretch float64 `json:"stretch"` // how many times as wide it makes the range of what is no candidate
}

// Spoils reports whether a bound relative to the range says nothing about the
// other values unless the candidate is declared as fill.
func (c Candidate) Spoils() bool { return c.Stretch >= spoilingStretch }

const (
	spoilingStretch = 1000 // what a value that nobody knows as fill has to reach
	namedStretch    = 2    // and a customary one

	leastNamed    = 2    // how often a customary one occurs at least,
	leastOthers   = 8    // another at least,
	leastShare    = 1e-3 // and in what share of the array
	leastDistinct = 16   // how many different values have to be left, so that two or three classes are none
	maxPeeled     = 4    // how many values that are not customary are peeled off at an end
)

// Candidates returns the values at the ends of the range that look like fill,
// those that stretch it most first, and the range of the others. A customary
// fill value is one if it occurs twice and stretches the range twofold, another
// value if it occurs eight times, in a thousandth of the array, and stretches the
// range a thousandfold.
func (c *Census) Candidates() ([]Candidate, Range) {
	low, high := c.ends()
	different := len(c.low.list)
	for _, n := range c.nameCount {
		different += bitOf(n > 0)
	}
	var best []Candidate
	rest := c.Range()
	for a := range c.peelable(low) + 1 {
		for b := range c.peelable(high) + 1 {
			if different-a-b < leastDistinct || a+b <= len(best) {
				continue
			}
			r := Range{c.float(low[a].key), c.float(high[b].key)}
			if found := c.outside(r, low[:a], high[:b]); found != nil {
				best, rest = found, r
			}
		}
	}
	slices.SortFunc(best, func(x, y Candidate) int { return cmp.Compare(y.Stretch, x.Stretch) })
	return best, rest
}

// outside makes candidates of the values outside r, nil unless each of them is
// far enough away.
func (c *Census) outside(r Range, low, high []counted) (list []Candidate) {
	for _, v := range slices.Concat(low, high) {
		x := c.float(v.key)
		stretch := (math.Max(r.Max, x) - math.Min(r.Min, x)) / r.Width()
		if !(stretch >= spoilingStretch || v.named && stretch >= namedStretch) {
			return nil
		}
		list = append(list, Candidate{elementOf(c.dtype, v.key), v.n, v.named, math.Min(stretch, math.MaxFloat64)})
	}
	return list
}

// counted is one of the outermost values.
type counted struct {
	key   uint64
	n     int64
	named bool
}

// ends returns the values at both ends, outermost first. Deeper than any value
// is peeled off, some may be missing.
func (c *Census) ends() (low, high []counted) {
	for i, n := range c.nameCount {
		if n > 0 {
			low = append(low, counted{c.named[i], n, true})
		}
	}
	high = slices.Clone(low)
	for _, v := range c.low.list {
		low = append(low, counted{v.key, v.n, false})
	}
	for _, v := range c.high.list {
		high = append(high, counted{^v.key, v.n, false})
	}
	slices.SortFunc(low, func(x, y counted) int { return cmp.Compare(x.key, y.key) })
	slices.SortFunc(high, func(x, y counted) int { return cmp.Compare(y.key, x.key) })
	return low, high
}

// Ends returns the smallest and the largest finite value that is neither declared
// fill nor one of the candidates in but, integers with every digit; ok is false
// if there is none.
func (c *Census) Ends(but []Element) (lo, hi Element, ok bool) {
	low, high := c.ends()
	other := func(v counted) bool { return !slices.Contains(but, elementOf(c.dtype, v.key)) }
	a, b := slices.IndexFunc(low, other), slices.IndexFunc(high, other)
	if a < 0 || b < 0 {
		return lo, hi, false
	}
	return elementOf(c.dtype, low[a].key), elementOf(c.dtype, high[b].key), true
}

// peelable returns how many of the outermost values occur often enough.
func (c *Census) peelable(end []counted) int {
	others := 0
	for i, v := range end {
		often := v.n >= leastOthers && float64(v.n) >= leastShare*float64(c.values)
		switch {
		case v.named && v.n >= leastNamed:
		case !v.named && often && others < maxPeeled:
			others++
		default:
			return i
		}
	}
	return len(end)
}

// customary lists the fill values that programs write: netCDF's, and those of
// climate and weather models.
var customary = []string{
	"-9999", "-999", "-99999", "1e20", "-1e20", "1e30", "-1e30", "1e35", "-1e35", "1e37", "-1e37",
	"9.96921e36", "9.969209968386869e36", "-32767", "-2147483647", "-9223372036854775806",
	// The ends of the integer types; 0 is one of its own kind.
	"-32768", "32767", "65535", "-2147483648", "2147483647", "4294967295",
	"-9223372036854775808", "9223372036854775807", "18446744073709551615",
}

// sentinels returns the customary fill values as elements of type d. Those of 8
// bits have none.
func sentinels(d DType) (list []Element) {
	if d.Size() == 1 {
		return nil
	}
	for _, s := range customary {
		if e, err := ParseElement(d, s); err == nil {
			list = append(list, e)
		}
		// A file of float64 may hold what was written as float32.
		if e, err := ParseElement(Float32, s); err == nil && d == Float64 {
			list = append(list, Element{d, math.Float64bits(e.Float64())})
		}
	}
	return list
}

func bitOf(b bool) int {
	if b {
		return 1
	}
	return 0
}
