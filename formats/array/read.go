package array

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/morselcodec/morsel/formats/internal/fail"
)

// Read loads an array. T must hold the source's type exactly (see
// [DType.NeedsFloat64]); a source that T cannot hold, and integers beyond 2^53,
// are errors matching [ErrInexact].
func Read[T Float](s Source) (*Array[T], error) {
	n, err := s.Check()
	if err != nil {
		return nil, err
	}
	if s.DType.NeedsFloat64() && DTypeOf[T]() == Float32 {
		return nil, fmt.Errorf("%w: float32 cannot hold %v: read it as float64", ErrInexact, s.DType)
	}
	if n > math.MaxInt/8 {
		return nil, fmt.Errorf("%w: %s does not fit into this machine's memory", ErrShape, FormatShape(s.Shape))
	}
	r, err := s.Values()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	size := s.DType.Size()
	buf := make([]byte, min(n, 1<<15)*int64(size))
	var data []T
	for len(data) < int(n) {
		data = grow(data, int(n))
		done := len(data)
		k := min(cap(data)-done, len(buf)/size)
		if _, err := io.ReadFull(r, buf[:k*size]); err != nil {
			return nil, fail.Damage(err)
		}
		data = data[:done+k]
		if err := Promote(data[done:], buf[:k*size], s.DType); err != nil {
			if e, ok := errors.AsType[*inexactError](err); ok {
				e.at += int64(done)
			}
			return nil, err
		}
	}
	if k, err := io.ReadFull(r, make([]byte, 1)); k > 0 {
		return nil, fail.Malformedf("more than %d values", n)
	} else if err != io.EOF {
		return nil, fail.Damage(err)
	}
	return &Array[T]{Name: s.Name, DType: s.DType, Shape: slices.Clone(s.Shape), Data: data}, nil
}

// grow returns s with room for another element, n in all at most. It allocates
// no more than a few times what has been read so far, so that a header alone
// cannot take memory.
func grow[T any](s []T, n int) []T {
	if len(s) < cap(s) {
		return s
	}
	t := make([]T, len(s), min(n, max(1<<22, 4*len(s))))
	copy(t, s)
	return t
}

// Convert32 rounds an array to float32, as for training: values are rounded to
// nearest and become infinite beyond the range of float32. The result's DType
// is that of a where float32 holds it, else [Float32].
func Convert32(a *Array[float64]) *Array[float32] {
	d := a.Header().DType
	if d.NeedsFloat64() {
		d = Float32
	}
	b := &Array[float32]{Name: a.Name, DType: d, Shape: slices.Clone(a.Shape), Data: make([]float32, len(a.Data))}
	for i, v := range a.Data {
		b.Data[i] = float32(v)
	}
	return b
}
