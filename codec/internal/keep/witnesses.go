package keep

// findWitnesses looks for extrema of the projected field that the original does not
// have, and for each names a neighbour that forbids it. It returns how many it
// found.
func (x *extrema) findWitnesses(original []int64) (found int) {
	x.eachExtremum(x.index, func(kind, p int, r *neighbours) {
		if x.mark[p]>>kind&1 == 1 {
			return
		}
		for _, i := range x.possibleWitnesses(kind, p, r) {
			q := p + r.offsets[i]
			if s := signOf(original[p], original[q]); s == tied || (s == falling) == (kind == minimum) {
				x.setWitness(kind, p, r.number[i], s == tied)
				found++
				break
			}
		}
	})
	return found
}

// setWitness notes that the neighbour at the offset of that number forbids p to be an
// extremum of the kind: as its equal, or from beyond.
func (x *extrema) setWitness(kind, p int, number uint8, equal bool) {
	if x.witness[kind] == nil {
		x.witness[kind] = make([]uint8, x.grid.Size)
	}
	x.witness[kind][p] = number + 1
	x.state[p] &^= witnessTied << kind
	if equal {
		x.state[p] |= witnessTied << kind
	}
}

// hasWitnesses reports whether any value is refuted.
func (x *extrema) hasWitnesses() bool { return x.witness[minimum] != nil || x.witness[maximum] != nil }

// possibleWitnesses lists the neighbours that may forbid p to be an extremum, by their
// place in the ring, those first that do so most likely: the least decoded ones for a minimum. The
// list is valid until the next call.
func (x *extrema) possibleWitnesses(kind, p int, r *neighbours) []int {
	list := x.list[:0]
	above := uint8(rising - 2*kind)
	for n, off := range r.offsets {
		q := p + off
		if x.state[q]&ordinary == 0 || x.signByIntervals(p, q) == above {
			continue
		}
		i := len(list)
		list = append(list, n)
		for i > 0 && x.likelier(kind, p, p+r.offsets[list[i]], p+r.offsets[list[i-1]]) {
			list[i], list[i-1] = list[i-1], list[i]
			i--
		}
	}
	x.list = list
	return list
}

func (x *extrema) likelier(kind, p, a, b int) bool {
	da, db := x.field[a]-x.field[p], x.field[b]-x.field[p]
	if kind == maximum {
		da, db = -da, -db
	}
	return da < db
}

// dropWitnesses drops all refutations.
func (x *extrema) dropWitnesses() { x.witness = [2][]uint8{} } // states do not matter without
