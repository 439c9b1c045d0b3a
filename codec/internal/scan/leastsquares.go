package scan

import "math"

// leastSquares learns, point by point, the weights with which features predict
// a target: a recursive least squares fit that forgets. All of it is float64
// arithmetic in a fixed order, so that encoder and decoder agree.
type leastSquares struct {
	n       int
	a       []float64 // lower triangle of Σ f·fᵀ, row by row
	b       []float64 // Σ f·y
	w       []float64 // the weights
	factor  []float64 // Cholesky factor, and its solution
	inverse []float64 // of the factor's diagonal
	scaled  []float64
	seen    int // points since the last fit
	wait    int // points until the next one
	keep    float64
}

// The fit is renewed after fitFirst points, then after twice as many, up to
// fitLast.
const (
	fitFirst = 8
	fitLast  = 32
)

// newLeastSquares returns a fit of n weights that remembers about 2^memory points.
func newLeastSquares(n, memory int) *leastSquares {
	return &leastSquares{
		n: n, a: make([]float64, n*(n+1)/2), b: make([]float64, n), w: make([]float64, n),
		factor: make([]float64, n*(n+1)/2), inverse: make([]float64, n), scaled: make([]float64, n),
		wait: fitFirst, keep: 1 - fitLast/math.Ldexp(1, memory),
	}
}

// predict returns the weighted sum of the features.
func (s *leastSquares) predict(f []float64) float64 {
	w := s.w[:len(f)]
	even, odd := 0.0, 0.0
	k := 0
	for ; k+1 < len(f); k += 2 {
		even += float64(w[k] * f[k])
		odd += float64(w[k+1] * f[k+1])
	}
	if k < len(f) {
		even += float64(w[k] * f[k])
	}
	return even + odd
}

// learn adds a point with the given features and target, both divided by scale.
func (s *leastSquares) learn(f []float64, y, scale float64) {
	inv := 1 / scale
	y *= inv
	if !(math.Abs(y) < 1e6) {
		return
	}
	g := s.scaled[:len(f)]
	for i, v := range f {
		g[i] = v * inv
	}
	a := s.a
	for i, gi := range g {
		row := a[:i+1]
		a = a[i+1:]
		h := g[:len(row)]
		for j, v := range h {
			row[j] += float64(gi * v)
		}
		s.b[i] += float64(gi * y)
	}
	if s.seen++; s.seen >= s.wait {
		s.fit()
		s.seen, s.wait = 0, min(2*s.wait, fitLast)
	}
}

// ridge is the share of the diagonal that is added to it.
const ridge = 1.0 / (1 << 52)

// fit solves for the weights, by Cholesky's method, and forgets a little. A
// weight that the points do not determine becomes 0.
func (s *leastSquares) fit() {
	l, ai := s.factor, 0
	for i := range s.n {
		row := l[ai : ai+i+1]
		src := s.a[ai : ai+i+1]
		aj := 0
		for j := range i {
			other := l[aj : aj+j+1]
			sum := src[j]
			for k, v := range other[:j] {
				sum -= float64(row[k] * v)
			}
			row[j] = sum * s.inverse[j]
			aj += j + 1
		}
		d := src[i]
		floor := float64(d * ridge)
		d += floor
		for _, v := range row[:i] {
			d -= float64(v * v)
		}
		s.inverse[i] = 0
		if d > floor*0.5 {
			s.inverse[i] = 1 / math.Sqrt(d)
		}
		ai += i + 1
	}
	w := s.w
	ai = 0
	for i := range s.n {
		sum := s.b[i]
		for k, v := range l[ai : ai+i] {
			sum -= float64(v * w[k])
		}
		w[i] = sum * s.inverse[i]
		ai += i + 1
	}
	for i := s.n - 1; i >= 0; i-- {
		ai -= i + 1
		v := w[i] * s.inverse[i]
		w[i] = v
		for k, c := range l[ai : ai+i] {
			w[k] -= float64(c * v)
		}
	}
	for i := range w {
		if w[i]-w[i] != 0 { // overflow: start afresh
			clear(s.a)
			clear(s.b)
			clear(w)
			return
		}
	}
	for i := range s.a {
		s.a[i] *= s.keep
	}
	for i := range s.b {
		s.b[i] *= s.keep
	}
}
