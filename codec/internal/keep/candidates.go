package keep

import "math"

// candidacy are what is known of the neighbours of a value, for each kind
// of extremum: whether the value may be one, and whether it must be.
type candidacy struct {
	possible, sure [2]bool
	// least and greatest difference to a neighbour in the field, and their sum.
	least, greatest, sum int64
	count                int64
}

// edgeStart returns the surroundings of p, as far as it takes to see that it is no
// extremum.
func (x *extrema) candidacy(p int, r *neighbours) candidacy {
	l := candidacy{least: math.MaxInt64, greatest: math.MinInt64}
	not := x.ruledOut(p, r)
	if not == bothKinds {
		return l
	}
	var unsure uint8 // bit by kind
	lo, hi, at := x.lo[p], x.hi[p], x.field[p]
	for i, off := range r.offsets {
		q := p + off
		if x.state[q]&ordinary == 0 {
			continue
		}
		if i >= r.signed { // the signs of others have not excluded it
			if x.lo[q] <= hi {
				unsure |= 1 << minimum
			}
			if x.hi[q] >= lo {
				unsure |= 1 << maximum
			}
		}
		d := int64(x.field[q] - at)
		l.least, l.greatest = min(l.least, d), max(l.greatest, d)
		l.sum += d
		l.count++
	}
	if l.count == 0 {
		return l
	}
	for kind := range 2 {
		l.possible[kind] = not>>kind&1 == 0
		l.sure[kind] = l.possible[kind] && unsure>>kind&1 == 0
	}
	return l
}

// ruledOut returns which kinds of extremum p cannot be, bit by kind.
func (x *extrema) ruledOut(p int, r *neighbours) (not uint8) {
	for k := range r.edgesBehind {
		ahead, behind := x.signs[k][p]&signMask, x.signs[k][r.edgesBehind[k].from(p)]&signMask
		not |= ruledOutAtStart[ahead] | ruledOutAtEnd[behind]
	}
	lo, hi := x.lo[p], x.hi[p]
	for _, off := range r.offsets {
		if not == bothKinds {
			break
		}
		q := p + off
		if x.state[q]&ordinary == 0 {
			continue
		}
		not |= x.mark[q]
		switch {
		case x.hi[q] < lo:
			not |= 1 << minimum
		case x.lo[q] > hi:
			not |= 1 << maximum
		case lo == hi && x.lo[q] == x.hi[q]:
			not |= bothKinds
		}
	}
	return not
}

// Which kinds of extremum an edge rules out, at its start and at its end.
var (
	ruledOutAtStart = [4]uint8{falling: 1 << minimum, tied: bothKinds, rising: 1 << maximum}
	ruledOutAtEnd   = [4]uint8{falling: 1 << maximum, tied: bothKinds, rising: 1 << minimum}
)
