package codec

import (
	"math"

	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
)

// extrema holds what an archive says about the strict extrema of a chunk, each
// value compared with its 3^d−1 neighbours in it: which values are extrema,
// and, for values that the decoder would take for one, a neighbour that
// forbids it.
type extrema struct {
	*relations
	around []neighbour
	mark   []uint8
	// refuted gives the neighbour that forbids a minimum, and a maximum.
	refuted     [2]map[int32]int32
	refutations []relation // the same as relations
}

// neighbour is one of the 3^d−1 places around a value.
type neighbour struct {
	off  int
	dir  int  // the direction of the edge between, −1 for none
	back bool // the edge starts at the neighbour
}

// The two kinds of extrema, as numbers and as marks.
const (
	minimum = 0
	maximum = 1
)

// newExtrema prepares for the values of r. With signs, those of r are taken for
// known.
func newExtrema(r *relations, signs bool) *extrema {
	x := &extrema{relations: r, mark: make([]uint8, r.size)}
	for i := range x.refuted {
		x.refuted[i] = map[int32]int32{}
	}
	axes := len(r.dirs)
	for k, d := range r.directions(true) {
		dir := -1
		if signs && k < axes {
			dir = k
		}
		x.around = append(x.around, neighbour{d.off, dir, false}, neighbour{-d.off, dir, true})
	}
	return x
}

// is reports whether p is a strict extremum of the kind in key.
func (x *extrema) is(kind int, key []int64, p int) bool {
	any := false
	for _, n := range x.around {
		q := p + n.off
		if x.state[q]&alive == 0 {
			continue
		}
		if kind == minimum && key[q] <= key[p] || kind == maximum && key[q] >= key[p] {
			return false
		}
		any = true
	}
	return any
}

// known returns what is known about how the neighbour compares with p.
func (x *extrema) known(p int, n neighbour) uint8 {
	if n.dir >= 0 {
		if n.back {
			if s := x.sign[n.dir][p+n.off] & signMask; s != noEdge {
				return rising - s
			}
		} else if s := x.sign[n.dir][p] & signMask; s != noEdge {
			return s
		}
	}
	return x.closed(p, p+n.off)
}

// surroundings are what is known of the neighbours of a value, for each kind
// of extremum: whether the value may be one, and whether it must be.
type surroundings struct {
	may, must [2]bool
	// least and greatest difference to a neighbour in the field, and their sum.
	low, high, sum int64
	count          int64
}

// look returns the surroundings of p, as far as it takes to see that it is no
// extremum.
func (x *extrema) look(p int) surroundings {
	l := surroundings{must: [2]bool{true, true}, low: math.MaxInt64, high: math.MinInt64}
	var not uint8 // bit by kind
	for _, n := range x.around {
		q := p + n.off
		if x.state[q]&alive == 0 {
			continue
		}
		s := x.known(p, n)
		l.must[minimum] = l.must[minimum] && s == rising
		l.must[maximum] = l.must[maximum] && s == falling
		if not |= x.mark[q] | excludes[s]; not == 1<<minimum|1<<maximum {
			return surroundings{}
		}
		d := int64(x.field[q] - x.field[p])
		l.low, l.high = min(l.low, d), max(l.high, d)
		l.sum += d
		l.count++
	}
	for kind := range 2 {
		l.may[kind] = l.count > 0 && not>>kind&1 == 0
		l.must[kind] = l.must[kind] && l.may[kind]
	}
	return l
}

// excludes tells which kinds of extremum a neighbour's sign rules out.
var excludes = [4]uint8{
	falling: 1 << minimum, tied: 1<<minimum | 1<<maximum, rising: 1 << maximum,
}

// find marks the extrema of the original.
func (x *extrema) find(original []int64) {
	x.rows(func(_, at, n int, _ *[maxRank]int) {
		for p := at; p < at+n; p++ {
			x.mark[p] = 0
			if x.state[p]&alive == 0 {
				continue
			}
			for kind := range 2 {
				if x.is(kind, original, p) {
					x.mark[p] = 1 << kind
				}
			}
		}
	})
}

// flatten takes out extrema that are not marked, by moving each to the nearest
// of its neighbours, so that it is strict no more. No other value becomes an
// extremum by that: a minimum raised to its lowest neighbour is still no higher
// than any. And the bound holds: the original has a neighbour that is no
// higher, and even that one is decoded to at most ε above it.
func (x *extrema) flatten() {
	x.rows(func(_, at, n int, _ *[maxRank]int) {
		for p := at; p < at+n; p++ {
			if x.state[p] != alive {
				continue
			}
			for kind := range 2 {
				if x.mark[p]>>kind&1 == 0 && x.is(kind, x.key, p) {
					x.level(kind, p)
				}
			}
		}
	})
}

// level moves p to its nearest neighbour, unless that one, too, has to stay
// apart from it.
func (x *extrema) level(kind, p int) {
	nearest := -1
	for _, n := range x.around {
		q := p + n.off
		if x.state[q]&alive == 0 {
			continue
		}
		if nearest < 0 || kind == minimum && x.key[q] < x.key[nearest] || kind == maximum && x.key[q] > x.key[nearest] {
			nearest = q
		}
	}
	for _, n := range x.around {
		if q := p + n.off; x.mark[q] != 0 && x.key[q] == x.key[nearest] {
			return
		}
	}
	x.key[p] = x.key[nearest]
}

// refute looks for extrema of the projected field that the original does not
// have, and for each names a neighbour that forbids it. It returns how many it
// found.
func (x *extrema) refute(original []int64) (found int) {
	x.rows(func(_, at, n int, _ *[maxRank]int) {
		for p := at; p < at+n; p++ {
			if x.state[p]&alive == 0 {
				continue
			}
			for kind := range 2 {
				if x.mark[p]>>kind&1 == 1 || !x.is(kind, x.key, p) {
					continue
				}
				for _, q := range x.ranked(kind, p) {
					if s := signBetween(original[p], original[q]); s == tied || (s == falling) == (kind == minimum) {
						x.refuted[kind][int32(p)] = q
						e := relation{less: q, more: int32(p), equal: s == tied}
						if kind == maximum {
							e.less, e.more = e.more, e.less
						}
						x.refutations = append(x.refutations, e)
						found++
						break
					}
				}
			}
		}
	})
	return found
}

// ranked lists the neighbours that may forbid p to be an extremum, those first
// that do so most likely: the least decoded ones for a minimum.
func (x *extrema) ranked(kind, p int) []int32 {
	var list []int32
	above := uint8(rising - 2*kind)
	for _, n := range x.around {
		q := p + n.off
		if x.state[q]&alive == 0 || x.closed(p, q) == above {
			continue
		}
		i := len(list)
		list = append(list, int32(q))
		for i > 0 && x.before(kind, p, int(list[i]), int(list[i-1])) {
			list[i], list[i-1] = list[i-1], list[i]
			i--
		}
	}
	return list
}

func (x *extrema) before(kind, p, a, b int) bool {
	da, db := x.field[a]-x.field[p], x.field[b]-x.field[p]
	if kind == maximum {
		da, db = -da, -db
	}
	return da < db
}

// forget drops all refutations.
func (x *extrema) forget() {
	x.refutations = nil
	for _, m := range x.refuted {
		clear(m)
	}
}

// list returns what marks and refutations say.
func (x *extrema) list() []relation {
	var list []relation
	for p, m := range x.mark {
		if m == 0 {
			continue
		}
		for _, n := range x.around {
			q := p + n.off
			if x.state[q]&alive == 0 || x.closed(p, q) != noEdge {
				continue
			}
			e := relation{less: int32(p), more: int32(q)}
			if m == 1<<maximum {
				e.less, e.more = e.more, e.less
			}
			list = append(list, e)
		}
	}
	return append(list, x.refutations...)
}

// extremaCoder codes marks and refutations, each value's in row-major order.
type extremaCoder struct {
	*extrema
	rc     *rangecoder.Coder
	yes    [marginBuckets * marginBuckets]mixing.Counter
	refute [marginBuckets]mixing.Counter
	rank   [maxRankContext]mixing.Counter
	tie    mixing.Counter
}

const (
	marginBuckets  = 25
	marginWidth    = fieldUnit / 6
	maxRankContext = 16
)

func newExtremaCoder(x *extrema, rc *rangecoder.Coder) *extremaCoder {
	c := &extremaCoder{extrema: x, rc: rc}
	half := mixing.NewCounter(1 << 15)
	for i := range c.yes {
		c.yes[i] = half
	}
	for i := range c.refute {
		c.refute[i] = half
	}
	for i := range c.rank {
		c.rank[i] = half
	}
	c.tie = mixing.NewCounter(1 << 12)
	return c
}

func (c *extremaCoder) bit(bit int, n *mixing.Counter) int {
	bit = c.rc.Code(bit, n.P())
	n.Update(bit)
	return bit
}

// code codes the marks in want and the neighbours in refuted, or decodes them
// where want is nil, and sets mark and refutations.
func (c *extremaCoder) code(want []uint8, original []int64) {
	c.refutations = c.refutations[:0]
	clear(c.mark)
	c.rows(func(_, at, n int, _ *[maxRank]int) {
		for p := at; p < at+n; p++ {
			if c.state[p]&alive == 0 {
				continue
			}
			l := c.look(p)
			for kind := range 2 {
				switch {
				case c.mark[p] != 0 || !l.may[kind]:
				case l.must[kind]:
					c.mark[p] = 1 << kind
				default:
					c.value(kind, p, &l, want, original)
				}
			}
		}
	})
}

func (c *extremaCoder) value(kind, p int, l *surroundings, want []uint8, original []int64) {
	margin, mean := l.margins(kind)
	bit := 0
	if want != nil {
		bit = int(want[p] >> kind & 1)
	}
	if c.bit(bit, &c.yes[margin*marginBuckets+mean]) == 1 {
		c.mark[p] = 1 << kind
		return
	}
	partner, refuted := c.refuted[kind][int32(p)]
	if c.bit(bitOf(refuted), &c.refute[margin]) == 0 {
		return
	}
	list := c.ranked(kind, p)
	k := 0
	for ; k < len(list)-1; k++ {
		if c.bit(bitOf(want != nil && list[k] == partner), &c.rank[min(k, maxRankContext-1)]) == 1 {
			break
		}
	}
	partner = list[k]
	equal := 0
	if want != nil {
		equal = bitOf(original[p] == original[partner])
	}
	equal = c.bit(equal, &c.tie)
	e := relation{less: partner, more: int32(p), equal: equal == 1}
	if kind == maximum {
		e.less, e.more = e.more, e.less
	}
	c.refutations = append(c.refutations, e)
}

// margins tells by how much the neighbours are above the value, or below it
// for a maximum, in the decoded field: the nearest one and the mean, in buckets.
func (l *surroundings) margins(kind int) (least, mean int) {
	low, sum := l.low, l.sum
	if kind == maximum {
		low, sum = -l.high, -l.sum
	}
	return bucketOf(low, marginWidth, marginBuckets), bucketOf(sum/l.count, marginWidth, marginBuckets)
}
