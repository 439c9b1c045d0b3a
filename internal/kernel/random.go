package kernel

const hashStep = 0x9e3779b97f4a7c15

// Hash mixes key and counter i into 64 random bits (SplitMix64; Steele, Lea
// and Flood, 2014). Random numbers that depend on their position alone are the
// same for any number of workers, and need no state to be saved.
func Hash(key, i uint64) uint64 {
	z := key + (i+1)*hashStep
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Dropout zeroes values with probability rate, to 16 bits, and scales up the
// others so that the mean stays. The gradient of a dropout is the dropout of
// the gradient with the same key.
//
//	u := Hash(key, i/4) >> (16 * (i%4)) & 0xffff
//	y[i] = 0 if u < rate * 2^16, else x[i] / (1-rate)
func Dropout(p *Pool, y, x []float32, rate float32, key uint64) {
	limit := uint32(float64(rate) * (1 << 16))
	scale := 1 / (1 - rate)
	y = y[:len(x)]
	p.Range(len(x), func(lo, hi int) { // lo is a multiple of 4
		if blocks := (hi - lo) / 32; active.dropout != nil && blocks > 0 {
			active.dropout(&y[lo], &x[lo], blocks, key+uint64(lo/4+1)*hashStep, limit, scale)
			lo += blocks * 32
		}
		dropoutLoop(y[lo:hi], x[lo:hi], limit, scale, key, uint64(lo/4))
	})
}

func dropoutLoop(y, x []float32, limit uint32, scale float32, key, block uint64) {
	var h uint64
	for i, v := range x {
		if i%4 == 0 {
			h = Hash(key, block+uint64(i/4))
		}
		v = float32(v * scale)
		if uint32(h&0xffff) < limit {
			v = 0
		}
		h >>= 16
		y[i] = v
	}
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
