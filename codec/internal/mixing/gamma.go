package mixing

import (
	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// Gamma is an adaptive gamma code of signed integers: their lengths in bits and
// their signs are coded by counters, the bits below the leading one as plain bits.
type Gamma struct {
	more [maxGammaBits]Counter
	sign Counter
}

const maxGammaBits = 32

// NewGamma returns a Gamma whose counters all start at ½.
func NewGamma() Gamma {
	half := NewCounter(1 << 15)
	g := Gamma{sign: half}
	for i := range g.more {
		g.more[i] = half
	}
	return g
}

// Code codes v, |v| < 2³². It returns it.
func (g *Gamma) Code(rc *rangecoder.Coder, v int64) int64 {
	m := uint64(max(v, -v))
	length := 0
	for length < maxGammaBits {
		bit := rc.Code(bitio.Bit(m>>length > 0), g.more[length].P())
		g.more[length].Update(bit)
		if bit == 0 {
			break
		}
		length++
	}
	if length == 0 {
		return 0
	}
	m = 1<<(length-1) | rc.CodeBits(m&(1<<(length-1)-1), length-1)
	negative := rc.Code(bitio.Bit(v < 0), g.sign.P())
	g.sign.Update(negative)
	if negative == 1 {
		return -int64(m)
	}
	return int64(m)
}
