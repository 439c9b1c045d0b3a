package codec

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/morselcodec/morsel/codec/internal/container"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/formats/array"
)

// Encode writes a as an archive and reports on it; see [EncodeSource].
func Encode[T array.Float](ctx context.Context, w io.Writer, a *array.Array[T], o *Options) (Stats, error) {
	if err := a.Check(); err != nil {
		return Stats{}, err
	}
	return encode(ctx, w, fromArray(a), o)
}

// Decode reads an archive. T must hold the archive's element type exactly; see
// [array.DType.NeedsFloat64].
func Decode[T array.Float](ctx context.Context, r io.Reader, o *DecodeOptions) (*array.Array[T], error) {
	dec, err := NewReader(ctx, r, o)
	if err != nil {
		return nil, err
	}
	h := dec.Header()
	a := &array.Array[T]{Name: h.Name, DType: h.DType, Shape: h.Shape}
	if h.DType.NeedsFloat64() && array.DTypeOf[T]() == array.Float32 {
		return nil, fmt.Errorf("%w: float32 cannot hold %v exactly; decode as float64", array.ErrFormat, h.DType)
	}
	values, err := h.Check()
	if err != nil {
		return nil, err
	}
	size := h.DType.Size()
	buf := make([]byte, max(min(values, 1<<16)*int64(size), 1))
	for left := values; left > 0; {
		n := int(min(left, 1<<16))
		if _, err := io.ReadFull(dec, buf[:n*size]); err != nil {
			return nil, unexpected(err)
		}
		old := len(a.Data)
		if old == 0 { // something is there: up to 2^25 values need not grow
			a.Data = make([]T, 0, min(values, 1<<25))
		}
		a.Data = append(a.Data, make([]T, n)...)
		if err := array.Promote(a.Data[old:], buf[:n*size], h.DType); err != nil {
			return nil, err
		}
		left -= int64(n)
	}
	// The archive's end is looked at before its values are trusted.
	if n, err := dec.Read(buf[:1]); n > 0 || err != io.EOF {
		return nil, unexpected(err)
	}
	return a, nil
}

// unexpected is the error of a reader that ended, or went on, where its header
// does not say so; its other errors are what they are.
func unexpected(err error) error {
	if err == nil || err == io.EOF || err == io.ErrUnexpectedEOF {
		return fault.At("chunk", -1, errors.New("not as many values as the shape says"))
	}
	return err
}

// IsArchive reports whether head, the first bytes of a file, are those of an
// archive; four are enough.
func IsArchive(head []byte) bool { return container.IsArchive(head) }
