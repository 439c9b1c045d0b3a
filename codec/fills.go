package codec

import (
	"slices"

	"github.com/morselcodec/morsel/formats"
)

// listed returns list, not nil.
func listed(list []formats.Element) []formats.Element { return append([]formats.Element{}, list...) }

// different returns list without what occurs in it before; nil of nil alone,
// which says nothing.
func different(list []formats.Element) []formats.Element {
	out := list[:0:0]
	for _, e := range list {
		if !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out
}
