package constraint

// impliedByIntervals is added to the mark of an extremum while constraints are
// collected, if the intervals put all its neighbours on the right side of it.
const impliedByIntervals = 1 << 2

// clearImplied takes impliedByIntervals away from all marks.
func (x *Extrema) clearImplied() {
	for p := range x.Mark {
		x.Mark[p] &^= impliedByIntervals
	}
}

// eachWitness calls f for each witness q against p as an extremum of the kind.
func (x *Extrema) eachWitness(f func(kind, p, q int, equal bool)) {
	for kind, witness := range x.Witness {
		for p, number := range witness {
			if number > 0 {
				f(kind, p, p+x.offsets[number-1].Stride, x.State[p]&(witnessTied<<kind) != 0)
			}
		}
	}
}

// eachConstraint calls f for each two neighbours of which a mark or a witness says that
// low is below high. A mark says it of all neighbours, unless the intervals do.
func (x *Extrema) eachConstraint(f func(low, high int)) {
	x.EachRun(func(at, n int, nb *Neighbours) {
		for p := at; p < at+n; p++ {
			if x.Mark[p] != 0 && !x.anyOpen(p, nb) {
				x.Mark[p] |= impliedByIntervals
			}
		}
	})
	x.EachRun(func(at, n int, nb *Neighbours) {
		for p := at; p < at+n; p++ {
			kind := x.Mark[p]
			if kind == 0 || kind&impliedByIntervals != 0 {
				continue
			}
			for _, stride := range nb.Strides {
				q := p + stride
				switch {
				case x.State[q]&Ordinary == 0:
				case kind == 1<<Minimum:
					f(p, q)
				case x.Mark[q] != 1<<Minimum: // else the constraint comes from q
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

// anyOpen reports whether the intervals leave open how p compares with some neighbour.
func (x *Extrema) anyOpen(p int, nb *Neighbours) bool {
	for _, stride := range nb.Strides {
		if q := p + stride; x.State[q]&Ordinary != 0 && x.SignByIntervals(p, q) == Unknown {
			return true
		}
	}
	return false
}

// appendAbove appends to list all high for which eachConstraint calls f with p as low.
func (x *Extrema) appendAbove(list []int32, p int) []int32 {
	nb := x.NeighboursIn.Of(x.Grid.BorderOf(p).Near())
	isMinimum := x.Mark[p] == 1<<Minimum
	for _, stride := range nb.Strides {
		q := p + stride
		if isMinimum && x.State[q]&Ordinary != 0 || x.Mark[q] == 1<<Maximum {
			list = append(list, int32(q))
		}
	}
	if minima := x.Witness[Minimum]; minima != nil {
		for i, stride := range nb.Strides {
			q := p + stride
			if minima[q] == nb.Number[i]^1+1 && x.State[q]&(witnessTied<<Minimum) == 0 {
				list = append(list, int32(q))
			}
		}
	}
	if maxima := x.Witness[Maximum]; maxima != nil && maxima[p] > 0 && x.State[p]&(witnessTied<<Maximum) == 0 {
		list = append(list, int32(p+x.offsets[maxima[p]-1].Stride))
	}
	return list
}
