package constraint

// FindWitnesses looks for projected extrema that are not marked, and sets a witness for
// each: a neighbour that is equal to it, or beyond it, among the lattice indices of the
// original. It returns how many it found.
func (x *Extrema) FindWitnesses(original []int64) (found int) {
	x.eachExtremum(x.Index, func(kind, p int, nb *Neighbours) {
		if x.Mark[p]>>kind&1 == 1 {
			return
		}
		for _, i := range x.PossibleWitnesses(kind, p, nb) {
			q := p + nb.Strides[i]
			if s := SignOf(original[p], original[q]); s == Tied || (s == Falling) == (kind == Minimum) {
				x.SetWitness(kind, p, nb.Number[i], s == Tied)
				found++
				break
			}
		}
	})
	return found
}

// SetWitness makes the neighbour at the offset of that number a witness against p as an
// extremum of the kind: equal to p, or else below a minimum, above a maximum.
func (x *Extrema) SetWitness(kind, p int, number uint8, equal bool) {
	if x.Witness[kind] == nil {
		x.Witness[kind] = make([]uint8, x.Grid.Size)
	}
	x.Witness[kind][p] = number + 1
	x.State[p] &^= witnessTied << kind
	if equal {
		x.State[p] |= witnessTied << kind
	}
}

// HasWitnesses reports whether there are witnesses.
func (x *Extrema) HasWitnesses() bool { return x.Witness[Minimum] != nil || x.Witness[Maximum] != nil }

// PossibleWitnesses lists, by position in nb, the neighbours that may be a witness
// against p as an extremum of the kind, likely ones first: for a minimum those of
// the least F. The list is valid until the next call.
func (x *Extrema) PossibleWitnesses(kind, p int, nb *Neighbours) []int {
	list := x.list[:0]
	above := uint8(Rising - 2*kind)
	for n, stride := range nb.Strides {
		q := p + stride
		if x.State[q]&Ordinary == 0 || x.SignByIntervals(p, q) == above {
			continue
		}
		i := len(list)
		list = append(list, n)
		for i > 0 && x.likelier(kind, p, p+nb.Strides[list[i]], p+nb.Strides[list[i-1]]) {
			list[i], list[i-1] = list[i-1], list[i]
			i--
		}
	}
	x.list = list
	return list
}

// likelier reports whether a is a likelier witness against p than b.
func (x *Extrema) likelier(kind, p, a, b int) bool {
	da, db := x.Field[a]-x.Field[p], x.Field[b]-x.Field[p]
	if kind == Maximum {
		da, db = -da, -db
	}
	return da < db
}

// DropWitnesses removes all witnesses.
func (x *Extrema) DropWitnesses() { x.Witness = [2][]uint8{} } // states do not matter without
