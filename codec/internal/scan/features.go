package scan

import "math"

// setFeatures sets the features of point i, its taps less the nearest of them,
// and returns that one, the base. Taps off the grid count as equal to it.
func (s *scanner) setFeatures(i int) (base float64) {
	n := &s.taps
	if n.all {
		base := s.scaled[i+n.index[0]]
		for k, d := range n.index[1:] {
			s.features[k] = s.scaled[i+d] - base
		}
		return base
	}
	found := false
	for k, d := range n.index {
		f := 0.0
		if n.has(&s.grid, &s.at, k) {
			if !found {
				base, found = s.scaled[i+d], true
			}
			f = s.scaled[i+d] - base
		}
		if k > 0 {
			s.features[k-1] = f
		}
	}
	return base
}

// expected returns the mean of the errors around point i, near ones weighing more.
func (s *scanner) expected(err []float64, i int) float64 {
	n := &s.errNeighbours
	sum, weight := 0.0, 0.0
	for k, d := range n.index {
		if n.all || n.has(&s.grid, &s.at, k) {
			sum += float64(s.errWeights[k] * err[i+d])
			weight += s.errWeights[k]
		}
	}
	if weight == 0 {
		return 0
	}
	return sum / weight
}

// log4 returns four times the logarithm of x > 0 to base 2, with the mantissa
// taken as linear.
func log4(x float64) int { return int(math.Float64bits(x)>>50) - 4*1023 }

// errClasses is the number of error classes, from −errClasses/2 on.
const errClasses = 9

// errorClass returns the class of an error e: its sign, and roughly its size
// against σ: 0, or ±1 to ±4 from a quarter, three quarters, one and a half and
// three σ on.
func errorClass(e, sigma float64) int8 {
	n := int8(0)
	switch r := math.Abs(e / sigma); {
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
