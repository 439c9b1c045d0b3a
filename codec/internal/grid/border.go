package grid

// A Border tells how far a value is from the ends of its chunk: for each axis
// how many values lie before it and behind it, up to borderReach; two bits each,
// the last axis lowest.
type Border uint32

const (
	borderReach = 2
	axisBits    = 4
	axisMask    = 1<<axisBits - 1
)

func borderAlong(c, n int) Border {
	return Border(min(c, borderReach)<<2 | min(n-1-c, borderReach))
}

// Border returns the border of the value at the given coordinates along all axes
// but the last; the last one's bits are 0.
func (g *Grid) Border(c *[MaxRank]int) (b Border) {
	for a := range g.Rank - 1 {
		b = b<<axisBits | borderAlong(c[a], g.Shape[a])
	}
	return b << axisBits
}

// BorderOf returns the border of the value at index p.
func (g *Grid) BorderOf(p int) (b Border) {
	for a := range g.Rank {
		b = b<<axisBits | borderAlong(p/g.Stride[a]%g.Shape[a], g.Shape[a])
	}
	return b
}

// Near returns the border with distances above 1 cut to 1.
func (b Border) Near() Border {
	const ones = 0x55555 // of each two bits
	return b&ones | b>>1&ones
}

// Has reports whether what lies at an offset from a value is in the chunk.
func (g *Grid) Has(b Border, by *[MaxRank]int) bool {
	for a := g.Rank - 1; a >= 0; a-- {
		if d := by[a]; d > int(b&3) || -d > int(b>>2&3) {
			return false
		}
		b >>= axisBits
	}
	return true
}

// Index returns an offset in coordinates as a difference in index.
func (g *Grid) Index(by *[MaxRank]int) (off int) {
	for a := range g.Rank {
		off += by[a] * g.Stride[a]
	}
	return off
}

// Rows calls f for each row of values along the last axis, which starts at
// index at. c is its coordinate.
func (g *Grid) Rows(f func(at, n int, c *[MaxRank]int)) {
	inner := g.Rank - 1
	n := g.Shape[inner]
	var c [MaxRank]int
	for at := 0; at < g.Size; at += n {
		g.Watch.After(n)
		f(at, n, &c)
		for a := inner - 1; a >= 0; a-- {
			if c[a]++; c[a] < g.Shape[a] {
				break
			}
			c[a] = 0
		}
	}
}

// Runs calls f for each run of a row's values that have the same border; b is
// that of the row.
func Runs(n int, b Border, f func(from, to int, b Border)) {
	for from := 0; from < n; {
		to := from + 1
		if from >= borderReach {
			to = max(to, n-borderReach)
		}
		f(from, to, b|borderAlong(from, n))
		from = to
	}
}

// PerBorder holds something for each border, made by Make when it is first asked for.
type PerBorder[V any] struct {
	Make func(b Border) *V
	all  map[Border]*[axisMask + 1]*V // by the axes but the last
	last Border                       // the one last asked for
	row  *[axisMask + 1]*V
}

// Of returns what is held for the border.
func (v *PerBorder[V]) Of(b Border) *V {
	if rest := b &^ axisMask; v.row == nil || rest != v.last {
		if v.all == nil {
			v.all = map[Border]*[axisMask + 1]*V{}
		}
		if v.row = v.all[rest]; v.row == nil {
			v.row = new([axisMask + 1]*V)
			v.all[rest] = v.row
		}
		v.last = rest
	}
	at := &v.row[b&axisMask]
	if *at == nil {
		*at = v.Make(b)
	}
	return *at
}
