package codec

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"os"
	"strconv"

	"github.com/morselcodec/morsel/codec/internal/scan"
	"github.com/morselcodec/morsel/formats"
)

// scanned codes a chunk losslessly by a scan.
func (c *chunkCodec) scanned(shape []int, elements []byte, m *mask, list *exact, special []bool) encoded {
	e := encoded{chunkData: chunkData{mode: modeScan}}
	p := scan.Params{Taps: env("TAPS", 16), Memory: env("MEM", 12), Low: env("LOW", 0), Repeats: env("REP", 0)}
	places, lattice := findLattice(elements, c.DType, special)
	p.Lattice = lattice
	e.block[blockScan] = scan.Encode([]byte{p.Lattice.Kind, p.Lattice.Unit, byte(p.Taps), byte(p.Memory), byte(p.Low), byte(p.Repeats)}, p, shape, places, special)
	if m != nil && len(m.classes) > 0 {
		g := newGrid(shape)
		e.block[blockMask] = m.appendTo(nil, &g)
	}
	if list != nil && len(list.at) > 0 {
		e.block[blockExact] = list.appendTo(nil)
	}
	return e
}

func env(k string, d int) int {
	if v, err := strconv.Atoi(os.Getenv(k)); err == nil {
		return v
	}
	return d
}

// findLattice returns the elements' places on the coarsest lattice that holds
// all that are not special.
func findLattice(elements []byte, d formats.DType, special []bool) ([]int64, scan.Lattice) {
	n := len(elements) / d.Size()
	places := make([]int64, n)
	if d.IsInteger() {
		for i := range places {
			places[i] = integerElement(elements, i, d)
		}
		return places, scan.Lattice{Kind: scan.Decimals}
	}
	x := make([]float64, n)
	if err := formats.Promote(x, elements, d); err != nil {
		panic(err)
	}
	ordinary := func(f func(v float64) bool) bool {
		for i, v := range x {
			if (special == nil || !special[i]) && !f(v) {
				return false
			}
		}
		return true
	}
	low := uint64(0)
	ordinary(func(v float64) bool { low |= math.Float64bits(v) << 1; return true })
	l := scan.Lattice{Unit: uint8(min(max(bits.TrailingZeros64(low)-1, 0), int(scan.MaxUnit[scan.Floats])))}
	if u := env("DEC", -1); u >= 0 {
		l = scan.Lattice{Kind: scan.Decimals, Unit: uint8(u)}
	}
	for i, v := range x {
		if special == nil || !special[i] {
			places[i] = l.Place(v)
		}
	}
	return places, l
}

func integerElement(b []byte, i int, d formats.DType) int64 {
	le := binary.LittleEndian
	switch d {
	case formats.Int8:
		return int64(int8(b[i]))
	case formats.Uint8:
		return int64(b[i])
	case formats.Int16:
		return int64(int16(le.Uint16(b[2*i:])))
	case formats.Uint16:
		return int64(le.Uint16(b[2*i:]))
	case formats.Int32:
		return int64(int32(le.Uint32(b[4*i:])))
	case formats.Uint32:
		return int64(le.Uint32(b[4*i:]))
	}
	return int64(le.Uint64(b[8*i:]))
}

// decodeScan decodes a chunk coded by a scan.
func decodeScan(c *chunkCodec, dst []byte, shape []int, skip []bool, data *chunkData) error {
	f := fields{b: data.block[blockScan]}
	p := scan.Params{Lattice: scan.Lattice{Kind: f.u8(), Unit: f.u8()}, Taps: int(f.u8()), Memory: int(f.u8()), Low: int(f.u8()), Repeats: int(f.u8())}
	switch {
	case f.err != nil:
		return f.err
	case int(p.Lattice.Kind) >= len(scan.MaxUnit):
		return fmt.Errorf("%w: unknown lattice %d", ErrVersion, p.Lattice.Kind)
	case p.Lattice.Unit > scan.MaxUnit[p.Lattice.Kind]:
		return errors.New("lattice")
	}
	size := c.DType.Size()
	places := make([]int64, len(dst)/size)
	if err := scan.Decode(f.b, p, shape, places, skip); err != nil {
		return err
	}
	if c.DType.IsInteger() {
		for i, u := range places {
			switch size {
			case 1:
				dst[i] = byte(u)
			case 2:
				binary.LittleEndian.PutUint16(dst[2*i:], uint16(u))
			case 4:
				binary.LittleEndian.PutUint32(dst[4*i:], uint32(u))
			default:
				binary.LittleEndian.PutUint64(dst[8*i:], uint64(u))
			}
		}
		return nil
	}
	x := make([]float64, len(places))
	for i, u := range places {
		x[i] = p.Lattice.Value(u)
	}
	formats.Demote(dst, x, c.DType)
	return nil
}
