package grid

import "math/bits"

// A Pass is one step of the multilevel traversal of a chunk: the points whose
// coordinate along Axis is an odd multiple of Half, along the axes done on this
// level before a multiple of Half, and along the others a multiple of 2·Half.
// Values at even multiples along Axis are known by then.
type Pass struct {
	Index int // in the traversal
	Level int // Half = 1 << (level−1); the last level is 1
	Axis  int
	Half  int
	First [MaxRank]int // first coordinate along each axis
	Step  [MaxRank]int // distance of neighbouring points of the pass
	Count [MaxRank]int // points along each axis
}

// Passes lists the passes of the traversal. The origin is visited before the first
// of them. order names the axes in the order of each level.
func (g *Grid) Passes(order []int) []Pass {
	longest := 1
	for _, n := range g.Shape[:g.Rank] {
		longest = max(longest, n)
	}
	var list []Pass
	for level := bits.Len(uint(longest - 1)); level > 0; level-- {
		half := 1 << (level - 1)
		done := [MaxRank]bool{}
		for _, axis := range order {
			if half < g.Shape[axis] {
				p := g.Pass(level, axis, done)
				p.Index = len(list)
				list = append(list, p)
			}
			done[axis] = true
		}
	}
	return list
}

// Pass returns a pass of a level, before which the axes done were passed over on
// the same level. Its Index is not set.
func (g *Grid) Pass(level, axis int, done [MaxRank]bool) Pass {
	half := 1 << (level - 1)
	p := Pass{Level: level, Axis: axis, Half: half}
	for a := range g.Rank {
		p.Step[a] = 2 * half
		if done[a] {
			p.Step[a] = half
		}
		if a == axis {
			p.First[a] = half
		}
		p.Count[a] = (g.Shape[a]-1-p.First[a])/p.Step[a] + 1
	}
	return p
}

// Line is a row of a pass along the chunk's last axis.
type Line struct {
	*Pass
	At    [MaxRank]int // coordinate of its first point
	Start int          // index of its first point
	Inc   int          // index distance of its points
	N     int          // number of points
}

// Points returns how many points the pass has.
func (p *Pass) Points(rank int) int {
	n := 1
	for _, c := range p.Count[:rank] {
		n *= c
	}
	return n
}

// Lines calls f for every line of the pass, in row-major order.
func (g *Grid) Lines(p *Pass, f func(*Line)) {
	inner := g.Rank - 1
	l := Line{Pass: p, Inc: p.Step[inner] * g.Stride[inner], N: p.Count[inner], At: p.First}
	for a := range g.Rank {
		l.Start += p.First[a] * g.Stride[a]
	}
	var k [MaxRank]int
	for {
		g.Watch.After(l.N)
		f(&l)
		a := inner - 1
		for ; a >= 0; a-- {
			k[a]++
			l.At[a] += p.Step[a]
			l.Start += p.Step[a] * g.Stride[a]
			if k[a] < p.Count[a] {
				break
			}
			l.Start -= k[a] * p.Step[a] * g.Stride[a]
			l.At[a] = p.First[a]
			k[a] = 0
		}
		if a < 0 {
			return
		}
	}
}

// LongestLine returns the most points of a line of the traversal.
func (g *Grid) LongestLine() int {
	n := g.Shape[g.Rank-1]
	if n == g.Size {
		return (n + 1) / 2 // every other value, at the last level
	}
	return n
}

// On reports whether an offset in coordinates leads from the points of l to the
// grid along all axes but the last.
func (g *Grid) On(l *Line, by *[MaxRank]int) bool {
	for a := range g.Rank - 1 {
		if k := l.At[a] + by[a]; k < 0 || k >= g.Shape[a] {
			return false
		}
	}
	return true
}

// Span returns the points of l from which the offset stays on the grid along
// the last axis.
func (g *Grid) Span(l *Line, by int) (from, to int) {
	inner := g.Rank - 1
	first, step, n := l.First[inner]+by, l.Step[inner], g.Shape[inner]
	to = l.N
	for from < to && first+from*step < 0 {
		from++
	}
	for from < to && first+(to-1)*step >= n {
		to--
	}
	return from, to
}

// Inner returns how many points of l are inner: those from the first on that have
// a point behind them at a distance of Half along the pass's axis, as all have one
// before them. They are all points of the line, all but its last, or none.
func (g *Grid) Inner(l *Line) int {
	if l.Axis == g.Rank-1 {
		_, n := g.Span(l, l.Half)
		return n
	}
	if l.At[l.Axis]+l.Half >= g.Shape[l.Axis] {
		return 0
	}
	return l.N
}
