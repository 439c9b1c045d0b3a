package synth

import "math"

// water solves the nonlinear shallow-water equations without rotation,
//
//	∂h/∂t = −∇·((H+h)·u),    ∂u/∂t = −∇(g·h + |u|²/2),
//
// for the height h over the level at rest H and the velocity u, which stays free
// of vorticity because it starts from rest. Space is the C-grid of Sadourny
// (1975, J. Atmos. Sci. 32, "The dynamics of finite-difference models of the
// shallow-water equations"): heights in the cells, velocities on their faces,
// 0 on the outer ones, which are the walls. The mass flux is in flux form and
// the gradient is of one potential, so mass, energy and the absence of
// vorticity are kept exactly but for rounding and the time step. Time is the
// three-stage Runge–Kutta scheme of Wicker and Skamarock (2002).
//
// A cell is 1 wide and g is 1/H, which makes the speed of long waves 1.
type water struct {
	rows, cols  int
	depth, g    float64
	now, s1, s2 waterState
	potential   []float64 // per cell
	fluxX       []float64 // per face, as the velocities
	fluxY       []float64
}

// waterState is row-major: height is rows×cols, x-velocity rows×(cols+1) and
// y-velocity (rows+1)×cols.
type waterState struct{ height, x, y []float64 }

func newWater(rows, cols int, depth float64) *water {
	state := func() waterState {
		return waterState{
			height: make([]float64, rows*cols),
			x:      make([]float64, rows*(cols+1)),
			y:      make([]float64, (rows+1)*cols),
		}
	}
	return &water{
		rows: rows, cols: cols, depth: depth, g: 1 / depth,
		now: state(), s1: state(), s2: state(),
		potential: make([]float64, rows*cols),
		fluxX:     make([]float64, rows*(cols+1)),
		fluxY:     make([]float64, (rows+1)*cols),
	}
}

// timeSteps returns how many steps an interval takes, and their size, for waves
// on water with bumps up to highest.
func timeSteps(interval, depth, highest float64) (n int, dt float64) {
	// The fastest wave runs at the speed of water as deep as it gets, carried
	// by the flow behind a dam break of that height. Runge–Kutta of third order
	// on this grid is stable up to √3/(2√2) = 0.61 cells a step.
	fast := math.Sqrt((depth + highest) / depth)
	speed := fast + 2*(fast-1)
	n = int(math.Ceil(float64(interval*speed) / 0.5))
	return n, interval / float64(n)
}

// addBump raises the surface by a Gaussian around (y, x), in cells.
func (w *water) addBump(y, x, amplitude, width float64) {
	bell := func(n int, centre float64) []float64 {
		v := make([]float64, n)
		for i := range v {
			d := (float64(i) - centre) / width
			v[i] = exp(-0.5 * d * d)
		}
		return v
	}
	rows, cols := bell(w.rows, y), bell(w.cols, x)
	for r, a := range rows {
		line := w.now.height[r*w.cols:][:w.cols]
		for c, b := range cols {
			line[c] += float64(amplitude * float64(a*b))
		}
	}
}

// step advances the water by dt.
func (w *water) step(dt float64) {
	w.advance(&w.s1, &w.now, dt/3)
	w.advance(&w.s2, &w.s1, dt/2)
	w.advance(&w.now, &w.s2, dt)
}

// advance sets to = now + dt·(rate of change at at). To may be now itself.
func (w *water) advance(to, at *waterState, dt float64) {
	w.setPotential(at)
	w.advanceX(to, at, dt)
	w.advanceY(to, at, dt)
	for r := range w.rows {
		i, n := r*w.cols, w.cols
		flux := w.fluxX[r*(n+1):][:n+1]
		above, below := w.fluxY[i:][:n], w.fluxY[i+n:][:n]
		old, out := w.now.height[i:][:n], to.height[i:][:n]
		for c := range out {
			out[c] = old[c] - float64(dt*((flux[c+1]-flux[c])+(below[c]-above[c])))
		}
	}
}

// setPotential sets g·h plus the kinetic energy per mass: the mean of the
// squares on a cell's opposite faces is half of |u|² in each direction.
func (w *water) setPotential(at *waterState) {
	for r := range w.rows {
		i, n := r*w.cols, w.cols
		x := at.x[r*(n+1):][:n+1]
		above, below := at.y[i:][:n], at.y[i+n:][:n]
		height, out := at.height[i:][:n], w.potential[i:][:n]
		for c := range out {
			kx := float64(x[c]*x[c]) + float64(x[c+1]*x[c+1])
			ky := float64(above[c]*above[c]) + float64(below[c]*below[c])
			out[c] = float64(w.g*height[c]) + float64(0.25*(kx+ky))
		}
	}
}

// advanceX sets the mass flux through the faces across x, and advances their
// velocities.
func (w *water) advanceX(to, at *waterState, dt float64) {
	for r := range w.rows {
		n, i := w.cols, r*(w.cols+1)
		height, potential := at.height[r*n:][:n], w.potential[r*n:][:n]
		u, flux := at.x[i:][:n], w.fluxX[i:][:n]
		old, out := w.now.x[i:][:n], to.x[i:][:n]
		for c := 1; c < n; c++ {
			flux[c] = float64((w.depth + float64(0.5*(height[c-1]+height[c]))) * u[c])
			out[c] = old[c] - float64(dt*(potential[c]-potential[c-1]))
		}
	}
}

// advanceY is advanceX for the faces across y.
func (w *water) advanceY(to, at *waterState, dt float64) {
	for r := 1; r < w.rows; r++ {
		n, i := w.cols, r*w.cols
		upper, lower := at.height[i-n:][:n], at.height[i:][:n]
		before, after := w.potential[i-n:][:n], w.potential[i:][:n]
		v, flux := at.y[i:][:n], w.fluxY[i:][:n]
		old, out := w.now.y[i:][:n], to.y[i:][:n]
		for c := range out {
			flux[c] = float64((w.depth + float64(0.5*(upper[c]+lower[c]))) * v[c])
			out[c] = old[c] - float64(dt*(after[c]-before[c]))
		}
	}
}
