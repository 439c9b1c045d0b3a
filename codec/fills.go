package codec

import (
	"slices"

	"github.com/morselcodec/morsel/formats/array"
)

// listed returns list, not nil.
func listed(list []array.Element) []array.Element { return append([]array.Element{}, list...) }

// different returns list without what occurs in it before; nil of nil alone,
// which says nothing.
func different(list []array.Element) []array.Element {
	out := list[:0:0]
	for _, e := range list {
		if !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out
}
