package special

import (
	"bytes"
	"fmt"

	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/mixing"
	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/internal/wire"
)

// A Mask puts special values into classes of equal elements.
type Mask struct {
	Classes [][]byte // the element of class 1, 2, ...
	Class   []uint8  // of each value; 0 for those that are not masked
}

// maxClasses is how many classes a mask can have.
const maxClasses = 255

// AppendTo appends the block payload: the classes' elements, then each value's
// class under contexts of its neighbours' classes.
func (m *Mask) AppendTo(b []byte, g *grid.Grid) []byte {
	b = append(b, byte(len(m.Classes)))
	for _, e := range m.Classes {
		b = append(b, e...)
	}
	rc := rangecoder.NewEncoder(b)
	_ = m.code(rc, g) // which does not fail in this direction
	return rc.Finish()
}

func parseMask(payload []byte, g *grid.Grid, size int) (*Mask, error) {
	f := wire.Fields{B: payload}
	m := &Mask{Classes: make([][]byte, f.U8())}
	for i := range m.Classes {
		m.Classes[i] = f.Bytes(size)
	}
	if len(m.Classes) == 0 {
		f.Fail("a mask without classes")
	}
	if f.Err != nil {
		return nil, f.Err
	}
	m.Class = make([]uint8, g.Size)
	rc := rangecoder.NewDecoder(f.B)
	return m, m.code(rc, g)
}

// code codes or decodes the class of each value in row-major order: whether it
// is masked, knowing which neighbours before it are, then, with several
// classes, which class, knowing that of the last masked value. It fails where it
// decodes another class than there are.
func (m *Mask) code(rc *rangecoder.Coder, g *grid.Grid) error {
	half := mixing.NewCounter(1 << 15)
	special := make([]mixing.Counter, 1<<(2*grid.MaxRank))
	for i := range special {
		special[i] = half
	}
	var which []mixing.Counter
	if len(m.Classes) > 1 {
		which = make([]mixing.Counter, 1<<16)
		for i := range which {
			which[i] = half
		}
	}
	var at [grid.MaxRank]int
	last := 0
	for i := range m.Class {
		g.Watch.After(1)
		ctx := 0
		for a := range g.Rank {
			near, s := 0, g.Stride[a]
			if at[a] > 0 && m.Class[i-s] != 0 {
				near = 1
			}
			if at[a] > 1 && m.Class[i-2*s] != 0 {
				near += 2
			}
			ctx = ctx<<2 | near
		}
		c := &special[ctx]
		bit := rc.Code(bitio.Bit(m.Class[i] != 0), c.P())
		c.Update(bit)
		switch {
		case bit == 0:
			m.Class[i] = 0
		case which == nil:
			m.Class[i] = 1
		default:
			node, v := 1, int(m.Class[i])
			for k := 7; k >= 0; k-- {
				c := &which[last<<8|node]
				bit := rc.Code(v>>k&1, c.P())
				c.Update(bit)
				node = node<<1 | bit
			}
			if last = node & 0xff; last == 0 || last > len(m.Classes) {
				return fmt.Errorf("class %d of %d", last, len(m.Classes))
			}
			m.Class[i] = uint8(last)
		}
		if rc.Ended() {
			return rc.Err()
		}
		for a := g.Rank - 1; a >= 0; a-- {
			if at[a]++; at[a] < g.Shape[a] {
				break
			}
			at[a] = 0
		}
	}
	return nil
}

// add masks value i, which has the given element. It reports false when the mask
// has no class for it, and no room for another.
func (m *Mask) add(i int, element []byte) bool {
	for k, e := range m.Classes {
		if bytes.Equal(e, element) {
			m.Class[i] = uint8(k + 1)
			return true
		}
	}
	if len(m.Classes) == maxClasses {
		return false
	}
	m.Classes = append(m.Classes, element)
	m.Class[i] = uint8(len(m.Classes))
	return true
}
