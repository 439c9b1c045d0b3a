// Package exhaustive measures distances between diagrams of a few points by trying
// all matchings, in numbers of so many bits that nothing over- or underflows and
// no difference is rounded. It is for tests.
package exhaustive

import "math/big"

// bits are more than lie between the largest and the smallest float64, squared.
const bits = 4500

// Number returns v with all the bits that sums and products need.
func Number(v float64) *big.Float { return new(big.Float).SetPrec(bits).SetFloat64(v) }

// Larger returns a or b.
func Larger(a, b *big.Float) *big.Float {
	if a.Cmp(b) < 0 {
		return b
	}
	return a
}

// Pair is a birth and a death.
type Pair [2]*big.Float

// Distances returns the L∞ bottleneck distance, W1 and W2 of the best matchings of
// d and e, in which the i-th essential class of one is matched with that of the
// other: gaps are how far those are apart.
func Distances(d, e []Pair, gaps []*big.Float) (all [3]float64) {
	add := func(t, c *big.Float) *big.Float { return Number(0).Add(t, c) }
	square := func(t, c *big.Float) *big.Float { return add(t, Number(0).Mul(c, c)) }
	for k, combine := range []func(total, cost *big.Float) *big.Float{Larger, add, square} {
		total := cheapest(d, e, combine)
		for _, g := range gaps {
			total = combine(total, g)
		}
		if k == 2 {
			total.Sqrt(total)
		}
		all[k], _ = total.Float64()
	}
	return all
}

// cheapest tries all matchings of pairs with each other and with the diagonal.
func cheapest(d, e []Pair, combine func(total, cost *big.Float) *big.Float) *big.Float {
	used := make([]bool, len(e))
	var match func(i int) *big.Float
	match = func(i int) *big.Float {
		if i == len(d) {
			total := Number(0)
			for j, u := range used {
				if !u {
					total = combine(total, e[j].half())
				}
			}
			return total
		}
		best := combine(match(i+1), d[i].half())
		for j := range e {
			if used[j] {
				continue
			}
			used[j] = true
			c := combine(match(i+1), Larger(gap(d[i][0], e[j][0]), gap(d[i][1], e[j][1])))
			if used[j] = false; c.Cmp(best) < 0 {
				best = c
			}
		}
		return best
	}
	return match(0)
}

// half is how far a pair is from the diagonal.
func (p Pair) half() *big.Float {
	x := gap(p[0], p[1])
	return x.Quo(x, Number(2))
}

func gap(a, b *big.Float) *big.Float {
	d := Number(0).Sub(a, b)
	return d.Abs(d)
}
