package pointwise

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/formats/array"
)

// Signs come back, and those of a smooth field take few bits.
func TestSigns(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, smooth := range []bool{true, false} {
		g := grid.New([]int{40, 50})
		x, known := make([]float64, g.Size), make([]bool, g.Size)
		for i := range x {
			x[i] = math.Sin(float64(i/50)/7) * math.Cos(float64(i%50)/5)
			if !smooth {
				x[i] = rng.NormFloat64()
			}
			known[i] = rng.IntN(20) == 0
		}
		magnitudes := func() []float64 {
			m := make([]float64, len(x))
			for i, v := range x {
				if m[i] = math.Abs(v); known[i] {
					m[i] = v
				}
			}
			return m
		}
		rc := rangecoder.NewEncoder(nil)
		newSignCoder(&g, magnitudes(), known).code(rc, func(i int) bool { return x[i] < 0 })
		b := rc.Finish()
		if limit := g.Size / 100; smooth && len(b) > limit {
			t.Errorf("%d bytes for the signs of a smooth field, want at most %d", len(b), limit)
		}
		got := magnitudes()
		rc = rangecoder.NewDecoder(b)
		newSignCoder(&g, got, known).code(rc, nil)
		for i, v := range x {
			if got[i] != v || rc.Err() != nil {
				t.Fatalf("value %d is %v, want %v (%v)", i, got[i], v, rc.Err())
			}
		}
	}
}

func TestHead(t *testing.T) {
	for name, c := range map[string]struct {
		b      []byte
		logEps float64
		eps    float64 // 0: an error
		err    error   // of what kind, nil: any
	}{
		"not narrowed":  {[]byte{0, 255}, 0.5, 0.5, nil},
		"narrowed":      {[]byte{signsNegative, 127, 9, 9}, 0.5, 0.25, nil},
		"unknown flags": {[]byte{2, 255}, 0.5, 0, fault.ErrVersion},
		"no bound":      {[]byte{0, 255}, 0, 0, nil},
		"cut off":       {[]byte{0}, 0.5, 0, nil},
		"no signs":      {[]byte{0, 255, 9}, 0.5, 0, nil},
	} {
		switch eps, _, _, err := Cost(c.b, c.logEps); {
		case c.eps != 0 && (err != nil || eps != c.eps), c.eps == 0 && err == nil, c.err != nil && !errors.Is(err, c.err):
			t.Errorf("%s: %v (%v), want %v (%v)", name, eps, err, c.eps, c.err)
		}
	}
}

// A logarithm that is off by the bound leaves the magnitude within it.
func TestLogBound(t *testing.T) {
	for _, d := range []array.DType{array.Float16, array.Float32, array.Float64} {
		for _, e := range []float64{0.99, 0.1, 1e-3, 1e-6} {
			delta := LogBound(e, d)
			if delta == 0 {
				if d != array.Float16 {
					t.Errorf("%v, %g: no bound", d, e)
				}
				continue
			}
			for _, x := range []float64{1, 1.5, 3.7, 1000} {
				for _, off := range []float64{-delta, 0, delta} {
					if y := magnitude[float64](d, logOf(x)+off, centring(e)); math.Abs(y-x) > e*x {
						t.Errorf("%v, %g: %v becomes %v", d, e, x, y)
					}
				}
			}
		}
	}
}
