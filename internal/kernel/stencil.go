package kernel

// Stencil adds to each point of a line a weighted sum of how its neighbours
// differ from base. Point i lies at values[at+i*inc], its neighbour k
// offsets[k] away. Its bits are the same in every tier:
//
//	for i := range dst {
//		dst[i] = base[i]
//		for k, w := range weights {
//			dst[i] += w * (float64(values[at+i*inc+offsets[k]]) - base[i])
//		}
//	}
func Stencil[T float32 | float64](dst, base []float64, values []T, at, inc int, weights []float64, offsets []int) {
	done := 0
	if v, ok := any(values).([]float32); ok {
		done = stencilBlocks(dst, base, v, at, inc, weights, offsets)
	}
	dst, base = dst[done:], base[done:len(dst)]
	at += done * inc
	copy(dst, base)
	for ; len(weights) >= 4; weights, offsets = weights[4:], offsets[4:] {
		stencil4(dst, base, values, at, inc, weights, offsets)
	}
	for k, w := range weights {
		j := at + offsets[k]
		for i, b := range base {
			dst[i] += float64(w * (float64(values[j]) - b))
			j += inc
		}
	}
}

// stencilBlocks does what whole vectors can and returns the number of points.
func stencilBlocks(dst, base []float64, values []float32, at, inc int, weights []float64, offsets []int) int {
	if active.stencil[0] == nil || inc > 2 || len(weights) == 0 {
		return 0
	}
	// The last vector reads inc−1 values beyond its last point.
	least, most := offsets[0], offsets[0]
	for _, o := range offsets[:len(weights)] {
		least, most = min(least, o), max(most, o)
	}
	points := min(len(dst), (len(values)-at-most)/inc)
	block := active.stencilPoints
	if points < block {
		return 0
	}
	blocks := points / block
	base = base[:len(dst)]
	_ = values[at+least]
	active.stencil[inc-1](&dst[0], &base[0], &values[at], &weights[0], &offsets[0], blocks, len(weights))
	return blocks * block
}

// stencil4 adds the first four neighbours.
func stencil4[T float32 | float64](dst, base []float64, v []T, at, inc int, weights []float64, offsets []int) {
	w0, w1, w2, w3 := weights[0], weights[1], weights[2], weights[3]
	a0, a1, a2, a3 := at+offsets[0], at+offsets[1], at+offsets[2], at+offsets[3]
	base = base[:len(dst)]
	for i, sum := range dst {
		b := base[i]
		sum += float64(w0 * (float64(v[a0]) - b))
		sum += float64(w1 * (float64(v[a1]) - b))
		sum += float64(w2 * (float64(v[a2]) - b))
		sum += float64(w3 * (float64(v[a3]) - b))
		dst[i] = sum
		a0 += inc
		a1 += inc
		a2 += inc
		a3 += inc
	}
}
