package audit

import "math"

// ssimWindow is the size of the window along each axis.
const ssimWindow = 7

// The box sums that SSIM takes: of x, y, x², y², xy and of special cells.
const ssimSums = 6

// ssim returns the mean structural similarity. It is NaN where no window is
// free of special cells, or other is not finite somewhere.
//
// The field is walked along its slowest axis with the sums of the last window
// of planes kept, so memory is that of a few planes.
func (f *fields[T]) ssim(span float64, nonFinite int64) float64 {
	if len(f.x) == 0 || nonFinite > 0 || !(span-span == 0) {
		return math.NaN()
	}
	depth := min(ssimWindow, f.shape[0])
	plane := len(f.x) / f.shape[0]
	inner, cells := f.shape[1:], depth
	for _, n := range inner {
		cells *= min(ssimWindow, n)
	}
	// Sums of values around a typical one cancel less.
	shift := f.typical()
	c1, c2 := square(0.01*span), square(0.03*span)

	ring := make([][ssimSums][]float64, depth)
	var acc [ssimSums][]float64
	for s := range ssimSums {
		acc[s] = make([]float64, plane)
		for k := range ring {
			ring[k][s] = make([]float64, plane)
		}
	}
	scratch := make([]float64, plane)
	total, windows := 0.0, 0
	for z := range f.shape[0] {
		slot := &ring[z%depth]
		f.fillPlane(slot, z*plane, shift)
		width := 0
		for s := range ssimSums {
			width = boxSums(slot[s], scratch, inner)
		}
		if z < depth-1 {
			continue
		}
		for s := range ssimSums {
			clear(acc[s][:width])
			for k := range ring { // anew each time: running sums would drift
				for i, v := range ring[k][s][:width] {
					acc[s][i] += v
				}
			}
		}
		sum := 0.0
		for i := range width {
			if acc[5][i] != 0 {
				continue
			}
			windows++
			sum += similarity(&acc, i, float64(cells), shift, c1, c2)
		}
		total += sum
	}
	return total / float64(windows)
}

func square(v float64) float64 { return v * v }

// typical returns the mean of a few values of the original.
func (f *fields[T]) typical() float64 {
	sum, n := 0.0, 0.0
	for i := 0; i < len(f.x); i += 1 + len(f.x)/1000 {
		if !f.special(i) {
			n++
			sum += (float64(f.x[i]) - sum) / n
		}
	}
	return sum
}

// fillPlane sets the summands of the cells from start on.
func (f *fields[T]) fillPlane(p *[ssimSums][]float64, start int, shift float64) {
	for i := range p[0] {
		if f.special(start + i) {
			p[0][i], p[1][i], p[2][i], p[3][i], p[4][i], p[5][i] = 0, 0, 0, 0, 0, 1
			continue
		}
		x, y := float64(f.x[start+i])-shift, float64(f.y[start+i])-shift
		p[0][i], p[1][i], p[2][i], p[3][i], p[4][i], p[5][i] = x, y, x*x, y*y, x*y, 0
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

// similarity is the index of window i from its sums over n cells.
func similarity(sums *[ssimSums][]float64, i int, n, shift, c1, c2 float64) float64 {
	mx, my := sums[0][i]/n, sums[1][i]/n
	vx := max(0, sums[2][i]/n-mx*mx)
	vy := max(0, sums[3][i]/n-my*my)
	cov := sums[4][i]/n - mx*my
	mx, my = mx+shift, my+shift
	num := (2*mx*my + c1) * (2*cov + c2)
	den := (mx*mx + my*my + c1) * (vx + vy + c2)
	if den == 0 { // both constant, and zero or without a range
		if mx == my {
			return 1
		}
		return 0
	}
	return num / den
}
