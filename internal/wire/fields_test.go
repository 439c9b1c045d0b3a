package wire

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestDecimals(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 18))
	for v, want := range map[float64]int{1e-3: 2, 0.5: 2, 60: 2, 12.5: 2, 1e-300: 3} {
		if b := AppendDecimal(nil, v); len(b) != want {
			t.Errorf("%v takes %d bytes, want %d", v, len(b), want)
		}
	}
	values := []float64{0, 1, math.MaxFloat64, math.SmallestNonzeroFloat64, 0x1p-1022, 1 << 53, 1e17, 99999999999999999}
	for range 10000 {
		values = append(values, math.Float64frombits(rng.Uint64()>>1%(0x7ff<<52)))
	}
	for _, v := range values {
		f := Fields{B: AppendDecimal(nil, v)}
		if got := f.Decimal(); got != v || f.End() != nil {
			t.Fatalf("%v comes back as %v (%v)", v, got, f.Err)
		}
	}
	for name, b := range map[string][]byte{
		"too large":      {1, 0xf0, 0x0f}, // 1e1016
		"many digits":    {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0},
		"far exponent":   {1, 0xff, 0xff, 0x7f},
		"no exponent":    {1},
		"nothing at all": {},
	} {
		f := Fields{B: b}
		if f.Decimal(); f.Err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A field that is cut off or beyond its limit is an error, which stays.
func TestDamagedFields(t *testing.T) {
	for name, c := range map[string]struct {
		b    []byte
		read func(f *Fields)
	}{
		"no byte":         {nil, func(f *Fields) { f.U8() }},
		"seven bytes":     {make([]byte, 7), func(f *Fields) { f.U64() }},
		"negative length": {make([]byte, 7), func(f *Fields) { f.Bytes(-1) }},
		"beyond limit":    {[]byte{5}, func(f *Fields) { f.Uvarint(4) }},
		"endless":         {[]byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1}, func(f *Fields) { f.Uvarint(math.MaxUint64) }},
		"one byte left":   {[]byte{1, 2}, func(f *Fields) { f.U8(); _ = f.End() }},
	} {
		f := Fields{B: c.b}
		c.read(&f)
		first := f.Err
		if f.U8() != 0 || first == nil || f.Err != first || f.End() != first {
			t.Errorf("%s: %v, then %v", name, first, f.Err)
		}
	}
}
