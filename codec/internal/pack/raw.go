// Package pack stores bytes that are not predicted, plain or by zstd (RFC 8878),
// whichever is shorter: elements as they are, shuffled before, and latents (package
// latent).
//
// To shuffle elements is to put their first bytes first, then all second bytes, and
// so on.
//
// See sections 7.1 and 7.4 of FORMAT.md.
package pack

import (
	"fmt"

	"github.com/morselcodec/morsel/codec/internal/interrupt"
	"github.com/morselcodec/morsel/internal/wire"
)

// Packings, by the number that the format gives them.
const (
	Plain = 0
	Zstd  = 1
)

// AppendRaw appends to b the payload of a raw block of elements, of size bytes
// each, in the shorter packing. level is that of effort, 1 to 9.
func AppendRaw(b, elements []byte, size, level int, watch *interrupt.Watch) []byte {
	start := len(b)
	b = append(b, Zstd)
	b = Compress(b, Shuffle(elements, size), level, watch)
	if len(b)-start <= len(elements) {
		return b
	}
	b = append(b[:start], Plain)
	return append(b, elements...)
}

// ParseRaw fills dst with the elements, of size bytes each, of a raw block's payload.
func ParseRaw(dst, payload []byte, size int) error {
	f := wire.Fields{B: payload}
	switch packing := f.U8(); packing {
	case Plain:
		copy(dst, f.Bytes(len(dst)))
		return f.End()
	case Zstd:
		b, err := Decompress(f.B, len(dst))
		if err != nil {
			return err
		}
		if len(b) != len(dst) {
			return fmt.Errorf("expected %d bytes, found %d", len(dst), len(b))
		}
		unshuffle(dst, b, size)
		return nil
	default:
		return fmt.Errorf("unknown packing %d", packing)
	}
}

// CheckRaw returns the errors that ParseRaw would, of n elements, as far as the
// head tells.
func CheckRaw(payload []byte, n, size int) error {
	f := wire.Fields{B: payload}
	switch packing := f.U8(); packing {
	case Plain:
		f.Bytes(n * size)
		return f.End()
	case Zstd:
		_, err := zstdSize(f.B, n*size)
		return err
	default:
		f.Fail("unknown packing %d", packing)
		return f.Err
	}
}
