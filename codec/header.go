package codec

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/morselcodec/morsel/formats"
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
	formats.Header
	tiles  tiling
	kind   boundKind
	asked  float64           // the bound as the user gave it
	eps    float64           // absolute; 0: lossless, +Inf: none
	logEps float64           // of logarithms, for boundPointwise; 0: there are none. Chunks of another kind are lossless then
	fills  []formats.Element // that stand for no data; nil: nothing was said, empty: there are none
	keep   Keep
	others []int // guarantees, by number, that this program does not know
}

// payload returns the payload of the header section.
func (h *header) payload() []byte {
	kindOfArray := byte(h.DType) | byte(len(h.Shape))<<rankShift
	if h.tiles.total > 1 {
		kindOfArray |= flagChunk
	}
	b := []byte{kindOfArray}
	for _, n := range h.Shape {
		b = binary.AppendUvarint(b, uint64(n))
	}
	if h.tiles.total > 1 {
		for _, n := range h.tiles.chunk {
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
	case boundAbs:
		b = appendDecimal(b, h.asked)
	case boundRel, boundPSNR:
		b = appendDecimal(b, h.asked)
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(h.eps))
	case boundPointwise:
		b = appendDecimal(b, h.asked)
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
	f := fields{b: payload}
	h := &header{}
	first := f.u8()
	h.DType = formats.DType(first & (1<<rankShift - 1))
	rank := int(first &^ flagChunk >> rankShift)
	if f.err == nil && !h.DType.Valid() {
		return nil, fmt.Errorf("unknown element type %d", byte(h.DType))
	}
	if f.err == nil && (rank < 1 || rank > formats.MaxRank) {
		return nil, fmt.Errorf("rank %d (want 1 to %d)", rank, formats.MaxRank)
	}
	h.Shape = make([]int, rank)
	chunk := make([]int, rank)
	for i := range h.Shape {
		h.Shape[i] = int(f.uvarint(math.MaxInt64 / 8))
		chunk[i] = max(h.Shape[i], 1)
	}
	if first&flagChunk != 0 {
		for i := range chunk {
			chunk[i] = int(f.uvarint(maxChunkValues))
		}
	}
	kind := f.u8()
	h.kind = boundKind(kind & boundMask)
	if unknown := kind &^ (boundMask | flagKeep | flagFill); f.err == nil && unknown != 0 {
		return nil, fmt.Errorf("%w: unknown flags %#x beside the kind of bound", ErrVersion, unknown)
	}
	switch h.kind {
	case boundAbs:
		h.asked = f.decimal()
		h.eps = h.asked
	case boundRel, boundPSNR:
		h.asked = f.decimal()
		h.eps = math.Float64frombits(f.u64())
	case boundNone:
		h.eps = math.Inf(1)
	case boundPointwise:
		h.asked = f.decimal()
		h.logEps = math.Float64frombits(f.u64())
	}
	if kind&flagFill != 0 {
		h.fills = make([]formats.Element, f.u8())
		for i := range h.fills {
			if b := f.bytes(h.DType.Size()); f.err == nil {
				h.fills[i] = formats.ElementAt(h.DType, b)
			}
		}
	}
	if kind&flagKeep != 0 {
		h.keep, h.others = f.guarantees()
	}
	if err := f.end(); err != nil {
		return nil, err
	}
	if err := checkFills(h.DType, h.fills); err != nil {
		return nil, err
	}
	if h.kind >= boundKinds {
		return nil, fmt.Errorf("unknown kind of bound %d", h.kind)
	}
	if math.IsNaN(h.eps) || h.eps < 0 || h.kind != boundNone && math.IsInf(h.eps, 0) {
		return nil, fmt.Errorf("bound %v", h.eps)
	}
	if h.kind == boundPointwise && !(h.asked > 0 && h.asked < 1 && h.logEps >= 0 && h.logEps <= maxLogEps) {
		return nil, fmt.Errorf("pointwise relative bound %v, %v of logarithms", h.asked, h.logEps)
	}
	if _, err := formats.CheckShape(h.Shape); err != nil {
		return nil, err
	}
	var err error
	h.tiles, err = newTiling(h.Shape, chunk, h.DType.Size())
	return h, err
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
