package container

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/morselcodec/morsel/internal/wire"
)

// Index says where the sections of an archive are.
type Index struct {
	First       int64   // offset of the first chunk section, or of the model section before it
	Lengths     []int64 // of the chunk sections, tag to checksum
	Model       int64   // offset of the model section
	ModelLength int64   // and its length; 0: there is none
}

// Implied reports whether an archive has no index: one chunk, or none, stands
// between the header and the footer.
func (x *Index) Implied() bool { return len(x.Lengths) <= 1 && x.ModelLength == 0 }

// Append appends the payload of the index section.
func (x *Index) Append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(x.Lengths)))
	b = binary.AppendUvarint(b, uint64(x.First))
	for _, n := range x.Lengths {
		b = binary.AppendUvarint(b, uint64(n))
	}
	b = binary.AppendUvarint(b, uint64(x.ModelLength))
	if x.ModelLength > 0 {
		b = binary.AppendUvarint(b, uint64(x.Model))
	}
	return b
}

// ParseIndex takes the payload of an index section apart, of an archive of so many
// chunks.
func ParseIndex(payload []byte, chunks int) (*Index, error) {
	f := wire.Fields{B: payload}
	n := f.Uvarint(math.MaxInt64)
	if f.Err == nil && n != uint64(chunks) {
		return nil, fmt.Errorf("expected %d chunks, found %d", chunks, n)
	}
	if n > uint64(len(payload)) {
		return nil, fmt.Errorf("%d bytes cannot list %d chunks", len(payload), n)
	}
	x := &Index{First: int64(f.Uvarint(1 << 62)), Lengths: make([]int64, n)}
	for i := range x.Lengths {
		x.Lengths[i] = int64(f.Uvarint(1 << 40))
	}
	if x.ModelLength = int64(f.Uvarint(1 << 40)); x.ModelLength > 0 {
		x.Model = int64(f.Uvarint(1 << 62))
	}
	return x, f.End()
}
