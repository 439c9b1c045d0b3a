package scan

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Params say how an array is coded. The zero value is not valid: Taps and Memory
// have least values.
type Params struct {
	Lattice  Lattice
	Taps     int   // of a prediction, 1 to MaxTaps
	Memory   int   // weights are those of about the last 2^Memory points; MinMemory to MaxMemory
	LowBits  int   // lowest bits of indices that are coded apart, 0 to MaxLowBits
	Matches  int   // which candidates a point may match: MatchPrevious, MatchCommon, or both
	Common   int64 // the common index, for MatchCommon
	Mirror   int   // 1 + the axis along which the array is its own mirror image; 0: it is not
	Opposite bool  // the mirror image has the opposite sign
}

// Limits of Params.
const (
	MaxTaps    = 40
	MinMemory  = 7
	MaxMemory  = 24
	MaxLowBits = 8
)

// oppositeBit marks an opposite sign in the byte that names the mirror axis.
const oppositeBit = 0x80

func (p *Params) append(b []byte) []byte {
	mirror := byte(p.Mirror)
	if p.Opposite {
		mirror |= oppositeBit
	}
	b = append(b, p.Lattice.Kind, p.Lattice.Unit, byte(p.Taps), byte(p.Memory), byte(p.LowBits), byte(p.Matches), mirror)
	b = binary.AppendVarint(b, p.Lattice.Origin)
	if p.Matches&MatchCommon != 0 {
		b = binary.AppendVarint(b, p.Common)
	}
	return b
}

// parse reads what append wrote for an array of the given rank, and returns
// what follows it.
func (p *Params) parse(b []byte, rank int) ([]byte, error) {
	const fixed = 7
	if len(b) < fixed {
		return nil, fmt.Errorf("expected %d bytes of parameters, found %d", fixed, len(b))
	}
	p.Lattice = Lattice{Kind: b[0], Unit: b[1]}
	p.Taps, p.Memory, p.LowBits, p.Matches = int(b[2]), int(b[3]), int(b[4]), int(b[5])
	p.Mirror, p.Opposite = int(b[6]&^oppositeBit), b[6]&oppositeBit != 0
	b = b[fixed:]
	switch {
	case !p.Lattice.valid():
		return nil, fmt.Errorf("unknown lattice %d with unit %d", p.Lattice.Kind, p.Lattice.Unit)
	case p.Taps < 1 || p.Taps > MaxTaps:
		return nil, fmt.Errorf("expected 1 to %d taps, found %d", MaxTaps, p.Taps)
	case p.Memory < MinMemory || p.Memory > MaxMemory:
		return nil, fmt.Errorf("expected a memory of %d to %d, found %d", MinMemory, MaxMemory, p.Memory)
	case p.LowBits > MaxLowBits:
		return nil, fmt.Errorf("expected up to %d low bits, found %d", MaxLowBits, p.LowBits)
	case p.Matches >= 1<<candidates:
		return nil, fmt.Errorf("unknown matches %#x", p.Matches)
	case p.Mirror > rank:
		return nil, fmt.Errorf("mirrored along axis %d of %d", p.Mirror, rank)
	}
	indices := []*int64{&p.Lattice.Origin, &p.Common}
	if p.Matches&MatchCommon == 0 {
		indices = indices[:1]
	}
	for _, v := range indices {
		u, n := binary.Varint(b)
		if n <= 0 {
			return nil, errors.New("expected an origin, and a common index if there is one")
		}
		*v, b = u, b[n:]
	}
	return b, nil
}

// ParseParams reads the parameters that b, a coded array of the given shape, starts with.
// It fails where they are cut off or out of their ranges.
func ParseParams(b []byte, shape []int) (Params, error) {
	var p Params
	_, err := p.parse(b, len(shape))
	return p, err
}

// Cost returns what Decode takes for each value: bytes of memory beside its
// index, and about how many nanoseconds.
func (p *Params) Cost() (memory, work float64) {
	memory, work = 17, float64(100+6*p.Taps)+float64(0.35*float64(p.Taps*p.Taps))
	if p.Mirror > 0 {
		memory += 16
		work += 30
	}
	if p.Matches > 0 {
		memory++
		work += 60
	}
	return memory, work + float64(20*p.LowBits)
}
