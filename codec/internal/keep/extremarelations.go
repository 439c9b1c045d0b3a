package keep

// What extrema and refutations say of two neighbours, for the projection.

// apart is added to the mark of an extremum whose neighbours are all on the right
// side, while relations are counted.
const apart = 1 << 2

// rejoin takes it away.
func (x *extrema) rejoin() {
	for p := range x.mark {
		x.mark[p] &^= apart
	}
}

// eachRefuted calls f for each value p that is no extremum of the kind since q
// is equal or beyond it.
func (x *extrema) eachRefuted(f func(kind, p, q int, equal bool)) {
	for kind, refuted := range x.refuted {
		for p, number := range refuted {
			if number > 0 {
				f(kind, p, p+x.offsets[number-1].off, x.state[p]&(equalled<<kind) != 0)
			}
		}
	}
}

// eachRelation calls f for each two neighbours of which marks or refutations say
// that one is below the other. Of an extremum these are all its neighbours,
// unless its interval says as much.
func (x *extrema) eachRelation(f func(low, high int)) {
	x.eachRun(func(at, n int, r *ring) {
		for p := at; p < at+n; p++ {
			if x.mark[p] != 0 && !x.opens(p, r) {
				x.mark[p] |= apart
			}
		}
	})
	x.eachRun(func(at, n int, r *ring) {
		for p := at; p < at+n; p++ {
			kind := x.mark[p]
			if kind == 0 || kind&apart != 0 {
				continue
			}
			for _, off := range r.offsets {
				q := p + off
				switch {
				case x.state[q]&alive == 0:
				case kind == 1<<minimum:
					f(p, q)
				case x.mark[q] != 1<<minimum: // else q has counted it
					f(q, p)
				}
			}
		}
	})
	x.eachRefuted(func(kind, p, q int, equal bool) {
		switch {
		case equal:
		case kind == minimum:
			f(q, p)
		default:
			f(p, q)
		}
	})
}

// opens reports whether the intervals leave open how p compares with a neighbour.
func (x *extrema) opens(p int, r *ring) bool {
	for _, off := range r.offsets {
		if q := p + off; x.state[q]&alive != 0 && x.closed(p, q) == noEdge {
			return true
		}
	}
	return false
}

// appendAbove appends to list what eachRelation puts above p.
func (x *extrema) appendAbove(list []int32, p int) []int32 {
	r := x.rings.Of(x.grid.BorderOf(p).Near())
	least := x.mark[p] == 1<<minimum
	for _, off := range r.offsets {
		q := p + off
		if least && x.state[q]&alive != 0 || x.mark[q] == 1<<maximum {
			list = append(list, int32(q))
		}
	}
	if below := x.refuted[minimum]; below != nil {
		for i, off := range r.offsets {
			q := p + off
			if below[q] == r.number[i]^1+1 && x.state[q]&(equalled<<minimum) == 0 {
				list = append(list, int32(q))
			}
		}
	}
	if above := x.refuted[maximum]; above != nil && above[p] > 0 && x.state[p]&(equalled<<maximum) == 0 {
		list = append(list, int32(p+x.offsets[above[p]-1].off))
	}
	return list
}
