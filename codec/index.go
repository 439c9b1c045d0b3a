package codec

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/morselcodec/morsel/codec/internal/wire"
)

// index says where an archive's chunks are.
type index struct {
	first       int64   // offset of the first chunk, or model before it
	lengths     []int64 // of the chunk sections
	model       int64   // offset of the model section
	modelLength int64   // 0: none
}

// implied reports whether an archive has no index: one chunk, or none, stands
// between the header and the footer.
func (x *index) implied() bool { return len(x.lengths) <= 1 && x.modelLength == 0 }

func (x *index) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(x.lengths)))
	b = binary.AppendUvarint(b, uint64(x.first))
	for _, n := range x.lengths {
		b = binary.AppendUvarint(b, uint64(n))
	}
	b = binary.AppendUvarint(b, uint64(x.modelLength))
	if x.modelLength > 0 {
		b = binary.AppendUvarint(b, uint64(x.model))
	}
	return b
}

func parseIndex(payload []byte, chunks int) (*index, error) {
	f := wire.Fields{B: payload}
	n := f.Uvarint(math.MaxInt64)
	if f.Err == nil && n != uint64(chunks) {
		return nil, fmt.Errorf("expected %d chunks, found %d", chunks, n)
	}
	if n > uint64(len(payload)) {
		return nil, fmt.Errorf("%d bytes cannot list %d chunks", len(payload), n)
	}
	x := &index{first: int64(f.Uvarint(1 << 62)), lengths: make([]int64, n)}
	for i := range x.lengths {
		x.lengths[i] = int64(f.Uvarint(1 << 40))
	}
	if x.modelLength = int64(f.Uvarint(1 << 40)); x.modelLength > 0 {
		x.model = int64(f.Uvarint(1 << 62))
	}
	return x, f.End()
}
