// Package constraint holds what is known of the order of a chunk's values, and moves
// decoded values into that order.
//
// A [Graph] has the chunk's values for vertices and pairs of neighbours for edges.
// Of each value it knows the lattice index, a number that orders the values of the
// element type (package quant), and an interval of indices that holds the original.
// Of each edge it knows the sign: rising, falling or a tie. An edge is open where
// the intervals of its ends leave the sign open. [Extrema] adds marks, which values
// are strict extrema, and witnesses, neighbours whose order against a value forbids
// that it be one.
//
// Constraints are what signs of open edges, marks and witnesses say of two values:
// one is below the other, or both are equal. The [Projection] moves the indices as
// little as needed to where all constraints hold. The encoder may bisect intervals,
// that is, state in which half the original is, before that.
//
// A border tells which neighbours of a value lie in the chunk; a run is a piece of
// a row whose values have the same border (package grid).
//
// See sections 9.1, 9.3, 9.5 and 9.6 of FORMAT.md, and GUARANTEES.md for the
// reasons. The projection is that of the lemmas there.
package constraint
