package array

import (
	"bytes"
	"io"

	"github.com/morselcodec/morsel/formats/internal/fail"
)

// Permuted returns s with its axes reordered: axis i of the result is axis
// perm[i] of s. It holds the whole array in memory while it is read, twice, which is an
// error beyond limit bytes.
func Permuted(s Source, perm []int, limit int64) (Source, error) {
	n, err := s.Check()
	if err != nil {
		return Source{}, err
	}
	if need := n * int64(s.DType.Size()); need > limit/2 {
		return Source{}, fail.TooLarge("an array that is not in C order", 2*min(need, MaxValues), limit)
	}
	h := s.Header
	h.Shape = make([]int, len(perm))
	for i, p := range perm {
		h.Shape[i] = s.Shape[p]
	}
	return Source{Header: h, Values: func() (io.ReadCloser, error) {
		src, err := s.Bytes()
		if err != nil {
			return nil, err
		}
		return io.NopCloser(bytes.NewReader(permute(src, s.Shape, perm, s.DType.Size()))), nil
	}}, nil
}

// permute reorders the axes of row-major elements of size bytes.
func permute(src []byte, shape, perm []int, size int) []byte {
	stride := make([]int, len(shape)) // of src, in bytes
	for i, s := len(shape)-1, size; i >= 0; i-- {
		stride[i] = s
		s *= shape[i]
	}
	dst := make([]byte, 0, len(src))
	if len(src) == 0 {
		return dst
	}
	var walk func(axis, at int)
	walk = func(axis, at int) {
		p := perm[axis]
		for range shape[p] {
			if axis == len(perm)-1 {
				dst = append(dst, src[at:at+size]...)
			} else {
				walk(axis+1, at)
			}
			at += stride[p]
		}
	}
	walk(0, 0)
	return dst
}
