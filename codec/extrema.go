package codec

import "math"

// extrema holds what an archive says about the strict extrema of a chunk, each
// value compared with its 3^d−1 neighbours in it: which values are extrema,
// and, for values that the decoder would take for one, a neighbour that
// forbids it.
type extrema struct {
	*relations
	offsets []int // of the 3^d−1 places around a value
	vouched int   // how many of them, the first, are the ends of edges of known sign
	mark    []uint8
	// refuted gives the neighbour that forbids a minimum, and a maximum.
	refuted     [2]map[int32]int32
	refutations []relation // the same as relations
}

// The two kinds of extrema, as numbers and as marks.
const (
	minimum   = 0
	maximum   = 1
	everyKind = 1<<minimum | 1<<maximum
)

// newExtrema prepares for the values of r. With signs, those of r are taken for
// known.
func newExtrema(r *relations, signs bool) *extrema {
	x := &extrema{relations: r, mark: make([]uint8, r.size)}
	for i := range x.refuted {
		x.refuted[i] = map[int32]int32{}
	}
	if signs {
		x.vouched = 2 * len(r.dirs)
	}
	for _, d := range r.directions(true) {
		x.offsets = append(x.offsets, d.off, -d.off)
	}
	return x
}

// is reports whether p is a strict extremum of the kind in key.
func (x *extrema) is(kind int, key []int64, p int) bool {
	any := false
	for _, off := range x.offsets {
		q := p + off
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
	l := surroundings{low: math.MaxInt64, high: math.MinInt64}
	not := x.excluded(p)
	if not == everyKind {
		return l
	}
	var unsure uint8 // bit by kind
	lo, hi, at := x.lo[p], x.hi[p], x.field[p]
	for i, off := range x.offsets {
		q := p + off
		if x.state[q]&alive == 0 {
			continue
		}
		if i >= x.vouched { // the signs of others have not excluded it
			if x.lo[q] <= hi {
				unsure |= 1 << minimum
			}
			if x.hi[q] >= lo {
				unsure |= 1 << maximum
			}
		}
		d := int64(x.field[q] - at)
		l.low, l.high = min(l.low, d), max(l.high, d)
		l.sum += d
		l.count++
	}
	if l.count == 0 {
		return l
	}
	for kind := range 2 {
		l.may[kind] = not>>kind&1 == 0
		l.must[kind] = l.may[kind] && unsure>>kind&1 == 0
	}
	return l
}

// excluded returns which kinds of extremum p cannot be, bit by kind.
func (x *extrema) excluded(p int) (not uint8) {
	for k := range x.vouched / 2 {
		ahead, behind := x.sign[k][p]&signMask, x.sign[k][p-x.dirs[k].off]&signMask
		not |= excluding[ahead] | excludingBehind[behind]
	}
	lo, hi := x.lo[p], x.hi[p]
	for _, off := range x.offsets {
		if not == everyKind {
			break
		}
		q := p + off
		if x.state[q]&alive == 0 {
			continue
		}
		not |= x.mark[q]
		switch {
		case x.hi[q] < lo:
			not |= 1 << minimum
		case x.lo[q] > hi:
			not |= 1 << maximum
		case lo == hi && x.lo[q] == x.hi[q]:
			not |= everyKind
		}
	}
	return not
}

// Which kinds of extremum an edge rules out, at its start and at its end.
var (
	excluding       = [4]uint8{falling: 1 << minimum, tied: everyKind, rising: 1 << maximum}
	excludingBehind = [4]uint8{falling: 1 << maximum, tied: everyKind, rising: 1 << minimum}
)

// sweep calls f for every strict extremum of key. f may change the key of p.
//
// Two neighbours along the last axis are enough to dismiss most values.
func (x *extrema) sweep(key []int64, f func(kind, p int)) {
	x.rows(func(_, at, n int, _ *[maxRank]int) {
		before := uint8(noEdge)
		for p := at; p < at+n; p++ {
			after := x.signAfter(key, p)
			may := peaks[before<<2|after]
			before = after
			if may == 0 || x.state[p]&alive == 0 {
				continue
			}
			for kind := range 2 {
				if may>>kind&1 == 1 && x.is(kind, key, p) {
					f(kind, p)
				}
			}
			before = x.signAfter(key, p)
		}
	})
}

// signAfter returns how key continues behind p along the last axis.
func (x *extrema) signAfter(key []int64, p int) uint8 {
	if x.state[p]&x.state[p+1]&alive == 0 {
		return noEdge
	}
	return signBetween(key[p], key[p+1])
}

// peaks gives the kinds of extremum, bit by kind, that a value can be between
// two edges.
var peaks = [16]uint8{
	falling<<2 | rising: 1 << minimum, falling<<2 | noEdge: 1 << minimum, noEdge<<2 | rising: 1 << minimum,
	rising<<2 | falling: 1 << maximum, rising<<2 | noEdge: 1 << maximum, noEdge<<2 | falling: 1 << maximum,
	noEdge<<2 | noEdge: everyKind,
}

// find marks the extrema of the original.
func (x *extrema) find(original []int64) {
	clear(x.mark)
	x.sweep(original, func(kind, p int) { x.mark[p] = 1 << kind })
}

// flatten takes out extrema that are not marked, by moving each to the nearest
// of its neighbours, so that it is strict no more. No other value becomes an
// extremum by that: a minimum raised to its lowest neighbour is still no higher
// than any. And the bound holds: the original has a neighbour that is no
// higher, and even that one is decoded to at most ε above it.
func (x *extrema) flatten() {
	x.sweep(x.key, func(kind, p int) {
		if x.state[p] == alive && x.mark[p]>>kind&1 == 0 {
			x.level(kind, p)
		}
	})
}

// level moves p to its nearest neighbour, unless that one, too, has to stay
// apart from it.
func (x *extrema) level(kind, p int) {
	nearest := -1
	for _, off := range x.offsets {
		q := p + off
		if x.state[q]&alive == 0 {
			continue
		}
		if nearest < 0 || kind == minimum && x.key[q] < x.key[nearest] || kind == maximum && x.key[q] > x.key[nearest] {
			nearest = q
		}
	}
	for _, off := range x.offsets {
		if q := p + off; x.mark[q] != 0 && x.key[q] == x.key[nearest] {
			return
		}
	}
	x.key[p] = x.key[nearest]
}

// refute looks for extrema of the projected field that the original does not
// have, and for each names a neighbour that forbids it. It returns how many it
// found.
func (x *extrema) refute(original []int64) (found int) {
	x.sweep(x.key, func(kind, p int) {
		if x.mark[p]>>kind&1 == 1 {
			return
		}
		for _, q := range x.ranked(kind, p) {
			if s := signBetween(original[p], original[q]); s == tied || (s == falling) == (kind == minimum) {
				x.refuted[kind][int32(p)] = q
				x.refutations = append(x.refutations, refutation(kind, int32(p), q, s == tied))
				found++
				break
			}
		}
	})
	return found
}

// refutation is the relation by which q forbids p to be an extremum.
func refutation(kind int, p, q int32, equal bool) relation {
	if kind == maximum {
		p, q = q, p
	}
	return relation{less: q, more: p, equal: equal}
}

// ranked lists the neighbours that may forbid p to be an extremum, those first
// that do so most likely: the least decoded ones for a minimum.
func (x *extrema) ranked(kind, p int) []int32 {
	var list []int32
	above := uint8(rising - 2*kind)
	for _, off := range x.offsets {
		q := p + off
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
		for _, off := range x.offsets {
			q := p + off
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
