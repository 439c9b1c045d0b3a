package kernel

// Hash mixes key and counter i into 64 random bits (SplitMix64; Steele, Lea
// and Flood, 2014). Random numbers that depend on their position alone are the
// same for any number of workers, and need no state to be saved.
func Hash(key, i uint64) uint64 {
	z := key + (i+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Dropout zeroes values with probability rate and scales up the others so that
// the mean stays. The gradient of a dropout is the dropout of the gradient
// with the same key.
//
//	y[i] = 0 if Hash(key, i) < rate * 2^64, else x[i] / (1-rate)
func Dropout(p *Pool, y, x []float32, rate float32, key uint64) {
	limit := uint64(float64(rate) * (1 << 32))
	scale := 1 / (1 - rate)
	p.Range(len(x), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			v := float32(x[i] * scale)
			if Hash(key, uint64(i))>>32 < limit {
				v = 0
			}
			y[i] = v
		}
	})
}

// AddNoise adds uniform noise of each channel's step width to x,
// [rows, len(step)]: the differentiable stand-in for rounding (Ballé et al.,
// 2017).
//
//	x[i, c] += (u - 1/2) * step[c] // u uniform in [0, 1) from Hash(key, i)
func AddNoise(p *Pool, x, step []float32, key uint64) {
	channels := len(step)
	p.Range(len(x), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			u := float32(float32(Hash(key, uint64(i))>>40)/(1<<24)) - 0.5
			x[i] += float32(u * step[i%channels])
		}
	})
}
