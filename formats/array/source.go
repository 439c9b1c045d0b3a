package array

import (
	"bytes"
	"fmt"
	"io"
	"math"

	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/internal/stream"
)

// Source is one array of a file. Values may be called any number of times, also
// by several goroutines at once, and streams exactly the array's values, row-major,
// as little-endian elements of DType; an error of its Read matches [ErrFormat]
// when the file is damaged.
//
// Note says what a reader had to decide for itself, such as how it read the
// file's name; "" is nothing to speak of.
//
// Fills are values that stand for missing ones where the file says so, such as
// the nulls of integers: declare them as fill values when compressing.
type Source struct {
	Header
	Values func() (io.ReadCloser, error)
	Note   string
	Fills  []Element

	// Whole, if set, says the values, whole numbers of float64, exactly as an
	// integer type of 64 bits.
	Whole func(DType) (Source, error)
}

// Skipped is an entry of a file that is no array: a column of text, an object,
// an array of too many axes. The rest of the file can be read all the same.
type Skipped struct {
	Name string
	Err  error // why; matches [ErrFormat]
}

// Open opens the values and holds them to the header: fewer or more than that are
// an error that matches [ErrFormat].
func (s Source) Open() (io.ReadCloser, error) {
	n, err := s.Check()
	if err != nil {
		return nil, err
	}
	r, err := s.Values()
	if err != nil {
		return nil, err
	}
	want := n * int64(s.DType.Size())
	return stream.Exactly(r, want), nil
}

// Bytes reads the values into memory, little-endian.
func (s Source) Bytes() ([]byte, error) {
	n, err := s.Check()
	if err != nil {
		return nil, err
	}
	size := n * int64(s.DType.Size())
	if size > math.MaxInt {
		return nil, fmt.Errorf("%w: %s does not fit into this machine's memory", ErrShape, FormatShape(s.Shape))
	}
	r, err := s.Values()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	e := stream.Exactly(r, size)
	var b []byte
	for len(b) < int(size) {
		b = grow(b, int(size))
		k, err := e.Read(b[len(b):cap(b)])
		b = b[:len(b)+k]
		if err != nil {
			return nil, err
		}
	}
	if _, err := e.Read(nil); err != io.EOF {
		return nil, fail.Damage(err)
	}
	return b, nil
}

// Copy writes the values to w, little-endian or else big-endian, in pieces.
func (s Source) Copy(w io.Writer, bigEndian bool) error {
	r, err := s.Open()
	if err != nil {
		return err
	}
	if bigEndian {
		r = stream.Swapped(r, s.DType.Size())
	}
	defer r.Close()
	_, err = io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{r}, make([]byte, 1<<18))
	return err
}

// FromArray returns the source of an array in memory. The array must not change
// while the source is in use; one that fails its Check gives that error when
// the values are asked for.
func FromArray[T Float](a *Array[T]) Source {
	h := a.Header()
	return Source{Header: h, Values: func() (io.ReadCloser, error) {
		if err := a.Check(); err != nil {
			return nil, err
		}
		return &arrayReader[T]{data: a.Data, dtype: h.DType}, nil
	}}
}

// arrayReader demotes values piece by piece.
type arrayReader[T Float] struct {
	data  []T
	dtype DType
	buf   []byte
	out   []byte
}

func (a *arrayReader[T]) Read(p []byte) (int, error) {
	if len(a.out) == 0 {
		if len(a.data) == 0 {
			return 0, io.EOF
		}
		k := min(len(a.data), 1<<12)
		if a.buf == nil {
			a.buf = make([]byte, k*a.dtype.Size())
		}
		a.out = a.buf[:k*a.dtype.Size()]
		Demote(a.out, a.data[:k], a.dtype)
		a.data = a.data[k:]
	}
	n := copy(p, a.out)
	a.out = a.out[n:]
	return n, nil
}

func (a *arrayReader[T]) Close() error { return nil }

// FromBytes returns the source of an array whose little-endian values are in
// memory.
func FromBytes(h Header, values []byte) Source {
	return Source{Header: h, Values: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(values)), nil
	}}
}
