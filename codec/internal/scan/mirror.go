package scan

import "math"

// gather sets the features of point i, its taps less the nearest of them, and
// returns that one, the base. Taps off the grid count as equal to it.
func (s *scanner) gather(i int) float64 {
	n := &s.taps
	if n.all {
		base := s.number[i+n.index[0]]
		for k, d := range n.index[1:] {
			s.feature[k] = s.number[i+d] - base
		}
		return base
	}
	base, found := 0.0, false
	for k, d := range n.index {
		f := 0.0
		if n.has(&s.grid, &s.at, k) {
			if !found {
				base, found = s.number[i+d], true
			}
			f = s.number[i+d] - base
		}
		if k > 0 {
			s.feature[k-1] = f
		}
	}
	return base
}

// expect returns the mean of the misses around point i, near ones weighing more.
func (s *scanner) expect(miss []float64, i int) float64 {
	n := &s.around
	sum, weight := 0.0, 0.0
	for k, d := range n.index {
		if n.all || n.has(&s.grid, &s.at, k) {
			sum += float64(s.nearness[k] * miss[i+d])
			weight += s.nearness[k]
		}
	}
	if weight == 0 {
		return 0
	}
	return sum / weight
}

// twin predicts a point of an array that is its own mirror image, by the point's
// image, where that is known and has been the better prediction around.
type twin struct {
	axis   int // of the grid; −1: there is none
	odd    bool
	fit    []float64 // misses of the fit
	image  []float64 // misses of the image
	number float64   // of the current point's image
	exists bool
}

func newTwin(g *grid, shape []int, axis int, odd bool) *twin {
	t := &twin{axis: -1, odd: odd, fit: make([]float64, g.size), image: make([]float64, g.size)}
	if shape[axis] > 1 {
		for _, n := range shape[:axis+1] {
			if n > 1 {
				t.axis++
			}
		}
	}
	return t
}

// choose returns the prediction of point i, which the fit puts at fit, and how
// far off it may be.
func (t *twin) choose(s *scanner, i int, fit float64) (p, scale float64) {
	scale = s.expect(t.fit, i)
	t.exists = false
	if t.axis < 0 {
		return fit, scale
	}
	image := i + (s.grid.shape[t.axis]-1-2*s.at[t.axis])*s.grid.stride[t.axis]
	if image >= i {
		return fit, scale
	}
	t.exists = true
	t.number = s.number[image]
	if t.odd {
		t.number = -t.number
	}
	if e := s.expect(t.image, i); e < scale {
		return t.number, e
	}
	return fit, scale
}

// note compares both predictions with v.
func (t *twin) note(s *scanner, i int, v, fit float64) {
	t.fit[i] = math.Min(math.Abs(v-fit), maxMiss)
	t.image[i] = s.expect(t.fit, i)
	if t.exists {
		t.image[i] = math.Min(math.Abs(v-t.number), maxMiss)
	}
}

func (t *twin) settle(s *scanner, i int) {
	t.fit[i], t.image[i] = s.expect(t.fit, i), s.expect(t.image, i)
}

// log4 returns four times the logarithm of x > 0 to base 2, with the mantissa
// taken as linear.
func log4(x float64) int { return int(math.Float64bits(x)>>50) - 4*1023 }

// leaning returns the sign of e, and roughly its size against scale: 0, or ±1 to
// ±4 from a quarter, three quarters, one and a half and three scales on.
func leaning(e, scale float64) int8 {
	n := int8(0)
	switch r := math.Abs(e / scale); {
	case r < 0.25:
	case r < 0.75:
		n = 1
	case r < 1.5:
		n = 2
	case r < 3:
		n = 3
	default: // NaN too
		n = 4
	}
	if e < 0 {
		return -n
	}
	return n
}
