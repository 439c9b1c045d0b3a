package audit

import (
	"math"
	"math/big"
	"slices"

	"github.com/morselcodec/morsel/topo/internal/exhaustive"
)

// exact is what the figures of two small fields are, evaluated in numbers of so
// many bits that nothing over- or underflows and no difference is rounded. Cells
// that are special are nil in x; so are those of y that are not finite.
type exact struct {
	shape []int
	x, y  []*big.Float
}

func wide(v float64) *big.Float { return exhaustive.Number(v) }

func add(a, b *big.Float) *big.Float { return wide(0).Add(a, b) }
func sub(a, b *big.Float) *big.Float { return wide(0).Sub(a, b) }
func mul(a, b *big.Float) *big.Float { return wide(0).Mul(a, b) }
func abs(a *big.Float) *big.Float    { return wide(0).Abs(a) }

// quo returns a/b rounded to float64; 0/0 is 0.
func quo(a, b *big.Float) float64 {
	if a.Sign() == 0 {
		return 0
	}
	if b.Sign() == 0 {
		return math.Inf(a.Sign())
	}
	v, _ := wide(0).Quo(a, b).Float64()
	return v
}

func narrow(a *big.Float) float64 { v, _ := a.Float64(); return v }

// log10 of a positive number.
func log10(a *big.Float) float64 {
	m := wide(0)
	exp := a.MantExp(m)
	return math.Log10(narrow(m)) + float64(exp)*math.Log10(2)
}

// neighbours calls f for every pair of neighbours of ordinary cells, each once
// and the lower index first, along the axes or diagonally as well.
func (e *exact) neighbours(diagonal bool, f func(i, j int)) {
	at := func(i int) []int {
		c := make([]int, len(e.shape))
		for k := len(c) - 1; k >= 0; k-- {
			c[k], i = i%e.shape[k], i/e.shape[k]
		}
		return c
	}
	for i := range e.x {
		for j := i + 1; j < len(e.x); j++ {
			moves, far := 0, false
			for k, c := range at(i) {
				d := at(j)[k] - c
				far = far || d < -1 || d > 1
				moves += d * d
			}
			if !far && (diagonal || moves == 1) && e.x[i] != nil && e.x[j] != nil {
				f(i, j)
			}
		}
	}
}

func (e *exact) span() *big.Float {
	var lo, hi *big.Float
	for _, v := range e.x {
		if v != nil && (lo == nil || v.Cmp(lo) < 0) {
			lo = v
		}
		if v != nil && (hi == nil || v.Cmp(hi) > 0) {
			hi = v
		}
	}
	return sub(hi, lo)
}

// errors returns the largest error, over the range and over the value, the root
// of the mean square and the signal to noise. All of y is finite.
func (e *exact) errors() (worst, rel, ofValue, rmse, psnr float64) {
	largest, squares, n := wide(0), wide(0), 0
	for i, v := range e.x {
		if v != nil {
			d := abs(sub(e.y[i], v))
			largest, squares = exhaustive.Larger(largest, d), add(squares, mul(d, d))
			ofValue = max(ofValue, quo(d, abs(v)))
			n++
		}
	}
	mean := wide(0).Quo(squares, wide(float64(n)))
	psnr = math.Inf(1)
	if mean.Sign() > 0 {
		if psnr = math.Inf(-1); e.span().Sign() > 0 {
			psnr = 10 * log10(wide(0).Quo(mul(e.span(), e.span()), mean))
		}
	}
	return narrow(largest), quo(largest, e.span()), ofValue, narrow(wide(0).Sqrt(mean)), psnr
}

// order counts changed and reversed differences, and the soft loss.
func (e *exact) order(diagonal bool) (comparisons, mismatches, opposite int64, soft float64) {
	steepness := func(difference *big.Float) float64 { return quo(mul(wide(100), difference), e.span()) }
	e.neighbours(diagonal, func(i, j int) {
		comparisons++
		was, is := e.x[j].Cmp(e.x[i]), e.y[j].Cmp(e.y[i])
		if was != is {
			mismatches++
		}
		if was*is < 0 {
			opposite++
		}
		dx, dy := sub(e.x[j], e.x[i]), sub(e.y[j], e.y[i])
		u, v := steepness(dx), steepness(dy)
		if gap := steepness(sub(dy, dx)); math.Abs(gap) < 0.01 {
			soft += math.Abs(math.Sinh(gap)) / (math.Cosh(u) * math.Cosh(v)) / 2
		} else {
			soft += math.Abs(math.Tanh(u)-math.Tanh(v)) / 2
		}
	})
	return comparisons, mismatches, opposite, soft / float64(max(comparisons, 1))
}

// ssim is the mean over all windows, all of whose cells are ordinary.
func (e *exact) ssim() float64 {
	total, windows := 0.0, 0
	inside := func(start []int) (cells []int) {
		for i := range e.x {
			rest, in := i, true
			for k := len(start) - 1; k >= 0; k-- {
				c := rest%e.shape[k] - start[k]
				rest /= e.shape[k]
				in = in && c >= 0 && c < min(ssimWindow, e.shape[k])
			}
			if in {
				cells = append(cells, i)
			}
		}
		return cells
	}
	start := make([]int, len(e.shape))
	for {
		if cells := inside(start); !slices.ContainsFunc(cells, func(i int) bool { return e.x[i] == nil }) {
			total += e.similarity(cells)
			windows++
		}
		k := len(start) - 1
		for ; k >= 0; k-- {
			if start[k]++; start[k]+ssimWindow <= e.shape[k] {
				break
			}
			start[k] = 0
		}
		if k < 0 {
			return total / float64(windows)
		}
	}
}

func (e *exact) similarity(cells []int) float64 {
	n := wide(float64(len(cells)))
	mean := func(f func(i int) *big.Float) *big.Float {
		s := wide(0)
		for _, i := range cells {
			s = add(s, f(i))
		}
		return s.Quo(s, n)
	}
	mx, my := mean(func(i int) *big.Float { return e.x[i] }), mean(func(i int) *big.Float { return e.y[i] })
	vx := mean(func(i int) *big.Float { d := sub(e.x[i], mx); return mul(d, d) })
	vy := mean(func(i int) *big.Float { d := sub(e.y[i], my); return mul(d, d) })
	cov := mean(func(i int) *big.Float { return mul(sub(e.x[i], mx), sub(e.y[i], my)) })
	c := func(k float64) *big.Float { l := mul(wide(k), e.span()); return mul(l, l) }
	two := wide(2)
	num := mul(add(mul(two, mul(mx, my)), c(0.01)), add(mul(two, cov), c(0.03)))
	den := mul(add(add(mul(mx, mx), mul(my, my)), c(0.01)), add(add(vx, vy), c(0.03)))
	if den.Sign() == 0 {
		if slices.ContainsFunc(cells, func(i int) bool { return e.x[i].Cmp(e.y[i]) != 0 }) {
			return 0
		}
		return 1
	}
	return quo(num, den)
}

// diagram returns the basins of v as birth and death, and the births of those
// that stay.
func (e *exact) diagram(v []*big.Float) (pairs []exhaustive.Pair, essential []*big.Float) {
	near := make([][]int, len(v))
	e.neighbours(true, func(i, j int) { near[i], near[j] = append(near[i], j), append(near[j], i) })
	var cells []int
	for i := range v {
		if e.x[i] != nil {
			cells = append(cells, i)
		}
	}
	slices.SortStableFunc(cells, func(i, j int) int { return v[i].Cmp(v[j]) })
	root, birth := map[int]int{}, map[int]*big.Float{}
	find := func(i int) int {
		for root[i] != i {
			i = root[i]
		}
		return i
	}
	for _, i := range cells {
		root[i], birth[i] = i, v[i]
		for _, j := range near[i] {
			if _, in := root[j]; !in {
				continue
			}
			a, b := find(i), find(j)
			if a == b {
				continue
			}
			if birth[a].Cmp(birth[b]) < 0 {
				a, b = b, a
			}
			if birth[a].Cmp(v[i]) < 0 {
				pairs = append(pairs, exhaustive.Pair{birth[a], v[i]})
			}
			root[a] = b
		}
	}
	for i, r := range root {
		if i == r {
			essential = append(essential, birth[i])
		}
	}
	slices.SortFunc(essential, (*big.Float).Cmp)
	return pairs, essential
}

// distances are the bottleneck distance, W1 and W2 over all matchings.
func (e *exact) distances() (all [3]float64, pairs int) {
	d, stay := e.diagram(e.x)
	other, stays := e.diagram(e.y)
	for i, b := range stay {
		stay[i] = abs(sub(b, stays[i]))
	}
	return exhaustive.Distances(d, other, stay), max(len(d), len(other))
}
