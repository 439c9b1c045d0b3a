// Package npy reads and writes the files of NumPy: NPY, of one array, and NPZ, a zip
// file of them, as numpy.lib.format defines them.
package npy

import (
	"io"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/input"
)

// Open reads the header of an NPY file. An array in Fortran order takes twice
// its bytes of memory when it is read, which is an error beyond limit.
func Open(in input.Input, limit int64) (array.Source, error) {
	r, err := in.Open(0)
	if err != nil {
		return array.Source{}, err
	}
	defer r.Close()
	h, err := readHeader(r)
	if err != nil {
		return array.Source{}, err
	}
	shape := h.Shape
	if h.fortran {
		h.Shape = make([]int, len(shape)) // as the bytes lie
		for i, d := range shape {
			h.Shape[len(shape)-1-i] = d
		}
	}
	s, err := in.Source(h.Header, h.length, h.bigEndian)
	if err == nil && h.fortran && len(shape) > 1 {
		s, err = array.Permuted(s, reversed(len(shape)), limit)
	}
	if h.boolean {
		s.Note = noteBool
	}
	return s, err
}

// noteBool is said of arrays of booleans.
const noteBool = "booleans are read as u8: 0 and 1"

// Write writes an array as NumPy does, byte for byte.
func Write(w io.Writer, s array.Source) error {
	b, err := formatHeader(s.Header)
	if err != nil {
		return err
	}
	if _, err := w.Write(b); err != nil {
		return err
	}
	return s.Copy(w, false)
}

// reversed returns the permutation that turns Fortran order into C order.
func reversed(rank int) []int {
	p := make([]int, rank)
	for i := range p {
		p[i] = rank - 1 - i
	}
	return p
}
