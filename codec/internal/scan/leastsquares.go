package scan

import "math"

// leastSquares learns, point by point, the weights with which features predict
// a target: a recursive least squares fit that forgets. All of it is float64
// arithmetic in a fixed order, so that encoder and decoder agree.
type leastSquares struct {
	n       int
	a       []float64 // lower triangle of Σ f·fᵀ, row by row, then b
	b       []float64 // Σ f·y, part of a
	w       []float64 // the weights
	factor  []float64 // Cholesky factor, and its solution
	inverse []float64 // of the factor's diagonal
	batch   []float64 // the last points, each with its target behind
	seen    int       // points since the last fit
	wait    int       // points until the next one
	memory  float64   // what the sums are multiplied by after a fit
}

// The fit is renewed after fitFirst points, then after twice as many, up to
// fitLast. Points are added in batches.
const (
	fitBatch = 4
	fitFirst = 8
	fitLast  = 64
)

// newLeastSquares returns a fit of n weights that remembers about 2^memory points.
func newLeastSquares(n, memory int) *leastSquares {
	triangle := n * (n + 1) / 2
	a := make([]float64, triangle+n)
	return &leastSquares{
		n: n, a: a, b: a[triangle:], w: make([]float64, n), batch: make([]float64, fitBatch*(n+1)),
		factor: make([]float64, triangle), inverse: make([]float64, n),
		wait: fitFirst, memory: 1 - fitLast/math.Ldexp(1, memory),
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
	n := len(f)
	row := s.batch[s.seen%fitBatch*(n+1):][:n+1]
	for i, v := range f {
		row[i] = v * inv
	}
	row[n] = y
	if s.seen++; s.seen%fitBatch == 0 {
		s.add()
	}
	if s.seen >= s.wait {
		s.fit()
		s.seen, s.wait = 0, min(2*s.wait, fitLast)
	}
}

// add adds the points of the batch to the sums.
func (s *leastSquares) add() {
	n := s.n
	p, q := s.batch[:n+1], s.batch[n+1:2*(n+1)]
	u, v := s.batch[2*(n+1):3*(n+1)], s.batch[3*(n+1):]
	a := s.a
	for i := range n + 1 {
		pi, qi, ui, vi := p[i], q[i], u[i], v[i]
		m := min(i+1, n) // the target's row is that of b, without its square
		row := a[:m]
		a = a[m:]
		p, q, u, v := p[:len(row)], q[:len(row)], u[:len(row)], v[:len(row)]
		for j := range row {
			row[j] += (float64(pi*p[j]) + float64(qi*q[j])) + (float64(ui*u[j]) + float64(vi*v[j]))
		}
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
			clear(w)
			return
		}
	}
	for i := range s.a {
		s.a[i] *= s.memory
	}
}
