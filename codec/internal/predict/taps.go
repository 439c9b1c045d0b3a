package predict

import "github.com/morselcodec/morsel/codec/internal/grid"

// tap is a value that a stencil weighs: on the coarser grid around the point, or
// causal, of the same pass and visited before.
type tap struct {
	by         [grid.MaxRank]int // offset in coordinates
	index      int               // the same as a difference in index
	causal     bool              // where it is off the grid, it counts as b
	substitute int               // else this counts there, a difference in index
}

// tapsOf lists the values that the stencil of a pass reads, in the order of
// their weights.
func tapsOf(g *grid.Grid, p *grid.Pass) []tap {
	var list []tap
	add := func(by, substitute [grid.MaxRank]int, causal bool) {
		list = append(list, tap{by: by, index: g.Index(&by), causal: causal, substitute: g.Index(&substitute)})
	}
	var back, forward, by [grid.MaxRank]int
	back[p.Axis], forward[p.Axis] = -p.Half, p.Half
	add(back, back, false)
	farthest := 3
	if g.Rank < 3 {
		farthest = 5
	}
	for k := 3; k <= farthest; k += 2 {
		by[p.Axis] = -k * p.Half
		add(by, back, false)
		by[p.Axis] = k * p.Half
		add(by, forward, false)
	}
	inner := g.Rank - 1
	for c := range g.Rank {
		if c == p.Axis {
			continue
		}
		for _, nearest := range [2][grid.MaxRank]int{back, forward} {
			by = nearest
			for _, t := range [2]int{-1, 1} {
				by[c] = t * p.Step[c]
				add(by, nearest, false)
			}
		}
	}
	for c := range inner {
		by = [grid.MaxRank]int{}
		by[c] = -p.Step[c]
		add(by, by, true)
		for _, t := range [2]int{-1, 1} {
			by[inner] = t * p.Step[inner]
			add(by, by, true)
		}
	}
	return list
}

// eachRun calls f with the difference in index from a point to the value of tap t,
// for each run of points of l for which it is the same. Points for which a
// causal tap is off the grid are left out.
func eachRun(g *grid.Grid, l *grid.Line, t *tap, f func(from, to, index int)) {
	from, to := 0, 0
	if g.On(l, &t.by) {
		from, to = g.Span(l, t.by[g.Rank-1])
	}
	if t.causal {
		if from < to {
			f(from, to, t.index)
		}
		return
	}
	if from >= to {
		f(0, l.N, t.substitute)
		return
	}
	if from > 0 {
		f(0, from, t.substitute)
	}
	f(from, to, t.index)
	if to < l.N {
		f(to, l.N, t.substitute)
	}
}
