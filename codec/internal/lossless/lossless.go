// Package lossless codes the values of a chunk with all their bits: as places on
// a lattice, which a scan predicts one by one from those before. See "Scan" in
// FORMAT.md.
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

// Encode codes values. It returns which are on no lattice with the others: they
// are not coded, and neither are the special ones.
func Encode[T array.Float](in *Input, v *special.Values[T]) (b block.List, off []int) {
	s := in.scan(v.Special)
	if in.DType.IsInteger() {
		s.places, s.params.Lattice = integerPlaces(v.Elements, in.DType), integerLattice
		return s.encode(), nil
	}
	x := make([]float64, len(v.X))
	for i, v := range v.X {
		x[i] = float64(v)
	}
	s.params.Lattice, off = findLattice(x, v.Special, in.DType, in.Grid.Watch)
	s.leaveOut(off)
	s.places = make([]int64, len(x))
	for i, v := range x {
		if !s.skips(i) {
			s.places[i] = s.params.Lattice.Place(v)
		}
	}
	return s.encode(), off
}

// EncodeIntegers codes integers that no float holds.
func EncodeIntegers(in *Input, elements []byte) block.List {
	s := in.scan(nil)
	s.places, s.params.Lattice = integerPlaces(elements, in.DType), integerLattice
	s.params.Lattice.Origin = s.places[len(s.places)/2] // so that numbers around are exact
	return s.encode()
}

// Decode fills dst with the elements of a chunk of type d.
func Decode(dst []byte, g *grid.Grid, d array.DType, b *block.List) error {
	m, list, err := special.Parse(g, d.Size(), b[block.Mask], b[block.Unpredictable])
	if err != nil {
		return err
	}
	places := make([]int64, g.Size)
	skip := special.Skipped(g.Size, m, list)
	lattice, err := scan.Decode(b[block.Scan], g.Shape[:g.Rank], places, skip, g.Watch.Check)
	if err != nil {
		return fault.InBlock("scan", err)
	}
	if b := b[block.Table]; b != nil {
		if lattice, err = unrank(b, places, skip, g.Watch); err != nil {
			return fault.InBlock("table", err)
		}
	}
	if d.IsInteger() {
		putIntegers(dst, places, d)
	} else {
		var x [1 << 10]float64
		size := d.Size()
		for at := 0; at < len(places); at += len(x) {
			part := places[at:min(at+len(x), len(places))]
			for i, u := range part {
				x[i] = lattice.Value(u)
			}
			array.Demote(dst[at*size:], x[:len(part)], d)
		}
	}
	special.Restore(dst, m, list, d.Size())
	return nil
}
