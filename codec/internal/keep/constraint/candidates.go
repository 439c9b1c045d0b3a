package constraint

import "math"

// Candidacy are what is known of the neighbours of a value, for each kind
// of extremum: whether the value may be one, and whether it must be.
type Candidacy struct {
	Possible, Sure [2]bool
	// Least and greatest difference to a neighbour in the field, and their sum.
	Least, Greatest, Sum int64
	Count                int64
}

// edgeStart returns the surroundings of p, as far as it takes to see that it is no
// extremum.
func (x *Extrema) Candidacy(p int, r *Neighbours) Candidacy {
	l := Candidacy{Least: math.MaxInt64, Greatest: math.MinInt64}
	not := x.ruledOut(p, r)
	if not == bothKinds {
		return l
	}
	var unsure uint8 // bit by kind
	lo, hi, at := x.Lo[p], x.Hi[p], x.Field[p]
	for i, off := range r.Offsets {
		q := p + off
		if x.State[q]&Ordinary == 0 {
			continue
		}
		if i >= r.signed { // the signs of others have not excluded it
			if x.Lo[q] <= hi {
				unsure |= 1 << Minimum
			}
			if x.Hi[q] >= lo {
				unsure |= 1 << Maximum
			}
		}
		d := int64(x.Field[q] - at)
		l.Least, l.Greatest = min(l.Least, d), max(l.Greatest, d)
		l.Sum += d
		l.Count++
	}
	if l.Count == 0 {
		return l
	}
	for kind := range 2 {
		l.Possible[kind] = not>>kind&1 == 0
		l.Sure[kind] = l.Possible[kind] && unsure>>kind&1 == 0
	}
	return l
}

// ruledOut returns which kinds of extremum p cannot be, bit by kind.
func (x *Extrema) ruledOut(p int, r *Neighbours) (not uint8) {
	for k := range r.edgesBehind {
		ahead, behind := x.Signs[k][p]&SignMask, x.Signs[k][r.edgesBehind[k].From(p)]&SignMask
		not |= ruledOutAtStart[ahead] | ruledOutAtEnd[behind]
	}
	lo, hi := x.Lo[p], x.Hi[p]
	for _, off := range r.Offsets {
		if not == bothKinds {
			break
		}
		q := p + off
		if x.State[q]&Ordinary == 0 {
			continue
		}
		not |= x.Mark[q]
		switch {
		case x.Hi[q] < lo:
			not |= 1 << Minimum
		case x.Lo[q] > hi:
			not |= 1 << Maximum
		case lo == hi && x.Lo[q] == x.Hi[q]:
			not |= bothKinds
		}
	}
	return not
}

// Which kinds of extremum an edge rules out, at its start and at its end.
var (
	ruledOutAtStart = [4]uint8{Falling: 1 << Minimum, Tied: bothKinds, Rising: 1 << Maximum}
	ruledOutAtEnd   = [4]uint8{Falling: 1 << Maximum, Tied: bothKinds, Rising: 1 << Minimum}
)
