package constraint

import "github.com/morselcodec/morsel/codec/internal/grid"

// Direction is an offset from a value to a neighbour. Directions of edges are those
// whose first number other than 0 is 1.
type Direction struct {
	Offset  [grid.MaxRank]int // per axis, −1, 0 or 1
	Stride  int               // from a value to that at the offset, in the chunk's arrays
	Nonzero int               // how many numbers of the offset are not 0
}

// directions lists the axes in order and, with diagonals, the other directions:
// those of fewer numbers other than 0 first, in descending lexicographic order
// among them.
func (gr *Graph) directions(diagonals bool) []Direction {
	rank := gr.Grid.Rank
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
				d.Stride = gr.Grid.Index(&d.Offset)
				list = append(list, d)
			}
		}
		if !diagonals {
			break
		}
	}
	return list
}

// Steps returns the offset of n steps along an axis.
func Steps(axis, n int) (by [grid.MaxRank]int) {
	by[axis] = n
	return by
}

// Sum returns the sum of two offsets.
func Sum(a, b [grid.MaxRank]int) [grid.MaxRank]int {
	for i, v := range b {
		a[i] += v
	}
	return a
}

// Times returns an offset n times as far.
func Times(a [grid.MaxRank]int, n int) [grid.MaxRank]int {
	for i := range a {
		a[i] *= n
	}
	return a
}

// EdgeStart leads from the start of an edge to that of another one at a fixed offset.
// Where that lies outside the chunk, it leads to the last one of the signs, Unknown.
type EdgeStart struct{ offset, mask int }

// From returns the index, among a direction's signs, of the edge from p.
func (s *EdgeStart) From(p int) int { return p&s.mask + s.offset }

// StartAt returns the EdgeStart at an offset from values with the given border.
func StartAt(g *grid.Grid, b grid.Border, by *[grid.MaxRank]int) EdgeStart {
	if g.Has(b, by) {
		return EdgeStart{g.Index(by), -1}
	}
	return EdgeStart{g.Size, 0}
}
