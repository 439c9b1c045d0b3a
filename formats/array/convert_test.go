package array

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"
)

// half is the value of a finite half float by its definition.
func half(h uint16) float64 {
	sign, exp, man := 1.0, int(h>>10&0x1f), float64(h&0x3ff)
	if h>>15 == 1 {
		sign = -1
	}
	if exp == 0 {
		return sign * math.Ldexp(man, -24)
	}
	return sign * math.Ldexp(1024+man, exp-25)
}

// All 65536 half floats widen to their value and come back with their bits.
func TestFloat16(t *testing.T) {
	for i := range 1 << 16 {
		h := uint16(i)
		f := Float16To32(h)
		switch exp, man := h>>10&0x1f, h&0x3ff; {
		case exp == 0x1f && man != 0:
			if !math.IsNaN(float64(f)) {
				t.Errorf("%#04x is %g, want NaN", h, f)
			}
		case exp == 0x1f:
			if !math.IsInf(float64(f), 1-2*int(h>>15)) {
				t.Errorf("%#04x is %g, want infinity", h, f)
			}
		case float64(f) != half(h) || math.Signbit(float64(f)) != (h>>15 == 1):
			t.Errorf("%#04x is %g, want %g", h, f, half(h))
		}
		if back := Float32To16(f); back != h {
			t.Errorf("%#04x became %#04x", h, back)
		}
	}
}

// Between any two neighbours the nearer one is chosen, the even one in the
// middle; beyond the largest it is infinity.
func TestFloat16Rounding(t *testing.T) {
	for h := uint16(0); h < 0x7c00; h++ {
		lo, hi := half(h), half(h+1)
		if h == 0x7bff {
			hi = 65536
		}
		mid := float32((lo + hi) / 2) // exact
		even := h + h&1
		for _, c := range []struct {
			f    float32
			want uint16
		}{
			{mid, even},
			{math.Nextafter32(mid, 0), h},
			{math.Nextafter32(mid, math.MaxFloat32), h + 1},
		} {
			if got := Float32To16(c.f); got != c.want {
				t.Errorf("%g became %#04x, want %#04x", c.f, got, c.want)
			}
			if got := Float32To16(-c.f); got != c.want|0x8000 {
				t.Errorf("%g became %#04x, want %#04x", -c.f, got, c.want|0x8000)
			}
		}
	}
	for f, want := range map[float32]uint16{1e30: 0x7c00, 1e-30: 0, math.SmallestNonzeroFloat32: 0, math.MaxFloat32: 0x7c00} {
		if got := Float32To16(f); got != want {
			t.Errorf("%g became %#04x, want %#04x", f, got, want)
		}
	}
}

// The extremes of every type survive Promote and Demote.
func TestPromoteDemote(t *testing.T) {
	for d := Float32; d.Valid(); d++ {
		for _, b := range [][]byte{
			{0, 0, 0, 0, 0, 0, 0, 0},
			{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
			{1, 2, 3, 4, 5, 6, 7, 8},
			{0, 0, 0, 0x80, 0, 0, 0, 0x80}, // -0, or the smallest integer
		} {
			b = b[8-d.Size():]
			var v [1]float64
			err := Promote(v[:], b, d)
			if big := d == Int64 && b[0] != 0xff || d == Uint64; big && (b[0] != 0 || b[7] != 0) {
				if !errors.Is(err, ErrInexact) {
					t.Errorf("%v of % x: %v, want ErrInexact", d, b, err)
				}
				continue
			}
			back := make([]byte, d.Size())
			if err == nil {
				Demote(back, v[:], d)
			}
			if err != nil || string(back) != string(b) {
				t.Errorf("%v of % x is %g, which is % x: %v", d, b, v[0], back, err)
			}
			if d.NeedsFloat64() {
				continue
			}
			var w [1]float32
			if err := Promote(w[:], b, d); err != nil {
				t.Error(err)
			}
			Demote(back, w[:], d)
			if float64(w[0]) != v[0] && v[0] == v[0] || string(back) != string(b) {
				t.Errorf("%v of % x is %g as float32, which is % x", d, b, w[0], back)
			}
		}
	}
	if err := Promote(make([]float64, 1), make([]byte, 8), 0); !errors.Is(err, ErrFormat) {
		t.Errorf("%v, want ErrFormat", err)
	}
}

func TestExactIntegers(t *testing.T) {
	for v, ok := range map[int64]bool{
		1 << 53: true, 1<<53 + 1: false, -1 << 53: true, -1<<53 - 1: false, math.MaxInt64: false, math.MinInt64: false,
	} {
		b := binary.LittleEndian.AppendUint64(nil, uint64(v))
		var f [1]float64
		if err := Promote(f[:], b, Int64); (err == nil) != ok || !ok && !errors.Is(err, ErrInexact) {
			t.Errorf("%d: %v", v, err)
		} else if ok && int64(f[0]) != v {
			t.Errorf("%d became %g", v, f[0])
		}
	}
}

func TestConvert32(t *testing.T) {
	a := &Array[float64]{Name: "u", Shape: []int{4}, Data: []float64{1, 1 + 0x1p-30, 1e300, math.NaN()}}
	b := Convert32(a)
	if err := b.Check(); err != nil {
		t.Fatal(err)
	}
	if b.Name != "u" || b.DType != Float32 || b.Data[0] != 1 || b.Data[1] != 1 || !math.IsInf(float64(b.Data[2]), 1) || b.Data[3] == b.Data[3] {
		t.Errorf("%+v", b)
	}
	a.DType, a.Data = Int16, []float64{1, 2, 3, 4}
	if b := Convert32(a); b.DType != Int16 || b.Check() != nil {
		t.Errorf("%+v", b)
	}
}

func BenchmarkPromote(b *testing.B) {
	for d := Float32; d.Valid(); d++ {
		b.Run(d.String(), func(b *testing.B) {
			src := make([]byte, 1<<16*d.Size())
			dst := make([]float64, 1<<16)
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				if err := Promote(dst, src, d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
