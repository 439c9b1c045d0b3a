// Package keep makes decoded chunks keep the order of their originals: the signs
// of differences between neighbours, and extrema.
//
// What is to hold are [relations] between values, coded beside the residual; a
// decoder moves the values into an order that has them, by the projection. On the
// encoder's side a [Keeper] narrows intervals until the result is right, for a
// chunk by itself and, with a [Halo], beside its neighbours. See "Keep" in
// FORMAT.md and the theorems of GUARANTEES.md.
package keep

import (
	"slices"
	"strings"
)

// Set is what is guaranteed of a chunk beside its bound.
type Set uint8

// The guarantees; see GUARANTEES.md.
const (
	Extrema Set = 1 << iota
	Signs
	Order
	All = Extrema | Signs | Order
)

var Guarantees = []string{"extrema", "signs", "order"}

// Names lists the flags that are set.
func (k Set) Names() []string {
	names := []string{}
	for i, name := range Guarantees {
		if k>>i&1 == 1 {
			names = append(names, name)
		}
	}
	return names
}

func (k Set) String() string { return strings.Join(k.Names(), ",") }

// MaxOrderRank is the largest rank that KeepOrder takes.
const MaxOrderRank = 3

// withoutImplied drops the flags that others imply.
func (k Set) withoutImplied() Set {
	if k&Order != 0 {
		return Order
	}
	return k
}

// levels lists by number what a keep block may hold. Bits 0 to 2 of its
// first byte are the low ones of the number, 6 and 7 the high ones.
var levels = [...]Set{1: Extrema, 2: Signs, 3: Signs | Extrema, 4: Order}

// levelOf returns the level of what is needed; it takes bits 0 to 2.
func levelOf(k Set) byte { return byte(slices.Index(levels[:], k)) }
