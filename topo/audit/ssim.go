package audit

import (
	"math"
	"slices"

	"github.com/morselcodec/morsel/formats/array"
)

// ssimWindow is the size of the window along each axis.
const ssimWindow = 7

// The box sums that SSIM takes: of x, the error d = y−x, x², d², xd and of
// special cells.
const ssimSums = 6

// ssimLimit is where errors are cut off, in units: beyond it, nothing is alike.
const ssimLimit = 0x1p200

// similarity is the mean structural similarity in the making. Its unit is the
// range, by which squares neither over- nor underflow.
type similarity[T array.Float] struct {
	*fields[T]
	unit   scaled  // the span, or the largest error of a constant
	base   float64 // what x is measured from: the smallest value
	shift  float64 // and d: sums of values around a typical one cancel less
	c1, c2 float64
}

// ssim returns the mean structural similarity. It is NaN where no window is
// free of special cells, or other is not finite somewhere.
func (f *fields[T]) ssim(nonFinite int64) float64 {
	if f.values == 0 || nonFinite > 0 {
		return math.NaN()
	}
	s := &similarity[T]{fields: f, unit: f.span, c1: 0.01 * 0.01, c2: 0.03 * 0.03}
	if f.span.frac == 0 {
		s.unit, s.c1, s.c2 = f.worst, 0, 0
	} else {
		s.shift = s.typicalError()
	}
	s.base = cut(between(f.level(f.lo).Hi, 0).over(s.unit))
	return s.mean()
}

func cut(v float64) float64 { return min(max(v, -ssimLimit), ssimLimit) }

// mean walks the field along its slowest axis with the sums of the last window
// of planes kept, so memory is that of a few planes.
func (s *similarity[T]) mean() float64 {
	shape := slices.DeleteFunc(slices.Clone(s.shape), func(n int) bool { return n == 1 })
	if len(shape) == 0 {
		shape = []int{1}
	}
	depth := min(ssimWindow, shape[0])
	plane := len(s.x) / shape[0]
	inner, cells := shape[1:], depth
	for _, n := range inner {
		cells *= min(ssimWindow, n)
	}
	ring := make([][ssimSums][]float64, depth)
	var acc [ssimSums][]float64
	for k := range ssimSums {
		acc[k] = make([]float64, plane)
		for z := range ring {
			ring[z][k] = make([]float64, plane)
		}
	}
	scratch := make([]float64, plane)
	total, windows, seen := 0.0, 0, 0
	for z := range shape[0] {
		if seen += plane; seen >= pace {
			if seen = 0; s.stopped() {
				break
			}
		}
		slot := &ring[z%depth]
		s.fillPlane(slot, z*plane)
		width := 0
		for k := range ssimSums {
			width = boxSums(slot[k], scratch, inner)
		}
		if z < depth-1 {
			continue
		}
		for k := range ssimSums {
			clear(acc[k][:width])
			for z := range ring { // anew each time: running sums would drift
				for i, v := range ring[z][k][:width] {
					acc[k][i] += v
				}
			}
		}
		sum := 0.0
		for i := range width {
			if acc[5][i] == 0 {
				windows++
				sum += s.index(&acc, i, float64(cells))
			}
		}
		total += sum
	}
	return total / float64(windows)
}

// inUnits returns (a − b)/unit.
func (s *similarity[T]) inUnits(a, b T) float64 {
	if a == b || s.span.frac != 0 {
		return s.inSpans(a, b)
	}
	return s.gap(a, b).over(s.unit)
}

// typicalError is the median of a few errors.
func (s *similarity[T]) typicalError() float64 {
	var some []float64
	for i := 0; i < len(s.x); i += 1 + len(s.x)/100 {
		if !s.special(i) {
			some = append(some, cut(s.inUnits(s.y[i], s.x[i])))
		}
	}
	if some == nil {
		return 0
	}
	slices.Sort(some)
	return some[len(some)/2]
}

// fillPlane sets the summands of the cells from start on.
func (s *similarity[T]) fillPlane(p *[ssimSums][]float64, start int) {
	for i := range p[0] {
		if s.special(start + i) {
			p[0][i], p[1][i], p[2][i], p[3][i], p[4][i], p[5][i] = 0, 0, 0, 0, 0, 1
			continue
		}
		x := s.inUnits(s.x[start+i], s.lo)
		d := cut(s.inUnits(s.y[start+i], s.x[start+i])) - s.shift
		p[0][i], p[1][i], p[2][i], p[3][i], p[4][i], p[5][i] = x, d, x*x, d*d, x*d, 0
	}
}

// boxSums replaces a plane by the sums over all windows inside it, packed, and
// returns how many there are.
func boxSums(data, scratch []float64, shape []int) int {
	n := len(data)
	after := 1 // cells behind one step of the axis, already reduced
	for axis := len(shape) - 1; axis >= 0; axis-- {
		size := shape[axis]
		w := min(ssimWindow, size)
		out := size - w + 1
		for block := range n / (size * after) {
			for k := range out {
				to := scratch[(block*out+k)*after:][:after]
				clear(to)
				for d := range w {
					for i, v := range data[(block*size+k+d)*after:][:after] {
						to[i] += v
					}
				}
			}
		}
		n = n / size * out
		after *= out
		copy(data[:n], scratch[:n])
	}
	return n
}

// index is that of window i from its sums over n cells.
func (s *similarity[T]) index(sums *[ssimSums][]float64, i int, n float64) float64 {
	mx, md := sums[0][i]/n, sums[1][i]/n
	vx, vd := max(0, sums[2][i]/n-mx*mx), max(0, sums[3][i]/n-md*md)
	xd := sums[4][i]/n - mx*md
	vy, cov := max(0, vx+2*xd+vd), vx+xd
	mx, md = mx+s.base, md+s.shift
	my := mx + md
	num := (2*mx*my + s.c1) * (2*cov + s.c2)
	den := (mx*mx + my*my + s.c1) * (vx + vy + s.c2)
	if den == 0 { // of a constant original
		if md == 0 && vd == 0 {
			return 1
		}
		return 0
	}
	return num / den
}
