package container

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/morselcodec/morsel/codec/internal/wire"
)

// Index says where an archive's chunks are.
type Index struct {
	First       int64   // offset of the first chunk, or model before it
	Lengths     []int64 // of the chunk sections
	Model       int64   // offset of the model section
	ModelLength int64   // 0: none
}

// Implied reports whether an archive has no index: one chunk, or none, stands
// between the header and the footer.
func (x *Index) Implied() bool { return len(x.Lengths) <= 1 && x.ModelLength == 0 }

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
