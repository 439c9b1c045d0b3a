package codec

import (
	"encoding/binary"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/wire"
)

// exact lists values stored bit for bit, in ascending order of their index.
type exact struct {
	at       []int
	elements []byte // of all of them, one behind the other
}

// merge returns e with the elements at further, which are in any order and
// none of which e has, added.
func (e *exact) merge(further []int, elements []byte, size int) *exact {
	type entry struct {
		at      int
		element []byte
	}
	var all []entry
	for k, i := range e.at {
		all = append(all, entry{i, e.elements[k*size : (k+1)*size]})
	}
	for _, i := range further {
		all = append(all, entry{i, elements[i*size : (i+1)*size]})
	}
	slices.SortFunc(all, func(a, b entry) int { return a.at - b.at })
	out := &exact{}
	for _, v := range all {
		out.at = append(out.at, v.at)
		out.elements = append(out.elements, v.element...)
	}
	return out
}

func (e *exact) appendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(e.at)))
	last := -1
	for _, i := range e.at {
		b = binary.AppendUvarint(b, uint64(i-last))
		last = i
	}
	return append(b, e.elements...)
}

func parseExact(payload []byte, values, size int) (*exact, error) {
	f := wire.Fields{B: payload}
	n := int(f.Uvarint(uint64(min(values, len(payload)))))
	e := &exact{at: make([]int, 0, n)}
	last := -1
	for range n {
		d := int(f.Uvarint(uint64(values)))
		last += d
		if f.Err == nil && (d == 0 || last >= values) {
			f.Fail("index %d of %d values", last, values)
		}
		e.at = append(e.at, last)
	}
	e.elements = f.Bytes(n * size)
	return e, f.End()
}
