package kernel

import "math"

// AdamStep holds what one step of Adam (Kingma and Ba, 2015) needs beside its
// arrays: the learning rate divided by 1−β1^t, and 1/sqrt(1−β2^t).
type AdamStep struct {
	Rate, Beta1, Beta2, Epsilon, Root float32
}

// Adam updates weights w and the moments m and v from the gradient g.
//
//	m[i] = β1*m[i] + (1-β1)*g[i]
//	v[i] = β2*v[i] + (1-β2)*g[i]²
//	w[i] -= Rate * m[i] / (sqrt(v[i])*Root + ε)
func Adam(p *Pool, s AdamStep, w, g, m, v []float32) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	k := [7]float32{s.Beta1, 1 - s.Beta1, s.Beta2, 1 - s.Beta2, s.Rate, s.Root, s.Epsilon}
	p.Range(len(w), func(lo, hi int) {
		if active.adam == nil {
			adamLoop(s, w[lo:hi], g[lo:hi], m[lo:hi], v[lo:hi])
			return
		}
		active.adam(&k, &w[lo], &g[lo], &m[lo], &v[lo], hi-lo)
	})
}

func adamLoop(s AdamStep, w, g, m, v []float32) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i, x := range w {
		d := g[i]
		m[i] = float32(s.Beta1*m[i]) + float32((1-s.Beta1)*d)
		v[i] = float32(s.Beta2*v[i]) + float32((1-s.Beta2)*float32(d*d))
		root := float32(math.Sqrt(float64(v[i])))
		w[i] = x - float32(float32(s.Rate*m[i])/(float32(root*s.Root)+s.Epsilon))
	}
}
