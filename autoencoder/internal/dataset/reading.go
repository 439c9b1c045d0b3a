package dataset

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/morselcodec/morsel/formats/array"
)

// elements reads the elements of one source, piece by piece.
type elements struct {
	array.Source
	fills  []array.Element // of the source's own type
	values []float64       // of fills
}

// newElements chooses the fill values that the source's type can hold.
func newElements(src array.Source, fills []array.Element) *elements {
	e := &elements{Source: src}
	for _, f := range slices.Concat(fills, src.Fills) {
		if f.DType == src.DType && !slices.Contains(e.fills, f) {
			e.fills, e.values = append(e.fills, f), append(e.values, f.Float64())
		}
	}
	return e
}

// each is [array.Pieces] of the source.
func (e *elements) each(ctx context.Context, visit func(at int64, piece []byte)) (digest uint64, err error) {
	r, err := e.Values()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	digest, err = array.Pieces(ctx, r, e.Header, visit)
	if errors.Is(err, io.EOF) || err == io.ErrUnexpectedEOF {
		n, _ := e.Check()
		err = fmt.Errorf("%w: fewer than the %d values of shape %s", array.ErrFormat, n, array.FormatShape(e.Shape))
	}
	return digest, err
}

// differences sets dst to the values of a piece less base, in float64, and to
// NaN where a value is missing: NaN, infinite or fill. Of a 64-bit integer no
// digit is lost before base is taken off.
func (e *elements) differences(dst []float64, piece []byte, base float64) {
	if e.DType == array.Int64 || e.DType == array.Uint64 {
		e.wideDifferences(dst, piece, base)
		return
	}
	// Cannot fail: only 64-bit integers are beyond float64.
	_ = array.Promote(dst, piece, e.DType)
	for i, v := range dst {
		dst[i] = v - base
		if v-v != 0 || slices.Contains(e.values, v) {
			dst[i] = math.NaN()
		}
	}
}

// wideDifferences subtracts modulo 2^64, which is exact wherever the difference
// is small.
func (e *elements) wideDifferences(dst []float64, piece []byte, base float64) {
	whole := math.Floor(base)
	rest, bits := base-whole, twosComplement(whole)
	for i := range dst {
		v := array.Element{DType: e.DType, Bits: binary.LittleEndian.Uint64(piece[8*i:])}
		if d := v.Float64() - whole; math.Abs(d) < 1<<62 {
			dst[i] = float64(int64(v.Bits-bits)) - rest
		} else {
			dst[i] = d
		}
		if slices.Contains(e.fills, v) {
			dst[i] = math.NaN()
		}
	}
}

// twosComplement returns a whole number from −2^63 to 2^64, modulo 2^64.
func twosComplement(v float64) uint64 {
	switch {
	case v < 0:
		return uint64(int64(v))
	case v >= 1<<64:
		return 0
	}
	return uint64(v)
}
