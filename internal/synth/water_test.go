package synth

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func run(w *water, time float64, highest float64) {
	n, dt := timeSteps(time, w.depth, highest)
	for range n {
		w.step(dt)
	}
}

func (w *water) mass() (sum float64) {
	for _, h := range w.now.height {
		sum += h
	}
	return sum
}

// energy is Sadourny's: potential in the cells, kinetic on the faces.
func (w *water) energy() (sum float64) {
	h := func(r, c int) float64 { return w.now.height[r*w.cols+c] }
	for r := range w.rows {
		for c := range w.cols {
			sum += w.g * h(r, c) * h(r, c) / 2
			if c > 0 {
				u := w.now.x[r*(w.cols+1)+c]
				sum += (w.depth + (h(r, c-1)+h(r, c))/2) * u * u / 2
			}
			if r > 0 {
				v := w.now.y[r*w.cols+c]
				sum += (w.depth + (h(r-1, c)+h(r, c))/2) * v * v / 2
			}
		}
	}
	return sum
}

// Mass is kept by any step; energy in the limit of small ones, with an error
// that falls with the cube of the step.
func TestMassAndEnergyAreConserved(t *testing.T) {
	for _, c := range []struct {
		rows, cols       int
		amplitude, depth float64
	}{
		{32, 32, 1, 10},
		{32, 32, 1, 2}, // the most that is allowed
		{24, 32, -1, 2},
		{17, 33, 1, 100},
		{1, 64, 0.5, 10},
	} {
		t.Run(fmt.Sprintf("%dx%d, %v on %v", c.rows, c.cols, c.amplitude, c.depth), func(t *testing.T) {
			lost := func(refine int) float64 {
				w := newWater(c.rows, c.cols, c.depth)
				w.addBump(float64(c.rows)/3, 20, c.amplitude, 5)
				mass, energy := w.mass(), w.energy()
				n, dt := timeSteps(40, c.depth, 1)
				for range n * refine {
					w.step(dt / float64(refine))
				}
				if d := math.Abs(w.mass()/mass - 1); d > 1e-13 {
					t.Errorf("mass changed by %v of itself", d)
				}
				return 1 - w.energy()/energy
			}
			coarse, fine := lost(1), lost(4)
			if !(coarse >= 0 && coarse < 0.1 && fine >= 0 && fine < coarse/32) {
				t.Errorf("energy lost: %v of itself, %v in steps of a quarter", coarse, fine)
			}
		})
	}
}

// Bits, not digits: the scheme has the symmetries of the square.
func TestSymmetricBumpStaysSymmetric(t *testing.T) {
	const n = 33
	w := newWater(n, n, 3)
	w.addBump(n/2, n/2, 1, 3)
	run(w, 60, 1)
	at := func(r, c int) float64 { return w.now.height[r*n+c] }
	for r := range n {
		for c := range n {
			if h := at(r, c); h != at(c, r) || h != at(n-1-r, c) || h != at(r, n-1-c) {
				t.Fatalf("height %v at %d,%d, mirrored %v, %v, %v", h, r, c, at(c, r), at(n-1-r, c), at(r, n-1-c))
			}
		}
	}
}

func TestWaterAtRestStaysAtRest(t *testing.T) {
	w := newWater(5, 7, 10)
	for i := range w.now.height {
		w.now.height[i] = 0.25
	}
	run(w, 20, 1)
	for i, h := range w.now.height {
		if h != 0.25 {
			t.Fatalf("height %v at %d", h, i)
		}
	}
}

// Small standing waves of a closed basin have the frequency
// ω² = 4·(sin²(k/2) + sin²(l/2)) on this grid, which is k²+l² for long waves.
func TestStandingWaves(t *testing.T) {
	const rows, cols, amplitude = 24, 32, 1e-6
	for _, mode := range [][2]float64{{0, 1}, {1, 0}, {1, 1}, {2, 3}} {
		k, l := math.Pi*mode[0]/rows, math.Pi*mode[1]/cols
		omega := 2 * math.Hypot(math.Sin(k/2), math.Sin(l/2))
		shape := func(i int) float64 {
			return math.Cos(k*(float64(i/cols)+0.5)) * math.Cos(l*(float64(i%cols)+0.5))
		}
		w := newWater(rows, cols, 1)
		for i := range w.now.height {
			w.now.height[i] = amplitude * shape(i)
		}
		const time = 50
		run(w, time, amplitude)
		for i, h := range w.now.height {
			if want := math.Cos(omega*time) * shape(i); math.Abs(h/amplitude-want) > 5e-3 {
				t.Fatalf("mode %v: height %v at %d, want %v", mode, h/amplitude, i, want)
			}
		}
	}
}

// In a channel a small bump splits in two, which the walls turn back: after the
// time to cross twice it is whole again, where it was.
func TestWallsReflect(t *testing.T) {
	const n = 200
	for _, channel := range [][2]int{{1, n}, {n, 1}} {
		w := newWater(channel[0], channel[1], 1)
		w.addBump(float64(channel[0])*0.3, float64(channel[1])*0.3, 1e-6, 10)
		before := append([]float64(nil), w.now.height...)
		run(w, n, 1e-6)
		for i, h := range w.now.height { // after one crossing, mirrored
			if want := before[n-1-i]; math.Abs(h-want) > 0.02e-6 {
				t.Fatalf("%v, one crossing: height %v at %d, want %v", channel, h, i, want)
			}
		}
		run(w, n, 1e-6)
		for i, h := range w.now.height {
			if want := before[i]; math.Abs(h-want) > 0.04e-6 {
				t.Fatalf("%v, two crossings: height %v at %d, want %v", channel, h, i, want)
			}
		}
	}
}

// Whatever the options allow stays finite and keeps the ground covered.
func TestRoughestWaterIsStable(t *testing.T) {
	w := newWater(32, 32, 6)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3 {
		w.addBump(31*rng.Float64(), 31*rng.Float64(), 1, 2)
	}
	run(w, 300, 3)
	for i, h := range w.now.height {
		if !(math.Abs(h) < 3) {
			t.Fatalf("height %v at %d of water 6 deep", h, i)
		}
	}
}

func BenchmarkWater(b *testing.B) {
	w := newWater(64, 64, 10)
	w.addBump(20, 30, 1, 5)
	b.SetBytes(64 * 64 * 4)
	for b.Loop() {
		w.step(0.4)
	}
}
