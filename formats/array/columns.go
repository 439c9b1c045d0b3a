package array

import (
	"bufio"
	"io"
	"slices"

	"github.com/morselcodec/morsel/formats/internal/fail"
)

// Columns returns 1-D arrays of equal length as the columns of a 2-D one. Its
// type is that of all, or else the first in the order of [DType]'s widths that
// holds each of them exactly. Errors match [ErrFormat].
func Columns(name string, sources []Source) (Source, error) {
	if len(sources) == 0 {
		return Source{}, fail.Malformedf("no columns")
	}
	rows := sources[0].Shape[0]
	for _, s := range sources {
		if len(s.Shape) != 1 || s.Shape[0] != rows {
			return Source{}, fail.Malformedf("columns of a 2-D array are 1-D and of equal length: %q is %s, %q is %s",
				sources[0].Name, FormatShape(sources[0].Shape), s.Name, FormatShape(s.Shape))
		}
	}
	sources = slices.Clone(sources)
	d, err := commonType(sources)
	if err != nil {
		return Source{}, err
	}
	h := Header{Name: name, DType: d, Shape: []int{rows, len(sources)}}
	return Source{Header: h, Values: func() (io.ReadCloser, error) { return readColumns(sources, d) }}, nil
}

// commonType finds a type that holds all sources exactly, and has those of
// whole numbers say them in it.
func commonType(sources []Source) (DType, error) {
	if !slices.ContainsFunc(sources, func(s Source) bool { return s.DType != sources[0].DType }) {
		return sources[0].DType, nil
	}
	candidates := []DType{Float16, Float32, Float64}
	if big := slices.IndexFunc(sources, func(s Source) bool { return s.DType == Int64 || s.DType == Uint64 }); big >= 0 {
		candidates = []DType{sources[big].DType}
	} else if !slices.ContainsFunc(sources, func(s Source) bool { return !s.DType.IsInteger() }) {
		candidates = []DType{Int8, Uint8, Int16, Uint16, Int32, Uint32, Int64}
	}
	var odd Source
next:
	for _, d := range candidates {
		for i, s := range sources {
			if s.Whole != nil && d.IsInteger() {
				w, err := s.Whole(d)
				if err != nil {
					return 0, err
				}
				sources[i] = w
			} else if !includes(d, s.DType) {
				odd = s
				continue next
			}
		}
		return d, nil
	}
	other := sources[slices.IndexFunc(sources, func(s Source) bool { return s.DType != odd.DType })]
	return 0, fail.Unsupportedf("no element type holds the columns %q (%v) and %q (%v): name one of them", odd.Name, odd.DType, other.Name, other.DType)
}

// includes reports whether d holds every value of the type s.
func includes(d, s DType) bool {
	precision := map[DType]int{Float16: 11, Float32: 24, Float64: 53}
	bits := 8 * s.Size()
	signed := s.IsInteger() && s < Uint8
	switch {
	case d == s:
		return true
	case !s.IsInteger():
		return !d.IsInteger() && precision[d] >= precision[s]
	case !d.IsInteger():
		return precision[d] >= bits
	case d >= Uint8:
		return !signed && d.Size() >= s.Size()
	case signed:
		return d.Size() >= s.Size()
	}
	return d.Size() > s.Size()
}

// readColumns interleaves the values of the sources as type d.
func readColumns(sources []Source, d DType) (io.ReadCloser, error) {
	c := &columnReader{dtype: d}
	for _, s := range sources {
		r, err := s.Open()
		if err != nil {
			_ = c.Close() // they were read from only
			return nil, err
		}
		c.closers = append(c.closers, r)
		c.columns = append(c.columns, bufio.NewReaderSize(r, columnBuffer(len(sources))))
		c.types = append(c.types, s.DType)
	}
	return c, nil
}

// columnBuffer keeps the buffers of many columns small.
func columnBuffer(columns int) int { return max(1<<14/columns, 64) }

type columnReader struct {
	columns []*bufio.Reader
	closers []io.Closer
	types   []DType
	dtype   DType
	row     []byte
	rest    []byte // of the row
}

func (c *columnReader) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		if err := c.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

// next reads a row.
func (c *columnReader) next() error {
	c.row = c.row[:0]
	var cell, wide [8]byte
	for i, r := range c.columns {
		b := cell[:c.types[i].Size()]
		if _, err := io.ReadFull(r, b); err != nil {
			if err == io.EOF && i == 0 {
				return io.EOF
			}
			return fail.Damage(err)
		}
		if c.types[i] != c.dtype {
			var v [1]float64
			if err := Promote(v[:], b, c.types[i]); err != nil {
				return err
			}
			b = wide[:c.dtype.Size()]
			Demote(b, v[:], c.dtype)
		}
		c.row = append(c.row, b...)
	}
	c.rest = c.row
	return nil
}

func (c *columnReader) Close() error {
	for _, r := range c.closers {
		_ = r.Close() // they were read from only
	}
	return nil
}
