package keep

import (
	"slices"
	"strings"
)

// Set is what an archive guarantees beside its bound, as flags.
type Set uint8

// The guarantees. Extrema: each value is a strict minimum or maximum among its
// 3^d−1 neighbours if and only if the original is. Signs: neighbours along an axis
// compare as in the original, ties included. Order: all neighbours do.
// GUARANTEES.md states them as theorems.
const (
	Extrema Set = 1 << iota
	Signs
	Order
	All = Extrema | Signs | Order
)

// Guarantees names the flags of a Set, from bit 0 on.
var Guarantees = []string{"extrema", "signs", "order"}

// Names lists the names of the flags that are set.
func (k Set) Names() []string {
	names := []string{}
	for i, name := range Guarantees {
		if k>>i&1 == 1 {
			names = append(names, name)
		}
	}
	return names
}

// String returns the names, separated by commas.
func (k Set) String() string { return strings.Join(k.Names(), ",") }

// MaxOrderRank is the largest rank of arrays whose Order is kept.
const MaxOrderRank = 3

// withoutImplied drops the flags that others imply.
func (k Set) withoutImplied() Set {
	if k&Order != 0 {
		return Order
	}
	return k
}

// levels lists the keep levels by number: the sets that a keep block may keep. Bits
// 0 to 2 of its first byte are the low bits of the number, 6 and 7 the high ones.
var levels = [...]Set{1: Extrema, 2: Signs, 3: Signs | Extrema, 4: Order}

// levelOf returns the level of a set without implied flags; it takes bits 0 to 2.
func levelOf(k Set) byte { return byte(slices.Index(levels[:], k)) }
