package pack

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/morselcodec/morsel/codec/internal/interrupt"
	"github.com/morselcodec/morsel/internal/wire"
)

// zstdEncoders hold encoders by level: fast up to 3, default to 6, best from 7.
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

// pieceBytes is how much is compressed between two looks at the context.
const pieceBytes = 1 << 18

// Compress appends to dst a zstd frame of src, which states its content size. level
// is that of effort, 1 to 9; watch ends the work by a panic, see package interrupt.
func Compress(dst, src []byte, level int, watch *interrupt.Watch) []byte {
	pool := &zstdEncoders[min((level-1)/3, 2)]
	e := pool.Get().(*zstd.Encoder)
	defer pool.Put(e)
	if len(src) <= pieceBytes {
		return e.EncodeAll(src, dst)
	}
	b := bytes.NewBuffer(dst) // which does not fail, and so nor do Write and Close
	e.ResetContentSize(b, int64(len(src)))
	for piece := range slices.Chunk(src, pieceBytes) {
		watch.Check()
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

// Decompress returns the content of a zstd frame, of limit bytes at most, which the
// frame must state.
func Decompress(frame []byte, limit int) ([]byte, error) {
	n, err := zstdSize(frame, limit)
	if err != nil {
		return nil, err
	}
	if err := wire.OneFrame(frame); err != nil {
		return nil, err
	}
	return zstdDecoder().DecodeAll(frame, make([]byte, 0, n))
}

// zstdSize returns the content size that a frame states; more than limit is an error.
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
