package loss

import (
	"math"
	"testing"
)

func TestTanh32(t *testing.T) {
	buf := make([]float32, 2)
	for bits := uint32(0); bits <= 0x41800000; bits += 509 { // 0 to 16
		x := math.Float32frombits(bits)
		buf[0], buf[1] = x, -x
		tanh(buf)
		got, want := float64(buf[0]), math.Tanh(float64(x))
		if math.Abs(got-want) > 4e-7*want || got > 1 {
			if x > 0x1p-126 || math.Abs(got-want) > 0x1p-149 { // subnormals round
				t.Fatalf("tanh(%v) = %v, want %v", x, got, want)
			}
		}
		if buf[1] != -buf[0] {
			t.Fatalf("tanh(%v) = %v, tanh(%v) = %v: not odd", x, buf[0], -x, buf[1])
		}
	}
	inf := float32(math.Inf(1))
	v := []float32{float32(math.NaN()), inf, -inf, math.MaxFloat32, float32(math.Copysign(0, -1))}
	tanh(v)
	if v[0] == v[0] || v[1] != 1 || v[2] != -1 || v[3] != 1 || v[4] != 0 || !math.Signbit(float64(v[4])) {
		t.Errorf("tanh of NaN, ±Inf, max, −0 = %v", v)
	}
}

func TestSoftsign(t *testing.T) {
	inf := math.Inf(1)
	v := []float64{0, 1, -3, inf, -inf, math.NaN(), math.MaxFloat64}
	softsign(v)
	wantAll(t, "softsign", v[:5], []float64{0, 0.5, -0.75, 1, -1}, 1e-15)
	if v[5] == v[5] || v[6] != 1 {
		t.Errorf("softsign of NaN and the largest = %v", v[5:])
	}
}
