package codec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/formats/array"
)

// field makes elements of type d: a kind of field that a user might have, or
// one that an adversary would choose.
func field(rng *rand.Rand, d array.DType, shape []int) []byte {
	n := array.Product(shape)
	v := make([]float64, n)
	scale := math.Ldexp(1, rng.IntN(40)-20)
	if d.IsInteger() || d == array.Float16 {
		scale = 100
	}
	kind := rng.IntN(6)
	a, b := rng.Float64()*0.5, rng.Float64()*6
	for i := range v {
		switch kind {
		case 0: // smooth
			v[i] = scale * math.Sin(a*float64(i)+b)
		case 1: // noise
			v[i] = scale * rng.NormFloat64()
		case 2: // plateaus and steps
			v[i] = scale * math.Floor(4*math.Sin(a*float64(i)+b))
		case 3: // a ramp on a large offset
			v[i] = scale * (1000 + 0.01*float64(i))
			if d.Size() == 1 {
				v[i] = float64(i % 120)
			}
		case 4: // spikes
			if rng.IntN(20) == 0 {
				v[i] = scale * rng.ExpFloat64()
			}
		case 5: // any bits
			v[i] = math.NaN()
		}
	}
	if d.IsInteger() {
		lo, hi := quant.IntegerRange(d)
		for i := range v {
			v[i] = math.Round(min(max(v[i], lo), hi))
			if v[i] != v[i] {
				v[i] = math.Round(lo + (hi-lo)*rng.Float64())
			}
		}
	}
	raw := make([]byte, n*d.Size())
	array.Demote(raw, v, d)
	if kind == 5 && !d.IsInteger() {
		for i := range raw {
			raw[i] = byte(rng.Uint32())
		}
	}
	if rng.IntN(3) == 0 && n > 0 && !d.IsInteger() { // special values
		special := make([]byte, d.Size())
		for range 1 + rng.IntN(n/4+1) {
			array.Demote(special, []float64{[]float64{math.NaN(), math.Inf(1), math.Inf(-1), -9999, math.Copysign(0, -1)}[rng.IntN(5)]}, d)
			copy(raw[rng.IntN(n)*d.Size():], special)
		}
	}
	return raw
}

func randomShape(rng *rand.Rand, values int) []int {
	shape := make([]int, 1+rng.IntN(array.MaxRank))
	for a := range shape {
		shape[a] = 1 + rng.IntN(int(math.Pow(float64(values), 1/float64(len(shape))))*2)
	}
	return shape
}

func encodeRaw(h array.Header, raw []byte, o *Options) ([]byte, Stats, error) {
	if o.Range == nil {
		r, err := Scan(context.Background(), bytes.NewReader(raw), h, o.Fills)
		if err != nil {
			return nil, Stats{}, err
		}
		withRange := *o
		withRange.Range = &r
		o = &withRange
	}
	var b bytes.Buffer
	w, err := NewWriter(context.Background(), &b, h, o)
	if err != nil {
		return nil, Stats{}, err
	}
	if _, err := w.Write(raw); err != nil {
		return nil, Stats{}, err
	}
	err = w.Close()
	return b.Bytes(), w.Stats(), err
}

func decodeRaw(archive []byte, o *DecodeOptions) ([]byte, error) {
	r, err := NewReader(context.Background(), bytes.NewReader(archive), o)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// checkBound compares decoded elements with the original in the type itself.
func checkBound(h array.Header, raw, decoded []byte, eps float64, fills []array.Element) error {
	size := h.DType.Size()
	if len(raw) != len(decoded) {
		return fmt.Errorf("%d bytes decode to %d", len(raw), len(decoded))
	}
	if eps == 0 {
		if !bytes.Equal(raw, decoded) {
			return errors.New("lossless, and not the same bits")
		}
		return nil
	}
	x, y := make([]float64, len(raw)/size), make([]float64, len(raw)/size)
	if errors.Is(array.Promote(x, raw, h.DType), array.ErrInexact) {
		return checkBound(h, raw, decoded, 0, fills)
	}
	if err := errors.Join(array.Promote(x, raw, h.DType), array.Promote(y, decoded, h.DType)); err != nil {
		return err
	}
	for i := range x {
		special := x[i]-x[i] != 0 || anyFill(fills, x[i])
		if special && !bytes.Equal(raw[i*size:(i+1)*size], decoded[i*size:(i+1)*size]) {
			return fmt.Errorf("special value %d: %v decodes to %v", i, x[i], y[i])
		}
		if !special && (!(math.Abs(x[i]-y[i]) <= eps) || anyFill(fills, y[i])) {
			return fmt.Errorf("value %d: %v decodes to %v, bound %v", i, x[i], y[i], eps)
		}
	}
	return nil
}

func rangeOf(t *testing.T, h array.Header, raw []byte, fills []array.Element) Range {
	t.Helper()
	r, err := Scan(t.Context(), bytes.NewReader(raw), h, fills)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
