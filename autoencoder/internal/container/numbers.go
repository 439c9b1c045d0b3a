package container

import (
	"bytes"
	"fmt"
	"io"
	"math"

	"github.com/klauspost/compress/zstd"
	"github.com/morselcodec/morsel/internal/wire"
)

// How parameters are stored: their type, and the packing of their bytes.
const (
	typeFloat32     = 1
	packingPlain    = 0
	packingShuffled = 1
	zstdWindow      = 1 << 20
)

// AppendNumbers appends type, packing and numbers, packed as it is shorter.
func AppendNumbers(b []byte, v []float32) ([]byte, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(zstdWindow))
	if err != nil {
		return nil, err
	}
	b = append(b, typeFloat32)
	shuffled := enc.EncodeAll(shuffle(v), nil)
	if len(shuffled) < 4*len(v) {
		return append(append(b, packingShuffled), shuffled...), nil
	}
	return AppendFloat32s(append(b, packingPlain), v), nil
}

// Packed are numbers as they are stored.
type Packed struct {
	packing byte
	data    []byte
}

// Numbers takes the last fields of a payload.
func (f *Fields) Numbers() Packed {
	if t := f.U8(); t != typeFloat32 && f.Err == nil {
		f.Fail("numbers of unknown type %d", t)
	}
	p := Packed{packing: f.U8()}
	if p.packing > packingShuffled {
		f.Fail("numbers of unknown packing %d", p.packing)
	}
	p.data, f.B = f.B, nil
	return p
}

// Unpack appends n numbers to dst, and wants exactly as many, all of them finite.
// It allocates nothing for those that are not there.
func (p Packed) Unpack(dst []float32, n int) ([]float32, error) {
	raw := p.data
	next, plane := 4, 1 // from value to value, and from byte to byte of one
	if p.packing == packingShuffled {
		next, plane = 1, n
		var err error
		if raw, err = unzstd(p.data, 4*int64(n)); err != nil {
			return nil, err
		}
	}
	if len(raw) != 4*n {
		return nil, fmt.Errorf("the architecture has %d numbers (%d bytes), found %d bytes or more", n, 4*n, len(raw))
	}
	dst = append(make([]float32, 0, len(dst)+n), dst...) // no larger than need be
	for i := range n {
		b := raw[i*next:]
		v := math.Float32frombits(uint32(b[0]) | uint32(b[plane])<<8 | uint32(b[2*plane])<<16 | uint32(b[3*plane])<<24)
		if v-v != 0 { // infinite or NaN
			return nil, fmt.Errorf("number %d is %v", i, v)
		}
		dst = append(dst, v)
	}
	return dst, nil
}

// unzstd decompresses a frame of so many bytes; of more it returns one more.
func unzstd(frame []byte, n int64) ([]byte, error) {
	if err := wire.OneFrame(frame); err != nil {
		return nil, err
	}
	dec, err := zstd.NewReader(bytes.NewReader(frame),
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(zstdWindow), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, err
	}
	defer dec.Close()
	return io.ReadAll(io.LimitReader(dec, n+1))
}

// shuffle returns the first bytes of all values (little-endian), then the
// second ones, and so on: exponents compress when they are together.
func shuffle(v []float32) []byte {
	b := make([]byte, 4*len(v))
	for i, x := range v {
		bits := math.Float32bits(x)
		for plane := range 4 {
			b[plane*len(v)+i] = byte(bits >> (8 * plane))
		}
	}
	return b
}
