package topo

import "cmp"

// Level is the value Hi + Lo, where Hi is the float64 nearest to it (Dekker
// 1971): 106 bits, so that it holds any 64-bit integer.
//
// Fields of such values are given as indices: a table of levels that ascends,
// and in place of each value its index in there, to which [Options] and
// [Diagram] add the table. What only compares values needs no table.
type Level struct{ Hi, Lo float64 }

// LevelOf returns the level of an integer.
func LevelOf[T int64 | uint64](v T) Level {
	hi, lo := float64(v>>32)*0x1p32, float64(v&0xffffffff)
	sum := hi + lo
	return Level{sum, lo - (sum - hi)}
}

// Compare returns −1, 0 or +1 as a is below, equal to or above b.
func (a Level) Compare(b Level) int { return cmp.Or(cmp.Compare(a.Hi, b.Hi), cmp.Compare(a.Lo, b.Lo)) }

// Minus returns a − b, rounded.
func (a Level) Minus(b Level) float64 { return (a.Hi - b.Hi) + (a.Lo - b.Lo) }

// gap returns a − b, of two values or of two indices of levels.
func gap(levels []Level, a, b float64) float64 {
	if levels == nil {
		return a - b
	}
	return levels[int(a)].Minus(levels[int(b)])
}
