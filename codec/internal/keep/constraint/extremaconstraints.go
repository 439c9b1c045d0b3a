package constraint

// What extrema and refutations say of two neighbours, for the projection.

// impliedByIntervals is added to the mark of an extremum whose neighbours are all on the right
// side, while relations are counted.
const impliedByIntervals = 1 << 2

// clearImplied takes it away.
func (x *Extrema) clearImplied() {
	for p := range x.Mark {
		x.Mark[p] &^= impliedByIntervals
	}
}

// eachWitness calls f for each value p that is no extremum of the kind since q
// is equal or beyond it.
func (x *Extrema) eachWitness(f func(kind, p, q int, equal bool)) {
	for kind, refuted := range x.Witness {
		for p, number := range refuted {
			if number > 0 {
				f(kind, p, p+x.offsets[number-1].Stride, x.State[p]&(witnessTied<<kind) != 0)
			}
		}
	}
}

// eachConstraint calls f for each two neighbours of which marks or refutations say
// that one is below the other. Of an extremum these are all its neighbours,
// unless its interval says as much.
func (x *Extrema) eachConstraint(f func(low, high int)) {
	x.EachRun(func(at, n int, r *Neighbours) {
		for p := at; p < at+n; p++ {
			if x.Mark[p] != 0 && !x.anyOpen(p, r) {
				x.Mark[p] |= impliedByIntervals
			}
		}
	})
	x.EachRun(func(at, n int, r *Neighbours) {
		for p := at; p < at+n; p++ {
			kind := x.Mark[p]
			if kind == 0 || kind&impliedByIntervals != 0 {
				continue
			}
			for _, off := range r.Offsets {
				q := p + off
				switch {
				case x.State[q]&Ordinary == 0:
				case kind == 1<<Minimum:
					f(p, q)
				case x.Mark[q] != 1<<Minimum: // else q has counted it
					f(q, p)
				}
			}
		}
	})
	x.eachWitness(func(kind, p, q int, equal bool) {
		switch {
		case equal:
		case kind == Minimum:
			f(q, p)
		default:
			f(p, q)
		}
	})
}

// anyOpen reports whether the intervals leave open how p compares with a neighbour.
func (x *Extrema) anyOpen(p int, r *Neighbours) bool {
	for _, off := range r.Offsets {
		if q := p + off; x.State[q]&Ordinary != 0 && x.SignByIntervals(p, q) == Unknown {
			return true
		}
	}
	return false
}

// appendAbove appends to list what eachConstraint puts above p.
func (x *Extrema) appendAbove(list []int32, p int) []int32 {
	r := x.Neighbours.Of(x.Grid.BorderOf(p).Near())
	least := x.Mark[p] == 1<<Minimum
	for _, off := range r.Offsets {
		q := p + off
		if least && x.State[q]&Ordinary != 0 || x.Mark[q] == 1<<Maximum {
			list = append(list, int32(q))
		}
	}
	if below := x.Witness[Minimum]; below != nil {
		for i, off := range r.Offsets {
			q := p + off
			if below[q] == r.Number[i]^1+1 && x.State[q]&(witnessTied<<Minimum) == 0 {
				list = append(list, int32(q))
			}
		}
	}
	if above := x.Witness[Maximum]; above != nil && above[p] > 0 && x.State[p]&(witnessTied<<Maximum) == 0 {
		list = append(list, int32(p+x.offsets[above[p]-1].Stride))
	}
	return list
}
