package codec

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/wire"
)

// What shares a byte with the element type.
const (
	rankShift = 4
	flagChunk = 0x80 // the chunks are smaller than the array
)

// What shares a byte with the kind of bound.
const (
	boundMask = 1<<4 - 1
	flagKeep  = 1 << 4 // the header ends with a list of guarantees
	flagFill  = 1 << 7 // it was said which values are fill
)

// header is what holds for a whole archive.
type header struct {
	array.Header
	tiles  tiling.Tiling
	kind   chunk.BoundKind
	asked  float64         // the bound as the user gave it
	eps    float64         // absolute; 0: lossless, +Inf: none
	logEps float64         // of logarithms, for BoundPointwise; 0: there are none. Chunks of another kind are lossless then
	fills  []array.Element // that stand for no data; nil: nothing was said, empty: there are none
	keep   Keep
	others []int // guarantees, by number, that this program does not know
}

// payload returns the payload of the header section.
func (h *header) payload() []byte {
	kindOfArray := byte(h.DType) | byte(len(h.Shape))<<rankShift
	if h.tiles.Total > 1 {
		kindOfArray |= flagChunk
	}
	b := []byte{kindOfArray}
	for _, n := range h.Shape {
		b = binary.AppendUvarint(b, uint64(n))
	}
	if h.tiles.Total > 1 {
		for _, n := range h.tiles.Chunk {
			b = binary.AppendUvarint(b, uint64(n))
		}
	}
	kind := byte(h.kind)
	if h.keep != 0 {
		kind |= flagKeep
	}
	if h.fills != nil {
		kind |= flagFill
	}
	b = append(b, kind)
	switch h.kind {
	case chunk.BoundAbs:
		b = wire.AppendDecimal(b, h.asked)
	case chunk.BoundRel, chunk.BoundPSNR:
		b = wire.AppendDecimal(b, h.asked)
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(h.eps))
	case chunk.BoundPointwise:
		b = wire.AppendDecimal(b, h.asked)
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(h.logEps))
	}
	if h.fills != nil {
		b = append(b, byte(len(h.fills)))
	}
	for _, e := range h.fills {
		b = e.Append(b)
	}
	if h.keep != 0 {
		b = appendGuarantees(b, h.keep)
	}
	return b
}

func parseHeader(payload []byte) (*header, error) {
	f := wire.Fields{B: payload}
	h := &header{}
	first := f.U8()
	h.DType = array.DType(first & (1<<rankShift - 1))
	rank := int(first &^ flagChunk >> rankShift)
	if f.Err == nil && !h.DType.Valid() {
		return nil, fmt.Errorf("unknown element type %d", byte(h.DType))
	}
	if f.Err == nil && (rank < 1 || rank > array.MaxRank) {
		return nil, fmt.Errorf("rank %d (want 1 to %d)", rank, array.MaxRank)
	}
	h.Shape = make([]int, rank)
	chunks := make([]int, rank)
	for i := range h.Shape {
		n := f.Uvarint(math.MaxInt64 / 8)
		if n > array.MaxValues {
			return nil, fmt.Errorf("%w: %d values along an axis are more than this machine can address", fault.ErrLimit, n)
		}
		h.Shape[i] = int(n)
		chunks[i] = max(h.Shape[i], 1)
	}
	if first&flagChunk != 0 {
		for i := range chunks {
			chunks[i] = int(f.Uvarint(tiling.MaxChunkValues))
		}
	}
	kind := f.U8()
	h.kind = chunk.BoundKind(kind & boundMask)
	if unknown := kind &^ (boundMask | flagKeep | flagFill); f.Err == nil && unknown != 0 {
		return nil, fmt.Errorf("%w: unknown flags %#x beside the kind of bound", fault.ErrVersion, unknown)
	}
	switch h.kind {
	case chunk.BoundAbs:
		h.asked = f.Decimal()
		h.eps = h.asked
	case chunk.BoundRel, chunk.BoundPSNR:
		h.asked = f.Decimal()
		h.eps = math.Float64frombits(f.U64())
	case chunk.BoundNone:
		h.eps = math.Inf(1)
	case chunk.BoundPointwise:
		h.asked = f.Decimal()
		h.logEps = math.Float64frombits(f.U64())
	}
	if kind&flagFill != 0 {
		h.fills = make([]array.Element, f.U8())
		for i := range h.fills {
			if b := f.Bytes(h.DType.Size()); f.Err == nil {
				h.fills[i] = array.ElementAt(h.DType, b)
			}
		}
	}
	if kind&flagKeep != 0 {
		h.keep, h.others = parseGuarantees(&f)
	}
	if err := f.End(); err != nil {
		return nil, err
	}
	if err := h.check(); err != nil {
		return nil, err
	}
	var err error
	h.tiles, err = tiling.New(h.Shape, chunks, h.DType.Size())
	return h, err
}

// check reports what no encoder writes in fields that can be read.
func (h *header) check() error {
	if err := special.CheckFills(h.DType, h.fills); err != nil {
		return err
	}
	if h.kind >= chunk.BoundKinds {
		return fmt.Errorf("unknown kind of bound %d", h.kind)
	}
	if math.IsNaN(h.eps) || h.eps < 0 || h.kind != chunk.BoundNone && math.IsInf(h.eps, 0) {
		return fmt.Errorf("bound %v", h.eps)
	}
	if h.kind == chunk.BoundPointwise && !(h.asked > 0 && h.asked < 1 && h.logEps >= 0 && h.logEps <= maxLogEps) {
		return fmt.Errorf("pointwise relative bound %v, %v of logarithms", h.asked, h.logEps)
	}
	_, err := array.CheckShape(h.Shape)
	return err
}

// maxLogEps is beyond what any bound below 1 gives.
const maxLogEps = 64

// maxName is the longest array name that is stored, in bytes.
const maxName = 256

// cleanName makes a name that can be stored: valid UTF-8 of maxName bytes at
// most.
func cleanName(s string) string {
	s = strings.ToValidUTF8(s, string(utf8.RuneError))
	for len(s) > maxName {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s
}

// params returns what coding a chunk needs to know.
func (h *header) params() chunk.Params {
	return chunk.Params{
		DType: h.DType, BoundKind: h.kind, BoundValue: h.asked, Eps: h.eps, LogEps: h.logEps, Fills: h.fills, Keep: h.keep,
		Alone: h.tiles.Total == 1,
	}
}
