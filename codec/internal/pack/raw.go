package pack

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/morselcodec/morsel/codec/internal/interrupt"
	"github.com/morselcodec/morsel/codec/internal/wire"
)

// How a block's bytes are packed.
const (
	Plain = 0
	Zstd  = 1
)

// The encoders by level: fast up to 3, default to 6, best from 7.
var zstdEncoders = [...]sync.Pool{
	{New: newZstdEncoder(zstd.SpeedFastest)}, {New: newZstdEncoder(zstd.SpeedDefault)}, {New: newZstdEncoder(zstd.SpeedBestCompression)},
}

func newZstdEncoder(level zstd.EncoderLevel) func() any {
	return func() any {
		e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(level), zstd.WithEncoderCRC(false), zstd.WithSingleSegment(true), zstd.WithEncoderConcurrency(1))
		if err != nil {
			panic(err) // the options are constants
		}
		return e
	}
}

// piece is how much is packed between two looks whether to go on.
const piece = 1 << 18

func Compress(dst, src []byte, level int, stop *interrupt.Watch) []byte {
	pool := &zstdEncoders[min((level-1)/3, 2)]
	e := pool.Get().(*zstd.Encoder)
	defer pool.Put(e)
	if len(src) <= piece {
		return e.EncodeAll(src, dst)
	}
	b := bytes.NewBuffer(dst) // which does not fail, and so nor do Write and Close
	e.ResetContentSize(b, int64(len(src)))
	for piece := range slices.Chunk(src, piece) {
		stop.Check()
		_, _ = e.Write(piece)
	}
	_ = e.Close()
	return b.Bytes()
}

var zstdDecoder = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		panic(err) // the options are constants
	}
	return d
})

// Decompress returns what a zstd frame holds, which must be limit bytes at
// most and be stated in the frame's header.
func Decompress(frame []byte, limit int) ([]byte, error) {
	n, err := zstdSize(frame, limit)
	if err != nil {
		return nil, err
	}
	return zstdDecoder().DecodeAll(frame, make([]byte, 0, n))
}

// zstdSize returns how many bytes a zstd frame says that it holds.
func zstdSize(frame []byte, limit int) (int, error) {
	var h zstd.Header
	if err := h.Decode(frame); err != nil {
		return 0, err
	}
	// No frame holds more than maxExpansion times its own length.
	const maxExpansion = 1 << 15
	if !h.HasFCS || h.FrameContentSize > uint64(limit) || h.FrameContentSize/maxExpansion > uint64(len(frame)) {
		return 0, fmt.Errorf("zstd frame of %d bytes claims to hold %d, at most %d are expected", len(frame), h.FrameContentSize, limit)
	}
	return int(h.FrameContentSize), nil
}

// AppendRaw appends the block payload of elements stored as they are, in the
// smaller packing.
func AppendRaw(b, elements []byte, size, level int, stop *interrupt.Watch) []byte {
	start := len(b)
	b = append(b, Zstd)
	b = Compress(b, Shuffle(elements, size), level, stop)
	if len(b)-start <= len(elements) {
		return b
	}
	b = append(b[:start], Plain)
	return append(b, elements...)
}

// ParseRaw fills dst with elements.
func ParseRaw(dst, payload []byte, size int) error {
	f := wire.Fields{B: payload}
	switch pack := f.U8(); pack {
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
		return fmt.Errorf("unknown packing %d", pack)
	}
}

// CheckRaw checks what parseRaw would, as far as the head tells.
func CheckRaw(payload []byte, n, size int) error {
	f := wire.Fields{B: payload}
	switch pack := f.U8(); pack {
	case Plain:
		f.Bytes(n * size)
		return f.End()
	case Zstd:
		_, err := zstdSize(f.B, n*size)
		return err
	default:
		f.Fail("unknown packing %d", pack)
		return f.Err
	}
}

// Shuffle puts the first bytes of all elements first, then the second bytes,
// and so on.
func Shuffle(b []byte, size int) []byte {
	n := len(b) / size
	out := make([]byte, len(b))
	for k := range size {
		plane := out[k*n : (k+1)*n]
		for i := range plane {
			plane[i] = b[i*size+k]
		}
	}
	return out
}

// unshuffle is the inverse of Shuffle.
func unshuffle(dst, b []byte, size int) {
	n := len(b) / size
	for k := range size {
		for i, v := range b[k*n : (k+1)*n] {
			dst[i*size+k] = v
		}
	}
}
