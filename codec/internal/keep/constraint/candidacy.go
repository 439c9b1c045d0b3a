package constraint

import "math"

// Candidacy is what is known of whether a value is an extremum: whether it is possible
// that it is one of each kind, whether that is sure, and, for contexts, how its
// neighbours differ from it in the field F.
type Candidacy struct {
	Possible, Sure [2]bool
	// Least, greatest and sum of the differences to the Count ordinary neighbours. They
	// are not set if no kind is possible.
	Least, Greatest, Sum int64
	Count                int64
}

// Candidacy returns the candidacy of p, with neighbours nb. Values before p are marked.
func (x *Extrema) Candidacy(p int, nb *Neighbours) Candidacy {
	c := Candidacy{Least: math.MaxInt64, Greatest: math.MinInt64}
	excluded := x.ruledOut(p, nb)
	if excluded == bothKinds {
		return c
	}
	var unsure uint8 // kinds
	lo, hi, at := x.Lo[p], x.Hi[p], x.Field[p]
	for i, stride := range nb.Strides {
		q := p + stride
		if x.State[q]&Ordinary == 0 {
			continue
		}
		if i >= nb.signed { // the sign of the edge to any other is sure, for it rules out nothing
			if x.Lo[q] <= hi {
				unsure |= 1 << Minimum
			}
			if x.Hi[q] >= lo {
				unsure |= 1 << Maximum
			}
		}
		d := int64(x.Field[q] - at)
		c.Least, c.Greatest = min(c.Least, d), max(c.Greatest, d)
		c.Sum += d
		c.Count++
	}
	if c.Count == 0 {
		return c
	}
	for kind := range 2 {
		c.Possible[kind] = excluded>>kind&1 == 0
		c.Sure[kind] = c.Possible[kind] && unsure>>kind&1 == 0
	}
	return c
}

// ruledOut returns the kinds of extremum that p cannot be.
func (x *Extrema) ruledOut(p int, nb *Neighbours) (excluded uint8) {
	for k := range nb.edgesBehind {
		ahead, behind := x.Signs[k][p]&SignMask, x.Signs[k][nb.edgesBehind[k].From(p)]&SignMask
		excluded |= ruledOutAtStart[ahead] | ruledOutAtEnd[behind]
	}
	lo, hi := x.Lo[p], x.Hi[p]
	for _, stride := range nb.Strides {
		if excluded == bothKinds {
			break
		}
		q := p + stride
		if x.State[q]&Ordinary == 0 {
			continue
		}
		excluded |= x.Mark[q]
		switch {
		case x.Hi[q] < lo:
			excluded |= 1 << Minimum
		case x.Lo[q] > hi:
			excluded |= 1 << Maximum
		case lo == hi && x.Lo[q] == x.Hi[q]:
			excluded |= bothKinds
		}
	}
	return excluded
}

// The kinds of extremum that the sign of an edge rules out at its start and at its end.
var (
	ruledOutAtStart = [4]uint8{Falling: 1 << Minimum, Tied: bothKinds, Rising: 1 << Maximum}
	ruledOutAtEnd   = [4]uint8{Falling: 1 << Maximum, Tied: bothKinds, Rising: 1 << Minimum}
)
