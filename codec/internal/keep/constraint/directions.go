package constraint

import "github.com/morselcodec/morsel/codec/internal/grid"

// Direction is where the other end of an edge lies.
type Direction struct {
	Offset [grid.MaxRank]int // per axis, −1 to 1; the first that is not 0 is 1
	Stride int
	// axes counts those that are not 0.
	Nonzero int
}

// directions lists the axes in order, then the diagonals, those of fewer axes
// first and otherwise in lexicographic order.
func (r *Graph) directions(diagonals bool) []Direction {
	rank := r.Grid.Rank
	var list []Direction
	total := 1
	for range rank {
		total *= 3
	}
	for axes := 1; axes <= rank; axes++ {
		for n := total - 1; n > total/2; n-- {
			d := Direction{}
			for a, m := rank-1, n; a >= 0; a, m = a-1, m/3 {
				d.Offset[a] = m%3 - 1
				if d.Offset[a] != 0 {
					d.Nonzero++
				}
			}
			if d.Nonzero == axes {
				d.Stride = r.Grid.Index(&d.Offset)
				list = append(list, d)
			}
		}
		if !diagonals {
			break
		}
	}
	return list
}

// Class returns which contexts the k-th direction has.
func (d *Direction) Class(k int) int {
	switch d.Nonzero {
	case 1:
		return min(k, 4)
	case 2:
		for _, b := range d.Offset {
			if b < 0 {
				return 6
			}
		}
		return 5
	}
	return 7
}

// Steps returns the offset of n steps along an axis.
func Steps(axis, n int) (by [grid.MaxRank]int) {
	by[axis] = n
	return by
}

func Sum(a, b [grid.MaxRank]int) [grid.MaxRank]int {
	for i, v := range b {
		a[i] += v
	}
	return a
}

func Times(a [grid.MaxRank]int, n int) [grid.MaxRank]int {
	for i := range a {
		a[i] *= n
	}
	return a
}

// A look goes from the start of an edge to that of another one. Where that is
// beyond the ends of the chunk, it goes to the last of the signs, which is none.
type EdgeStart struct{ offset, mask int }

func (l *EdgeStart) From(p int) int { return p&l.mask + l.offset }

// StartAt returns the look at an offset from values with the given border.
func StartAt(g *grid.Grid, b grid.Border, by *[grid.MaxRank]int) EdgeStart {
	if g.Has(b, by) {
		return EdgeStart{g.Index(by), -1}
	}
	return EdgeStart{g.Size, 0}
}
