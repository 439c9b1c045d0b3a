package codec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/morselcodec/morsel/formats"
)

// Encode writes a as an archive and reports on it.
func Encode[T formats.Float](ctx context.Context, w io.Writer, a *formats.Array[T], o *Options) (Stats, error) {
	if err := a.Check(); err != nil {
		return Stats{}, err
	}
	if o == nil {
		o = &Options{}
	}
	if o.Range == nil && o.Bound.NeedsRange() {
		withRange := *o
		var s rangeScan
		fill, err := s.fill(o.Fill, a.Header().DType)
		if err != nil {
			return Stats{}, err
		}
		scanValues(&s, a.Data, fill)
		r := s.done()
		withRange.Range = &r
		o = &withRange
	}
	return EncodeSource(ctx, w, formats.FromArray(a), o)
}

// Decode reads an archive. T must hold the archive's element type exactly; see
// [formats.DType.NeedsFloat64].
func Decode[T formats.Float](ctx context.Context, r io.Reader, o *DecodeOptions) (*formats.Array[T], error) {
	dec, err := NewReader(ctx, r, o)
	if err != nil {
		return nil, err
	}
	h := dec.Header()
	a := &formats.Array[T]{Name: h.Name, DType: h.DType, Shape: h.Shape}
	if h.DType.NeedsFloat64() && formats.DTypeOf[T]() == formats.Float32 {
		return nil, fmt.Errorf("%w: float32 cannot hold %v exactly; decode as float64", formats.ErrFormat, h.DType)
	}
	size := h.DType.Size()
	buf := make([]byte, 1<<16*size)
	for {
		n, err := io.ReadFull(dec, buf)
		if n > 0 {
			old := len(a.Data)
			if old == 0 { // what lies in memory twice for a moment is nothing of note
				values, _ := formats.CheckShape(h.Shape)
				a.Data = make([]T, 0, min(values, 1<<25))
			}
			a.Data = append(a.Data, make([]T, n/size)...)
			if err := formats.Promote(a.Data[old:], buf[:n], h.DType); err != nil {
				return nil, err
			}
		}
		if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
			return a, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// Scan reads the values of h from r, as a [formats.Source] streams them, and
// returns their range. Values equal to *fill do not count; fill may be nil.
func Scan(ctx context.Context, r io.Reader, h formats.Header, fill *float64) (Range, error) {
	values, err := h.Check()
	if err != nil {
		return Range{}, err
	}
	var s rangeScan
	f, err := s.fill(fill, h.DType)
	if err != nil {
		return Range{}, err
	}
	size := h.DType.Size()
	const piece = 1 << 16
	buf := make([]byte, piece*size)
	wide := make([]float64, piece)
	for values > 0 {
		if err := ctx.Err(); err != nil {
			return Range{}, err
		}
		n := int(min(values, piece))
		if _, err := io.ReadFull(r, buf[:n*size]); err != nil {
			return Range{}, err
		}
		err := formats.Promote(wide[:n], buf[:n*size], h.DType)
		if errors.Is(err, formats.ErrInexact) {
			// Such integers can only be stored losslessly, where the range does
			// not matter; the nearest one is good enough.
			approximate(wide[:n], buf, h.DType)
		} else if err != nil {
			return Range{}, err
		}
		scanValues(&s, wide[:n], f)
		values -= int64(n)
	}
	return s.done(), nil
}

// approximate converts 64-bit integers to the nearest floats.
func approximate(dst []float64, src []byte, d formats.DType) {
	for i := range dst {
		v := uint64(0)
		for k := 7; k >= 0; k-- {
			v = v<<8 | uint64(src[8*i+k])
		}
		dst[i] = float64(v)
		if d == formats.Int64 {
			dst[i] = float64(int64(v))
		}
	}
}

// rangeScan gathers the range of finite values.
type rangeScan struct{ Range }

// fill starts the scan and returns the fill value as elements of d hold it,
// NaN for none.
func (s *rangeScan) fill(v *float64, d formats.DType) (float64, error) {
	s.Range = Range{Min: math.Inf(1), Max: math.Inf(-1)}
	if v == nil {
		return math.NaN(), nil
	}
	element, err := fillElement(*v, d)
	if err != nil {
		return 0, err
	}
	back := make([]float64, 1)
	err = formats.Promote(back, element, d)
	return back[0], err
}

func scanValues[T formats.Float](s *rangeScan, x []T, fill float64) {
	lo, hi := s.Min, s.Max
	for _, v := range x {
		f := float64(v)
		if f-f != 0 || f == fill {
			continue
		}
		if f < lo {
			lo = f
		}
		if f > hi {
			hi = f
		}
	}
	s.Min, s.Max = lo, hi
}

func (s *rangeScan) done() Range {
	if s.Max < s.Min {
		return Range{Min: 0, Max: -1} // no value: keep the range finite
	}
	return s.Range
}
