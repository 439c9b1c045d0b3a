package topo

import "cmp"

// Level is the value Hi + Lo, where Hi is the float64 nearest to it (Dekker
// 1971): 106 bits, so that it holds any 64-bit integer.
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

// Levels are values that ascend. A field of values that float64 cannot hold is
// given as their indices in such a table, and a diagram of it likewise; what only
// compares values needs no table. Nil is that of a field of plain values, each
// its own index.
type Levels []Level

// At returns the value of index k, which may be NaN or infinite.
func (t Levels) At(k float64) Level {
	if t == nil || k-k != 0 {
		return Level{Hi: k}
	}
	return t[int(k)]
}

// Minus returns the value of index a less that of index b, rounded: ±Inf where
// it overflows.
func (t Levels) Minus(a, b float64) float64 {
	if t == nil {
		return a - b
	}
	return t.At(a).Minus(t.At(b))
}
