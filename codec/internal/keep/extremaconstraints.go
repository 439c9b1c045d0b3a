package keep

// What extrema and refutations say of two neighbours, for the projection.

// impliedByIntervals is added to the mark of an extremum whose neighbours are all on the right
// side, while relations are counted.
const impliedByIntervals = 1 << 2

// clearImplied takes it away.
func (x *extrema) clearImplied() {
	for p := range x.mark {
		x.mark[p] &^= impliedByIntervals
	}
}

// eachWitness calls f for each value p that is no extremum of the kind since q
// is equal or beyond it.
func (x *extrema) eachWitness(f func(kind, p, q int, equal bool)) {
	for kind, refuted := range x.witness {
		for p, number := range refuted {
			if number > 0 {
				f(kind, p, p+x.offsets[number-1].stride, x.state[p]&(witnessTied<<kind) != 0)
			}
		}
	}
}

// eachConstraint calls f for each two neighbours of which marks or refutations say
// that one is below the other. Of an extremum these are all its neighbours,
// unless its interval says as much.
func (x *extrema) eachConstraint(f func(low, high int)) {
	x.eachRun(func(at, n int, r *neighbours) {
		for p := at; p < at+n; p++ {
			if x.mark[p] != 0 && !x.anyOpen(p, r) {
				x.mark[p] |= impliedByIntervals
			}
		}
	})
	x.eachRun(func(at, n int, r *neighbours) {
		for p := at; p < at+n; p++ {
			kind := x.mark[p]
			if kind == 0 || kind&impliedByIntervals != 0 {
				continue
			}
			for _, off := range r.offsets {
				q := p + off
				switch {
				case x.state[q]&ordinary == 0:
				case kind == 1<<minimum:
					f(p, q)
				case x.mark[q] != 1<<minimum: // else q has counted it
					f(q, p)
				}
			}
		}
	})
	x.eachWitness(func(kind, p, q int, equal bool) {
		switch {
		case equal:
		case kind == minimum:
			f(q, p)
		default:
			f(p, q)
		}
	})
}

// anyOpen reports whether the intervals leave open how p compares with a neighbour.
func (x *extrema) anyOpen(p int, r *neighbours) bool {
	for _, off := range r.offsets {
		if q := p + off; x.state[q]&ordinary != 0 && x.signByIntervals(p, q) == unknown {
			return true
		}
	}
	return false
}

// appendAbove appends to list what eachConstraint puts above p.
func (x *extrema) appendAbove(list []int32, p int) []int32 {
	r := x.neighbours.Of(x.grid.BorderOf(p).Near())
	least := x.mark[p] == 1<<minimum
	for _, off := range r.offsets {
		q := p + off
		if least && x.state[q]&ordinary != 0 || x.mark[q] == 1<<maximum {
			list = append(list, int32(q))
		}
	}
	if below := x.witness[minimum]; below != nil {
		for i, off := range r.offsets {
			q := p + off
			if below[q] == r.number[i]^1+1 && x.state[q]&(witnessTied<<minimum) == 0 {
				list = append(list, int32(q))
			}
		}
	}
	if above := x.witness[maximum]; above != nil && above[p] > 0 && x.state[p]&(witnessTied<<maximum) == 0 {
		list = append(list, int32(p+x.offsets[above[p]-1].stride))
	}
	return list
}
