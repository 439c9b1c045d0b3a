package keep

import "github.com/morselcodec/morsel/codec/internal/grid"

// direction is where the other end of an edge lies.
type direction struct {
	offset [grid.MaxRank]int // per axis, −1 to 1; the first that is not 0 is 1
	stride int
	// axes counts those that are not 0.
	nonzero int
}

// directions lists the axes in order, then the diagonals, those of fewer axes
// first and otherwise in lexicographic order.
func (r *graph) directions(diagonals bool) []direction {
	rank := r.grid.Rank
	var list []direction
	total := 1
	for range rank {
		total *= 3
	}
	for axes := 1; axes <= rank; axes++ {
		for n := total - 1; n > total/2; n-- {
			d := direction{}
			for a, m := rank-1, n; a >= 0; a, m = a-1, m/3 {
				d.offset[a] = m%3 - 1
				if d.offset[a] != 0 {
					d.nonzero++
				}
			}
			if d.nonzero == axes {
				d.stride = r.grid.Index(&d.offset)
				list = append(list, d)
			}
		}
		if !diagonals {
			break
		}
	}
	return list
}

// class returns which contexts the k-th direction has.
func (d *direction) class(k int) int {
	switch d.nonzero {
	case 1:
		return min(k, 4)
	case 2:
		for _, b := range d.offset {
			if b < 0 {
				return 6
			}
		}
		return 5
	}
	return 7
}

// steps returns the offset of n steps along an axis.
func steps(axis, n int) (by [grid.MaxRank]int) {
	by[axis] = n
	return by
}

func sum(a, b [grid.MaxRank]int) [grid.MaxRank]int {
	for i, v := range b {
		a[i] += v
	}
	return a
}

func times(a [grid.MaxRank]int, n int) [grid.MaxRank]int {
	for i := range a {
		a[i] *= n
	}
	return a
}

// A look goes from the start of an edge to that of another one. Where that is
// beyond the ends of the chunk, it goes to the last of the signs, which is none.
type edgeStart struct{ offset, mask int }

func (l *edgeStart) from(p int) int { return p&l.mask + l.offset }

// startAt returns the look at an offset from values with the given border.
func startAt(g *grid.Grid, b grid.Border, by *[grid.MaxRank]int) edgeStart {
	if g.Has(b, by) {
		return edgeStart{g.Index(by), -1}
	}
	return edgeStart{g.Size, 0}
}
