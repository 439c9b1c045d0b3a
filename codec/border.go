package codec

// A border tells how far a value is from the ends of its chunk: for each axis
// how many values lie before it and behind it, up to borderReach; two bits each,
// the last axis lowest.
type border uint32

const (
	borderReach = 2
	axisBits    = 4
	axisMask    = 1<<axisBits - 1
)

func borderAlong(c, n int) border {
	return border(min(c, borderReach)<<2 | min(n-1-c, borderReach))
}

// border returns that of the value at the given coordinates, but for the last
// axis.
func (g *grid) border(c *[maxRank]int) (b border) {
	for a := range g.rank - 1 {
		b = b<<axisBits | borderAlong(c[a], g.shape[a])
	}
	return b << axisBits
}

// borderOf returns the border of the value at index p.
func (g *grid) borderOf(p int) (b border) {
	for a := range g.rank {
		b = b<<axisBits | borderAlong(p/g.stride[a]%g.shape[a], g.shape[a])
	}
	return b
}

// near returns the border as far as one step goes.
func (b border) near() border {
	const ones = 0x55555 // of each two bits
	return b&ones | b>>1&ones
}

// has reports whether what lies at an offset from a value is in the chunk.
func (g *grid) has(b border, by *[maxRank]int) bool {
	for a := g.rank - 1; a >= 0; a-- {
		if d := by[a]; d > int(b&3) || -d > int(b>>2&3) {
			return false
		}
		b >>= axisBits
	}
	return true
}

// index returns an offset as a distance of indices.
func (g *grid) index(by *[maxRank]int) (off int) {
	for a := range g.rank {
		off += by[a] * g.stride[a]
	}
	return off
}

// rows calls f for each row of values along the last axis, which starts at
// index at. c is its coordinate.
func (g *grid) rows(f func(at, n int, c *[maxRank]int)) {
	inner := g.rank - 1
	n := g.shape[inner]
	var c [maxRank]int
	for at := 0; at < g.size; at += n {
		g.stop.After(n)
		f(at, n, &c)
		for a := inner - 1; a >= 0; a-- {
			if c[a]++; c[a] < g.shape[a] {
				break
			}
			c[a] = 0
		}
	}
}

// runs calls f for each run of a row's values that have the same border; b is
// that of the row.
func runs(n int, b border, f func(from, to int, b border)) {
	for from := 0; from < n; {
		to := from + 1
		if from >= borderReach {
			to = max(to, n-borderReach)
		}
		f(from, to, b|borderAlong(from, n))
		from = to
	}
}

// bordered holds something for each border, made when it is first asked for.
type bordered[V any] struct {
	make func(b border) *V
	all  map[border]*[axisMask + 1]*V // by the axes but the last
	last border                       // the one last asked for
	row  *[axisMask + 1]*V
}

func (v *bordered[V]) of(b border) *V {
	if rest := b &^ axisMask; v.row == nil || rest != v.last {
		if v.all == nil {
			v.all = map[border]*[axisMask + 1]*V{}
		}
		if v.row = v.all[rest]; v.row == nil {
			v.row = new([axisMask + 1]*V)
			v.all[rest] = v.row
		}
		v.last = rest
	}
	at := &v.row[b&axisMask]
	if *at == nil {
		*at = v.make(b)
	}
	return *at
}
