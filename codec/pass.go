package codec

import "math/bits"

// A pass is one step of the multilevel walk over a chunk: the points whose
// coordinate along axis is an odd multiple of half, along the axes walked
// before it a multiple of half, and along the others a multiple of 2·half.
// Values at even multiples along axis are known by then.
type pass struct {
	index int // in the walk
	level int // half = 1 << (level−1); the last level is 1
	axis  int
	half  int
	first [maxRank]int // first coordinate along each axis
	step  [maxRank]int // distance of neighbouring points of the pass
	count [maxRank]int // points along each axis
}

// passes lists the walk in coding order. The value at the origin is known
// before the first pass. order names the axes in the order of each level.
func (g *grid) passes(order []int) []pass {
	longest := 1
	for _, n := range g.shape[:g.rank] {
		longest = max(longest, n)
	}
	var list []pass
	for level := bits.Len(uint(longest - 1)); level > 0; level-- {
		half := 1 << (level - 1)
		done := [maxRank]bool{}
		for _, axis := range order {
			if half < g.shape[axis] {
				p := g.pass(level, axis, done)
				p.index = len(list)
				list = append(list, p)
			}
			done[axis] = true
		}
	}
	return list
}

func (g *grid) pass(level, axis int, done [maxRank]bool) pass {
	half := 1 << (level - 1)
	p := pass{level: level, axis: axis, half: half}
	for a := range g.rank {
		p.step[a] = 2 * half
		if done[a] {
			p.step[a] = half
		}
		if a == axis {
			p.first[a] = half
		}
		p.count[a] = (g.shape[a]-1-p.first[a])/p.step[a] + 1
	}
	return p
}

// line is a row of a pass along the chunk's last axis.
type line struct {
	*pass
	at    [maxRank]int // coordinate of its first point
	start int          // index of its first point
	inc   int          // index distance of its points
	n     int          // number of points
}

// points returns how many points the pass has.
func (p *pass) points(rank int) int {
	n := 1
	for _, c := range p.count[:rank] {
		n *= c
	}
	return n
}

// lines calls f for every line of the pass, in row-major order.
func (g *grid) lines(p *pass, f func(*line)) {
	inner := g.rank - 1
	l := line{pass: p, inc: p.step[inner] * g.stride[inner], n: p.count[inner], at: p.first}
	for a := range g.rank {
		l.start += p.first[a] * g.stride[a]
	}
	var k [maxRank]int
	for {
		g.stop.After(l.n)
		f(&l)
		a := inner - 1
		for ; a >= 0; a-- {
			k[a]++
			l.at[a] += p.step[a]
			l.start += p.step[a] * g.stride[a]
			if k[a] < p.count[a] {
				break
			}
			l.start -= k[a] * p.step[a] * g.stride[a]
			l.at[a] = p.first[a]
			k[a] = 0
		}
		if a < 0 {
			return
		}
	}
}

// longestLine returns the most points of a line of the walk.
func (g *grid) longestLine() int {
	n := g.shape[g.rank-1]
	if n == g.size {
		return (n + 1) / 2 // every other value, at the last level
	}
	return n
}

// on reports whether the offset leads from a point of l to the grid along all
// axes but the last.
func (g *grid) on(l *line, by *[maxRank]int) bool {
	for a := range g.rank - 1 {
		if k := l.at[a] + by[a]; k < 0 || k >= g.shape[a] {
			return false
		}
	}
	return true
}

// span returns the points of l from which the offset stays on the grid along
// the last axis.
func (g *grid) span(l *line, by int) (from, to int) {
	inner := g.rank - 1
	first, step, n := l.first[inner]+by, l.step[inner], g.shape[inner]
	to = l.n
	for from < to && first+from*step < 0 {
		from++
	}
	for from < to && first+(to-1)*step >= n {
		to--
	}
	return from, to
}
