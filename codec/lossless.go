package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/interrupt"
	"github.com/morselcodec/morsel/codec/internal/residual"
	"github.com/morselcodec/morsel/codec/internal/scan"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/formats/array"
)

// scanLevel is the level from which lossless chunks are scanned; below, speed
// matters more.
const scanLevel = 4

// lossless codes the chunk by a scan.
func (in *chunkInput[T]) lossless() encoded {
	s := scanInput{chunkCodec: in.chunkCodec, shape: in.grid.Shape[:in.grid.Rank], special: in.Special, stop: in.grid.Watch}
	var further []int
	if in.DType.IsInteger() {
		s.places, s.params.Lattice = integerPlaces(in.Elements, in.DType), integerLattice
	} else {
		x := make([]float64, len(in.X))
		for i, v := range in.X {
			x[i] = float64(v)
		}
		s.params.Lattice, further = findLattice(x, in.Special, in.DType, in.grid.Watch)
		s.leaveOut(further)
		s.places = make([]int64, len(x))
		for i, v := range x {
			if !s.skips(i) {
				s.places[i] = s.params.Lattice.Place(v)
			}
		}
	}
	e := s.encode()
	in.Blocks(&e.block, in.grid, further)
	e.err = in.verifyBits(&e, s.shape, in.Elements)
	return e
}

// losslessIntegers codes a chunk of integers that no float holds.
func (c *chunkCodec) losslessIntegers(shape []int, elements []byte) encoded {
	s := scanInput{chunkCodec: c, shape: shape, places: integerPlaces(elements, c.DType), stop: c.interrupt()}
	s.params.Lattice = integerLattice
	s.params.Lattice.Origin = s.places[len(s.places)/2] // so that numbers around are exact
	e := s.encode()
	e.err = c.verifyBits(&e, shape, elements)
	return e
}

// verifyBits decodes e and wants the elements back.
func (c *chunkCodec) verifyBits(e *encoded, shape []int, elements []byte) error {
	decoded := make([]byte, len(elements))
	if err := c.decode(decoded, shape, &e.chunkData); err != nil {
		return fmt.Errorf("verification: %w", err)
	}
	if !bytes.Equal(decoded, elements) {
		return errors.New("verification: other bits")
	}
	return nil
}

// scanInput is what a scan codes.
type scanInput struct {
	*chunkCodec
	shape   []int
	places  []int64
	special []bool // values that the scan leaves out; nil for none
	params  scan.Params
	stop    *interrupt.Watch
}

// skips reports whether the scan leaves value i out.
func (s *scanInput) skips(i int) bool { return s.special != nil && s.special[i] }

// leaveOut adds values to those that the scan leaves out.
func (s *scanInput) leaveOut(further []int) {
	if len(further) == 0 {
		return
	}
	if s.special = slices.Clone(s.special); s.special == nil {
		s.special = make([]bool, tiling.Product(s.shape))
	}
	for _, i := range further {
		s.special[i] = true
	}
}

// encode codes the places, or their ranks in a table where there are few
// different ones and that is smaller.
func (s *scanInput) encode() encoded {
	e := encoded{chunkData: chunkData{mode: modeScan}}
	e.block[block.Scan] = s.smallest()
	table := s.distinct(len(s.places) / tableShare)
	if len(table) == 0 {
		return e
	}
	ranked := encoded{chunkData: chunkData{mode: modeScan}}
	ranked.block[block.Table] = s.encodeTable(table)
	s.rank(table)
	ranked.block[block.Scan] = s.smallest()
	return smaller(e, ranked)
}

// smallest codes the places in the best of the ways that the level tries.
func (s *scanInput) smallest() []byte {
	s.observe()
	var best []byte
	for _, p := range s.attempts() {
		if b := scan.Encode(nil, p, s.shape, s.places, s.special, s.stop.Check); best == nil || len(b) < len(best) {
			best = b
		}
	}
	return best
}

// attempts lists the ways to code the places that the level tries.
func (s *scanInput) attempts() []scan.Params {
	type way struct{ taps, memory int }
	small := len(s.places) <= residual.SmallArray && s.tiles.Total == 1
	var ways []way
	switch {
	case s.level == scanLevel:
		ways = []way{{8, 9}}
	case s.level <= 6 && !small:
		ways = []way{{24, 9}}
	case s.level <= 6:
		ways = []way{{24, 8}, {12, 7}}
	case !small:
		ways = []way{{32, 10}, {40, 8}}
	default:
		ways = []way{{40, 10}, {32, 8}, {24, 7}, {16, 8}, {12, 7}}
	}
	var list []scan.Params
	for _, w := range ways {
		p := s.params
		p.Taps, p.Memory = w.taps, w.memory
		list = append(list, p)
	}
	return list
}

// integerLattice is that of integers.
var integerLattice = scan.Lattice{Kind: scan.Decimals}

// integerPlaces returns integers as they are; those of 64 bits without a sign
// wrap around.
func integerPlaces(b []byte, d array.DType) []int64 {
	places := make([]int64, len(b)/d.Size())
	le := binary.LittleEndian
	for i := range places {
		switch d {
		case array.Int8:
			places[i] = int64(int8(b[i]))
		case array.Uint8:
			places[i] = int64(b[i])
		case array.Int16:
			places[i] = int64(int16(le.Uint16(b[2*i:])))
		case array.Uint16:
			places[i] = int64(le.Uint16(b[2*i:]))
		case array.Int32:
			places[i] = int64(int32(le.Uint32(b[4*i:])))
		case array.Uint32:
			places[i] = int64(le.Uint32(b[4*i:]))
		default:
			places[i] = int64(le.Uint64(b[8*i:]))
		}
	}
	return places
}

// putIntegers is the inverse of integerPlaces.
func putIntegers(b []byte, places []int64, d array.DType) {
	le := binary.LittleEndian
	for i, u := range places {
		switch d.Size() {
		case 1:
			b[i] = byte(u)
		case 2:
			le.PutUint16(b[2*i:], uint16(u))
		case 4:
			le.PutUint32(b[4*i:], uint32(u))
		default:
			le.PutUint64(b[8*i:], uint64(u))
		}
	}
}

// decodeScan decodes a chunk coded by a scan.
func (c *chunkCodec) decodeScan(dst []byte, shape []int, data *chunkData) error {
	g := c.gridOf(shape)
	m, list, err := special.Parse(&g, c.DType.Size(), data.block[block.Mask], data.block[block.Exact])
	if err != nil {
		return err
	}
	places := make([]int64, g.Size)
	skip := special.Skipped(g.Size, m, list)
	lattice, err := scan.Decode(data.block[block.Scan], shape, places, skip, g.Watch.Check)
	if err != nil {
		return fault.InBlock("scan", err)
	}
	if b := data.block[block.Table]; b != nil {
		if lattice, err = unrank(b, places, skip, g.Watch); err != nil {
			return fault.InBlock("table", err)
		}
	}
	if c.DType.IsInteger() {
		putIntegers(dst, places, c.DType)
	} else {
		var x [1 << 10]float64
		size := c.DType.Size()
		for at := 0; at < len(places); at += len(x) {
			part := places[at:min(at+len(x), len(places))]
			for i, u := range part {
				x[i] = lattice.Value(u)
			}
			array.Demote(dst[at*size:], x[:len(part)], c.DType)
		}
	}
	special.Restore(dst, m, list, c.DType.Size())
	return nil
}
