package special

import (
	"encoding/binary"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/wire"
)

// Exact lists values stored bit for bit, in ascending order of their index.
type Exact struct {
	Index    []int
	Elements []byte // of all of them, one behind the other
}

// Merge returns e with the elements at further, which are in any order and
// none of which e has, added.
func (e *Exact) Merge(further []int, elements []byte, size int) *Exact {
	type entry struct {
		at      int
		element []byte
	}
	var all []entry
	for k, i := range e.Index {
		all = append(all, entry{i, e.Elements[k*size : (k+1)*size]})
	}
	for _, i := range further {
		all = append(all, entry{i, elements[i*size : (i+1)*size]})
	}
	slices.SortFunc(all, func(a, b entry) int { return a.at - b.at })
	out := &Exact{}
	for _, v := range all {
		out.Index = append(out.Index, v.at)
		out.Elements = append(out.Elements, v.element...)
	}
	return out
}

func (e *Exact) AppendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(e.Index)))
	last := -1
	for _, i := range e.Index {
		b = binary.AppendUvarint(b, uint64(i-last))
		last = i
	}
	return append(b, e.Elements...)
}

func ParseExact(payload []byte, values, size int) (*Exact, error) {
	f := wire.Fields{B: payload}
	n := int(f.Uvarint(uint64(min(values, len(payload)))))
	e := &Exact{Index: make([]int, 0, n)}
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
