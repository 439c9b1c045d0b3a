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
	p.Range(len(w), func(lo, hi int) {
		g, m, v := g[lo:hi], m[lo:hi], v[lo:hi]
		for i, x := range w[lo:hi] {
			d := g[i]
			m[i] = float32(s.Beta1*m[i]) + float32((1-s.Beta1)*d)
			v[i] = float32(s.Beta2*v[i]) + float32((1-s.Beta2)*float32(d*d))
			root := float32(math.Sqrt(float64(v[i])))
			w[lo+i] = x - float32(float32(s.Rate*m[i])/(float32(root*s.Root)+s.Epsilon))
		}
	})
}
