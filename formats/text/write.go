package text

import (
	"bufio"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

// Write writes 1-D arrays of equal length as columns, or one 2-D array as
// its rows, under the headings of [heading]. Those of an array without a name
// are a comment. Numbers are the shortest that read back as the same value of their
// type (half floats as float32).
func Write(w io.Writer, sources []array.Source) error {
	h := sources[0].Header
	rows, width := h.Shape[0], 1
	switch {
	case len(sources) == 1 && len(h.Shape) == 2 && h.Shape[1] == 0:
		return fail.Unsupportedf("csv: cannot hold %s: there is no column", array.FormatShape(h.Shape))
	case len(sources) == 1 && len(h.Shape) == 2:
		width = h.Shape[1]
	case len(sources) == 1 && len(h.Shape) > 2:
		return fail.Unsupportedf("csv: cannot hold %s (want 1-D arrays of equal length, or one 2-D array); write npy, or a part of it", array.FormatShape(h.Shape))
	default:
		for _, s := range sources {
			if len(s.Shape) != 1 || s.Shape[0] != rows {
				return fail.Unsupportedf("csv: cannot hold %s beside %s (want 1-D arrays of equal length, or one 2-D array)",
					array.FormatShape(s.Shape), array.FormatShape(h.Shape))
			}
		}
	}
	columns := make([]io.Reader, len(sources))
	for i, s := range sources {
		r, err := s.Open()
		if err != nil {
			return err
		}
		defer r.Close()
		columns[i] = bufio.NewReaderSize(r, 1<<14)
	}
	b := bufio.NewWriterSize(w, 1<<16)
	if _, err := b.WriteString(headings(sources, width)); err != nil {
		return err
	}
	var line []byte
	var cell [8]byte
	for range rows {
		line = line[:0]
		for i, s := range sources {
			for range width {
				v := cell[:s.DType.Size()]
				if _, err := io.ReadFull(columns[i], v); err != nil {
					return fail.Damage(err)
				}
				line = append(appendNumber(line, v, s.DType), ',')
			}
		}
		line[len(line)-1] = '\n'
		if _, err := b.Write(line); err != nil {
			return err
		}
	}
	for _, c := range columns { // sees a damaged end
		if _, err := c.Read(cell[:1]); err != io.EOF {
			return fail.Damage(err)
		}
	}
	return b.Flush()
}

// headings returns the first line. It gives types where the values would
// not tell.
func headings(sources []array.Source, width int) string {
	var b strings.Builder
	names := array.UniqueNames(sources, "column", "column%d")
	if len(sources) == 1 && sources[0].Name == "" {
		names[0] = ""
		b.WriteString("# ")
	}
	grid := len(sources[0].Shape) == 2
	for i, s := range sources {
		h := heading{name: names[i], index: -1}
		if grid || s.DType != array.Float64 || s.Shape[0] == 0 || h.name == "" || parseHeading(h.name).typed != 0 ||
			parseCell(h.name, true).kind != kindText {
			h.typed = s.DType
		}
		for k := range width {
			if grid {
				h.index = k
			}
			if i+k > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quoteHeading(h.String()))
		}
	}
	b.WriteByte('\n')
	return b.String()
}

// quoteHeading quotes what might be taken for several cells or a comment.
func quoteHeading(s string) string {
	if !strings.ContainsAny(s, delimiters+"\"\r\n#") {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

// appendNumber formats one little-endian element. Whole numbers show all their
// digits; beyond 2^53 floats have an exponent, by which a reader tells them
// from integers.
func appendNumber(dst, v []byte, d array.DType) []byte {
	if d.IsInteger() {
		return array.ElementAt(d, v).AppendInteger(dst)
	}
	var value [1]float64
	if array.Promote(value[:], v, d) != nil {
		panic("formats: not an element type")
	}
	f, bits := value[0], 32
	if d == array.Float64 {
		bits = 64
	}
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Inf"...)
	case f == 0 || math.Abs(f) >= 1e-4 && math.Abs(f) <= array.MaxExactInteger:
		return strconv.AppendFloat(dst, f, 'f', -1, bits)
	}
	return strconv.AppendFloat(dst, f, 'e', -1, bits)
}
