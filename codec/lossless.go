package codec

import (
	"encoding/binary"
	"os"
	"strconv"

	"github.com/morselcodec/morsel/codec/internal/scan"
	"github.com/morselcodec/morsel/formats"
)

// scanInput is a chunk to be coded losslessly by a scan.
type scanInput struct {
	*chunkCodec
	shape   []int
	places  []int64
	special []bool // values that the scan leaves out; nil for none
	params  scan.Params
}

// lossless codes the chunk by a scan, in the best of the ways that the level
// tries.
func (in *chunkInput[T]) lossless() encoded {
	s := scanInput{chunkCodec: in.chunkCodec, shape: in.grid.shape[:in.grid.rank], special: in.special}
	var further []int
	if in.DType.IsInteger() {
		s.places, s.params.Lattice = integerPlaces(in.elements, in.DType), scan.Lattice{Kind: scan.Decimals}
	} else {
		x := make([]float64, len(in.x))
		for i, v := range in.x {
			x[i] = float64(v)
		}
		s.params.Lattice, further = findLattice(x, in.special, in.DType)
		s.places = make([]int64, len(x))
		for i, v := range x {
			if in.special == nil || !in.special[i] {
				s.places[i] = s.params.Lattice.Place(v)
			}
		}
		if len(further) > 0 {
			s.special = make([]bool, len(x))
			copy(s.special, in.special)
			for _, i := range further {
				s.special[i] = true
			}
		}
	}
	e := s.encode()
	in.addSpecials(&e, further)
	return e
}

// losslessIntegers codes a chunk of integers that no float holds.
func (c *chunkCodec) losslessIntegers(shape []int, elements []byte) encoded {
	s := scanInput{chunkCodec: c, shape: shape, places: integerPlaces(elements, c.DType)}
	s.params.Lattice.Kind = scan.Decimals
	return s.encode()
}

// encode codes the places.
func (s *scanInput) encode() encoded {
	best := encoded{chunkData: chunkData{mode: modeScan}}
	s.observe()
	if r := env("REP", -1); r >= 0 {
		s.params.Repeats = r
	}
	if r := env("LOW", -1); r >= 0 {
		s.params.Low = r
	}
	if r := env("TWIN", -1); r >= 0 {
		s.params.Twin = r
	}
	for _, p := range s.attempts() {
		b := scan.Encode(nil, p, s.shape, s.places, s.special)
		if had := best.block[blockScan]; had == nil || len(b) < len(had) {
			best.block[blockScan] = b
		}
	}
	return best
}

func env(k string, d int) int {
	if v, err := strconv.Atoi(os.Getenv(k)); err == nil {
		return v
	}
	return d
}

// attempts lists the ways to code the places that the level tries.
func (s *scanInput) attempts() []scan.Params {
	var list []scan.Params
	add := func(taps, memory int, sparse bool) {
		p := s.params
		p.Taps, p.Memory, p.Sparse = taps, memory, sparse
		list = append(list, p)
	}
	if env("TAPS", 0) > 0 {
		add(env("TAPS", 16), env("MEM", 10), env("SPARSE", 0) > 0)
		return list
	}
	small := len(s.places) <= smallArray && s.tiles.total == 1
	switch {
	case s.level <= 4:
		add(8, 9, true)
	case s.level <= 6 && !small:
		add(20, 9, true)
	case s.level <= 6:
		add(24, 8, false)
		add(12, 7, false)
	default:
		add(32, 10, false)
		add(40, 8, false)
		if small {
			add(16, 7, false)
			add(24, 7, false)
		}
	}
	return list
}

// integerPlaces returns integers as they are; those of 64 bits without a sign
// wrap around.
func integerPlaces(b []byte, d formats.DType) []int64 {
	places := make([]int64, len(b)/d.Size())
	le := binary.LittleEndian
	for i := range places {
		switch d {
		case formats.Int8:
			places[i] = int64(int8(b[i]))
		case formats.Uint8:
			places[i] = int64(b[i])
		case formats.Int16:
			places[i] = int64(int16(le.Uint16(b[2*i:])))
		case formats.Uint16:
			places[i] = int64(le.Uint16(b[2*i:]))
		case formats.Int32:
			places[i] = int64(int32(le.Uint32(b[4*i:])))
		case formats.Uint32:
			places[i] = int64(le.Uint32(b[4*i:]))
		default:
			places[i] = int64(le.Uint64(b[8*i:]))
		}
	}
	return places
}

// putIntegers is the inverse of integerPlaces.
func putIntegers(b []byte, places []int64, d formats.DType) {
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

// decodeScan decodes a chunk coded by a scan. Values where skip is set are left
// to be filled in.
func decodeScan(c *chunkCodec, dst []byte, shape []int, skip []bool, payload []byte) error {
	places := make([]int64, len(dst)/c.DType.Size())
	lattice, err := scan.Decode(payload, shape, places, skip)
	if err != nil {
		return err
	}
	if c.DType.IsInteger() {
		putIntegers(dst, places, c.DType)
		return nil
	}
	x := make([]float64, len(places))
	for i, u := range places {
		x[i] = lattice.Value(u)
	}
	formats.Demote(dst, x, c.DType)
	return nil
}
