package special

import (
	"encoding/binary"
	"slices"

	"github.com/morselcodec/morsel/internal/wire"
)

// Unpredictable lists values stored bit for bit.
type Unpredictable struct {
	Index    []int  // row-major in the chunk, ascending
	Elements []byte // of all of them, one behind the other
}

// Merge returns e with the values at more indices added, which are in any order
// and none of which e has. elements are all of the chunk's, of size bytes each.
func (e *Unpredictable) Merge(more []int, elements []byte, size int) *Unpredictable {
	type entry struct {
		at      int
		element []byte
	}
	var all []entry
	for k, i := range e.Index {
		all = append(all, entry{i, e.Elements[k*size : (k+1)*size]})
	}
	for _, i := range more {
		all = append(all, entry{i, elements[i*size : (i+1)*size]})
	}
	slices.SortFunc(all, func(a, b entry) int { return a.at - b.at })
	out := &Unpredictable{}
	for _, v := range all {
		out.Index = append(out.Index, v.at)
		out.Elements = append(out.Elements, v.element...)
	}
	return out
}

// AppendTo appends the payload of the block.
func (e *Unpredictable) AppendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(e.Index)))
	last := -1
	for _, i := range e.Index {
		b = binary.AppendUvarint(b, uint64(i-last))
		last = i
	}
	return append(b, e.Elements...)
}

// ParseUnpredictable reads the payload of the block of a chunk of so many values
// of size bytes each. It fails where indices do not ascend, or bytes are missing or
// left.
func ParseUnpredictable(payload []byte, values, size int) (*Unpredictable, error) {
	f := wire.Fields{B: payload}
	n := int(f.Uvarint(uint64(min(values, len(payload)))))
	e := &Unpredictable{Index: make([]int, 0, n)}
	last := -1
	for range n {
		d := int(f.Uvarint(uint64(values)))
		last += d
		if f.Err == nil && (d == 0 || last >= values) {
			f.Fail("index %d of %d values", last, values)
		}
		e.Index = append(e.Index, last)
	}
	e.Elements = f.Bytes(n * size)
	return e, f.End()
}
