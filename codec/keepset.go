package codec

import (
	"slices"
	"strings"
)

// keepSet is what is guaranteed of a chunk beside its bound.
type keepSet uint8

// The guarantees; see GUARANTEES.md.
const (
	keepExtrema keepSet = 1 << iota
	keepSigns
	keepOrder
	keepAll = keepExtrema | keepSigns | keepOrder
)

var keepNames = []string{"extrema", "signs", "order"}

// Names lists the flags that are set.
func (k keepSet) Names() []string {
	names := []string{}
	for i, name := range keepNames {
		if k>>i&1 == 1 {
			names = append(names, name)
		}
	}
	return names
}

func (k keepSet) String() string { return strings.Join(k.Names(), ",") }

// maxOrderRank is the largest rank that KeepOrder takes.
const maxOrderRank = 3

// needed drops the flags that others imply.
func (k keepSet) needed() keepSet {
	if k&keepOrder != 0 {
		return keepOrder
	}
	return k
}

// keepLevels lists by number what a keep block may hold. Bits 0 to 2 of its
// first byte are the low ones of the number, 6 and 7 the high ones.
var keepLevels = [...]keepSet{1: keepExtrema, 2: keepSigns, 3: keepSigns | keepExtrema, 4: keepOrder}

// levelOf returns the level of what is needed; it takes bits 0 to 2.
func levelOf(k keepSet) byte { return byte(slices.Index(keepLevels[:], k)) }
