package constraint

// FindWitnesses looks for extrema of the projected field that the original does not
// have, and for each names a neighbour that forbids it. It returns how many it
// found.
func (x *Extrema) FindWitnesses(original []int64) (found int) {
	x.eachExtremum(x.Index, func(kind, p int, r *Neighbours) {
		if x.Mark[p]>>kind&1 == 1 {
			return
		}
		for _, i := range x.PossibleWitnesses(kind, p, r) {
			q := p + r.Offsets[i]
			if s := SignOf(original[p], original[q]); s == Tied || (s == Falling) == (kind == Minimum) {
				x.SetWitness(kind, p, r.Number[i], s == Tied)
				found++
				break
			}
		}
	})
	return found
}

// SetWitness notes that the neighbour at the offset of that number forbids p to be an
// extremum of the kind: as its equal, or from beyond.
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

// HasWitnesses reports whether any value is refuted.
func (x *Extrema) HasWitnesses() bool { return x.Witness[Minimum] != nil || x.Witness[Maximum] != nil }

// PossibleWitnesses lists the neighbours that may forbid p to be an extremum, by their
// place in the ring, those first that do so most likely: the least decoded ones for a minimum. The
// list is valid until the next call.
func (x *Extrema) PossibleWitnesses(kind, p int, r *Neighbours) []int {
	list := x.list[:0]
	above := uint8(Rising - 2*kind)
	for n, off := range r.Offsets {
		q := p + off
		if x.State[q]&Ordinary == 0 || x.SignByIntervals(p, q) == above {
			continue
		}
		i := len(list)
		list = append(list, n)
		for i > 0 && x.likelier(kind, p, p+r.Offsets[list[i]], p+r.Offsets[list[i-1]]) {
			list[i], list[i-1] = list[i-1], list[i]
			i--
		}
	}
	x.list = list
	return list
}

func (x *Extrema) likelier(kind, p, a, b int) bool {
	da, db := x.Field[a]-x.Field[p], x.Field[b]-x.Field[p]
	if kind == Maximum {
		da, db = -da, -db
	}
	return da < db
}

// DropWitnesses drops all refutations.
func (x *Extrema) DropWitnesses() { x.Witness = [2][]uint8{} } // states do not matter without
