// Package tiling cuts arrays into chunks, and gathers chunks into slabs.
//
// Chunks are boxes of one shape, side by side from index 0 along each axis and
// numbered row-major; the last ones along an axis are cut off by the array. A slab
// is the chunks whose values lie together in a row-major stream: encoder and
// decoder hold a few slabs in memory. A box is given by the coordinates at which it
// begins and ends, lo and hi, hi not in it.
//
// See "Chunk grid" in section 3 of FORMAT.md.
package tiling

import (
	"fmt"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/formats/array"
)

// MaxChunkValues is the most values of a chunk of any mode.
const MaxChunkValues = 1 << 26

// MinChunkBytes is the least size of chunks, in bytes of elements, unless the array
// is one chunk: what a chunk's section adds to its values is less than a thousandth
// of that.
const MinChunkBytes = 24 << 10

// defaultChunkValues is what a chunk holds when the user does not say.
const defaultChunkValues = 1 << 21

// A slab holds at most defaultSlabValues unless the user says otherwise, never more
// than MaxSlabValues and, if it is several chunks, maxSlabBytes.
const (
	defaultSlabValues = 1 << 24
	MaxSlabValues     = 1 << 27
	maxSlabBytes      = 1 << 27
)

// Tiling is how an array is cut into chunks, numbered from 0.
type Tiling struct {
	Shape, Chunk []int // extents of the array, and of a chunk that is not cut off
	count        []int // chunks along each axis
	Total        int   // chunks in all
	lead         int   // chunks have extent 1 along the axes before this one
	SlabChunks   int   // chunks in a slab: those that differ only behind lead
}

// New returns the tiling of an array of the given shape, of elements of size bytes,
// by chunks of the shape chunk. It returns an error if the chunks do not fit the
// array or are beyond the format's limits.
func New(shape, chunk []int, size int) (Tiling, error) {
	t := Tiling{Shape: shape, Chunk: chunk, count: make([]int, len(shape)), Total: 1, SlabChunks: 1}
	if len(chunk) != len(shape) {
		return t, fmt.Errorf("chunk shape %s has rank %d, the array %d", array.FormatShape(chunk), len(chunk), len(shape))
	}
	values := 1
	for a, c := range chunk {
		if c < 1 || c > max(shape[a], 1) {
			return t, fmt.Errorf("chunk shape %s does not fit %s", array.FormatShape(chunk), array.FormatShape(shape))
		}
	}
	if slices.Contains(shape, 0) {
		t.Total, t.SlabChunks = 0, 0 // no chunks, of whatever shape
		return t, nil
	}
	for a, c := range chunk {
		if values *= c; values > MaxChunkValues {
			return t, fmt.Errorf("chunk shape %s holds more than %d values", array.FormatShape(chunk), MaxChunkValues)
		}
		t.count[a] = (shape[a] + c - 1) / c
		t.Total *= t.count[a] // no more than the values of the array
	}
	for t.lead < len(chunk)-1 && chunk[t.lead] == 1 {
		t.lead++
	}
	slab := chunk[t.lead]
	for a := t.lead + 1; a < len(shape); a++ {
		t.SlabChunks *= t.count[a]
		slab = min(slab*min(max(shape[a], 1), MaxSlabValues), MaxSlabValues)
	}
	if t.SlabChunks > 1 && slab > maxSlabBytes/size {
		return t, fmt.Errorf("%w: chunk shape %s needs slabs of more than %d MiB; make it smaller along axis %d",
			fault.ErrLimit, array.FormatShape(chunk), maxSlabBytes>>20, t.lead)
	}
	return t, nil
}

// ChooseChunk returns the shape of chunks for an array of the given shape, of
// elements of size bytes: want, cut to the array, or, if that is nil, about
// defaultChunkValues in a shape as near a cube as the array and MaxSlabValues
// allow. Errors are ErrOptions; anySize lifts MinChunkBytes.
func ChooseChunk(shape, want []int, size int, anySize bool) ([]int, error) {
	chunk := make([]int, len(shape))
	if want != nil {
		if len(want) != len(shape) {
			return nil, fmt.Errorf("%w: chunk shape %s has rank %d, the array %d",
				fault.ErrOptions, array.FormatShape(want), len(want), len(shape))
		}
		values := 1
		for a, c := range want {
			if c < 1 {
				return nil, fmt.Errorf("%w: chunk shape %s (want numbers from 1)", fault.ErrOptions, array.FormatShape(want))
			}
			chunk[a] = min(c, max(shape[a], 1))
			if values > MaxChunkValues/chunk[a] {
				return nil, fmt.Errorf("%w: chunk shape %s holds more than %d values", fault.ErrOptions, array.FormatShape(want), MaxChunkValues)
			}
			values *= chunk[a]
		}
		if whole := slices.Equal(chunk, shape); !whole && values*size < MinChunkBytes && !anySize {
			return nil, fmt.Errorf("%w: a chunk of shape %s holds %d bytes; each costs some more, so that %d are the least",
				fault.ErrOptions, array.FormatShape(want), values*size, MinChunkBytes)
		}
		return chunk, nil
	}
	for a, n := range shape {
		chunk[a] = max(n, 1)
	}
	for { // halve the longest axis until a chunk is small enough
		values, longest := 1, 0
		for a, n := range chunk {
			values = min(values, MaxSlabValues) * min(n, MaxSlabValues)
			if n > chunk[longest] {
				longest = a
			}
		}
		if values <= defaultChunkValues {
			break
		}
		chunk[longest] = (chunk[longest] + 1) / 2
	}
	plane := 1 // values of the axes behind a, saturating
	for a := len(shape) - 1; a >= 0; a-- {
		// An axis that leads a slab is cut to the slab's size; cut to 1, it
		// leaves the lead to the next one.
		chunk[a] = min(chunk[a], max(defaultSlabValues/plane, 1))
		plane = min(plane*min(max(shape[a], 1), MaxSlabValues), MaxSlabValues)
	}
	return chunk, nil
}

// Box returns the box of chunk i.
func (t *Tiling) Box(i int) (lo, hi []int) {
	lo, hi = make([]int, len(t.Shape)), make([]int, len(t.Shape))
	for a := len(t.Shape) - 1; a >= 0; a-- {
		lo[a] = i % t.count[a] * t.Chunk[a]
		hi[a] = min(lo[a]+t.Chunk[a], t.Shape[a])
		i /= t.count[a]
	}
	return lo, hi
}

// Extent returns the shape of the box from lo to hi.
func Extent(lo, hi []int) []int {
	shape := make([]int, len(lo))
	for a := range lo {
		shape[a] = hi[a] - lo[a]
	}
	return shape
}

// CopyBox copies the box from lo to hi, size entries an element, from src to dst.
// Each holds, row-major, a box that contains it: from dstLo on, of the shape
// dstShape, and likewise src.
func CopyBox[E any](dst []E, dstLo, dstShape []int, src []E, srcLo, srcShape, lo, hi []int, size int) {
	rank := len(lo)
	for a := range lo {
		if lo[a] >= hi[a] {
			return
		}
	}
	row := (hi[rank-1] - lo[rank-1]) * size
	at := append([]int(nil), lo...)
	for {
		d, s := 0, 0
		for a := range at {
			d = d*dstShape[a] + at[a] - dstLo[a]
			s = s*srcShape[a] + at[a] - srcLo[a]
		}
		copy(dst[d*size:d*size+row], src[s*size:s*size+row])
		a := rank - 2
		for ; a >= 0; a-- {
			if at[a]++; at[a] < hi[a] {
				break
			}
			at[a] = lo[a]
		}
		if a < 0 {
			return
		}
	}
}

// Next moves c to the next coordinates of the box from lo to hi, row-major, from
// the last to the first. It reports whether there was a next one.
func Next(c, lo, hi []int) bool {
	for a := len(c) - 1; a >= 0; a-- {
		if c[a]++; c[a] < hi[a] {
			return true
		}
		c[a] = lo[a]
	}
	return false
}
