// Package lossless codes the values of a chunk with all their bits: it finds the
// coarsest lattice that they lie on, and has their lattice indices scanned (see
// package scan), or their positions in a table of the different ones. Values off
// the lattice become unpredictable ones. It is chunk mode 5, section 12 of FORMAT.md.
package lossless

import (
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/scan"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// LeastLevel is the level from which lossless chunks are scanned; below, speed
// matters more.
const LeastLevel = 4

// Input says how to code a chunk.
type Input struct {
	Grid  *grid.Grid
	DType array.DType
	Level int  // of effort, LeastLevel to 9
	Alone bool // the chunk is the whole array
}

// Encode codes values. It returns the row-major indices of those off the lattice
// of the others, which the caller stores as unpredictable: they are not coded,
// and neither are the special ones.
func Encode[T array.Float](in *Input, v *special.Values[T]) (b block.List, off []int) {
	s := in.scan(v.Special)
	if in.DType.IsInteger() {
		s.indices, s.params.Lattice = integerIndices(v.Elements, in.DType), integerLattice
		return s.encode(), nil
	}
	x := make([]float64, len(v.X))
	for i, v := range v.X {
		x[i] = float64(v)
	}
	s.params.Lattice, off = findLattice(x, v.Special, in.DType, in.Grid.Watch)
	s.leaveOut(off)
	s.indices = make([]int64, len(x))
	for i, v := range x {
		if !s.skips(i) {
			s.indices[i] = s.params.Lattice.Index(v)
		}
	}
	return s.encode(), off
}

// EncodeIntegers codes integers of 64 bits, some of which no float holds, by their
// elements.
func EncodeIntegers(in *Input, elements []byte) block.List {
	s := in.scan(nil)
	s.indices, s.params.Lattice = integerIndices(elements, in.DType), integerLattice
	s.params.Lattice.Origin = s.indices[len(s.indices)/2] // so that numbers around are exact
	return s.encode()
}

// Decode fills dst with the elements of a chunk of type d. Errors name the block.
func Decode(dst []byte, g *grid.Grid, d array.DType, b *block.List) error {
	m, list, err := special.Parse(g, d.Size(), b[block.Mask], b[block.Unpredictable])
	if err != nil {
		return err
	}
	indices := make([]int64, g.Size)
	uncoded := special.Uncoded(g.Size, m, list)
	lattice, err := scan.Decode(b[block.Scan], g.Shape[:g.Rank], indices, uncoded, g.Watch.Check)
	if err != nil {
		return fault.InBlock("scan", err)
	}
	if b := b[block.Table]; b != nil {
		if lattice, err = replacePositions(b, indices, uncoded, g.Watch); err != nil {
			return fault.InBlock("table", err)
		}
	}
	if d.IsInteger() {
		putIntegers(dst, indices, d)
	} else {
		var x [1 << 10]float64
		size := d.Size()
		for at := 0; at < len(indices); at += len(x) {
			part := indices[at:min(at+len(x), len(indices))]
			for i, u := range part {
				x[i] = lattice.Value(u)
			}
			array.Demote(dst[at*size:], x[:len(part)], d)
		}
	}
	special.Restore(dst, m, list, d.Size())
	return nil
}
