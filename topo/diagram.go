package topo

import (
	"cmp"
	"math"
	"slices"
)

// Pair is a class of homology that dies: the value at which it appears in the
// filtration and the one at which it disappears.
type Pair struct{ Birth, Death float64 }

// Persistence is |death − birth| in the unit of the field, +Inf where that
// overflows. Pairs of a diagram with levels hold indices, and have none of their
// own.
func (p Pair) Persistence() float64 { return p.persistence(nil) }

func (p Pair) persistence(t Levels) float64 { return math.Abs(t.Minus(p.Death, p.Birth)) }

// Diagram is a persistence diagram in one dimension of homology.
type Diagram struct {
	// Dim is the dimension of the classes: 0 counts connected components.
	Dim int
	// Pairs are the finite classes of non-zero persistence, the most
	// persistent first, then by birth.
	Pairs []Pair
	// Essential holds the births, ascending, of the classes that never die: one
	// per connected piece of the complex in dimension 0.
	Essential []float64
	// Levels, where it is not nil, are the values that births and deaths are
	// the indices of.
	Levels Levels
}

// CountAbove returns how many pairs have a persistence larger than t, which is in
// the unit of the field. The pairs have to be in their documented order.
func (d *Diagram) CountAbove(t float64) int {
	n, _ := slices.BinarySearchFunc(d.Pairs, t, func(p Pair, t float64) int {
		if p.persistence(d.Levels) > t {
			return -1
		}
		return 1
	})
	return n
}

// sort brings the diagram into its documented order.
func (d *Diagram) sort() {
	slices.SortFunc(d.Pairs, func(p, q Pair) int {
		return cmp.Or(cmp.Compare(q.persistence(d.Levels), p.persistence(d.Levels)), cmp.Compare(p.Birth, q.Birth))
	})
	slices.Sort(d.Essential)
}
