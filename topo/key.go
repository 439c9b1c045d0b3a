package topo

import (
	"math"

	"github.com/morselcodec/morsel/formats/array"
)

// key is an unsigned integer that orders as the value it stands for. Zero is
// the lowest and absent the highest of all; no finite value has either.
type key interface{ uint32 | uint64 }

// absent marks a cell that never enters the filtration.
func absent[K key]() K { return ^K(0) }

func key32(v float32) uint32 {
	b := math.Float32bits(v + 0) // −0 becomes +0: they are one value
	if b>>31 != 0 {
		return ^b
	}
	return b | 1<<31
}

func value32(k uint32) float64 {
	if k>>31 != 0 {
		return float64(math.Float32frombits(k &^ (1 << 31)))
	}
	return float64(math.Float32frombits(^k))
}

func key64(v float64) uint64 {
	b := math.Float64bits(v + 0)
	if b>>63 != 0 {
		return ^b
	}
	return b | 1<<63
}

func value64(k uint64) float64 {
	if k>>63 != 0 {
		return math.Float64frombits(k &^ (1 << 63))
	}
	return math.Float64frombits(^k)
}

// finite reports whether v is neither NaN nor infinite.
func finite[T array.Float](v T) bool { return v-v == 0 }
