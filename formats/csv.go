package formats

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// openCSV reads every numeric column of a comma-separated file as a 1-D float64
// array. The first row is a header when none of its cells is a number. A column
// is numeric when its first cell with content is; others (time stamps, labels)
// are skipped. Missing values are NaN: empty cells, NA, N/A, null, None and nan.
// Blank lines are not rows.
func openCSV(in input, o *OpenOptions) ([]Source, error) {
	r, err := in.open(0)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	t := &csvTable{room: o.maxBytes() / 8}
	if in.length >= 0 {
		err = t.read(r)
	} else { // a line could unpack without end
		err = t.read(&limitedReader{r, o.maxBytes()})
	}
	if err != nil {
		return nil, err
	}
	var sources []Source
	for i, c := range t.columns {
		if c.kind != csvNumeric {
			continue
		}
		a := &Array[float64]{Name: c.name, DType: Float64, Shape: []int{len(c.values)}, Data: c.values}
		if a.Name == "" {
			a.Name = fmt.Sprintf("column%d", i+1)
		}
		sources = append(sources, FromArray(a))
	}
	if len(sources) == 0 {
		return nil, badf("csv: no numeric column among %d", len(t.columns))
	}
	return sources, nil
}

type csvTable struct {
	columns []csvColumn
	rows    int
	room    int64 // values that memory may still take
}

type csvColumn struct {
	name   string
	kind   int
	values []float64
}

const (
	csvEmpty = iota // no cell had content so far
	csvNumeric
	csvText
)

func (t *csvTable) read(r io.Reader) error {
	b := bufio.NewReaderSize(r, 1<<16)
	if mark, _ := b.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = b.Discard(3) // they are there
	}
	c := csv.NewReader(b)
	c.ReuseRecord = true
	for first := true; ; first = false {
		record, err := c.Read()
		var at *csv.ParseError
		switch {
		case err == io.EOF:
			return nil
		case errors.As(err, &at) && errors.Is(err, csv.ErrFieldCount):
			return badf("csv: line %d: want %d columns, found %d", at.Line, len(t.columns), len(record))
		case at != nil:
			return badf("csv: line %d, byte %d: %w", at.Line, at.Column, at.Err)
		case err != nil:
			return damage(err)
		}
		if first {
			t.columns = make([]csvColumn, len(record))
			if isCSVHeader(record) {
				for i, name := range record {
					t.columns[i].name = strings.TrimSpace(strings.Clone(name))
				}
				continue
			}
		}
		if err := t.add(c, record); err != nil {
			return err
		}
	}
}

// add appends a row.
func (t *csvTable) add(r *csv.Reader, record []string) error {
	for i, cell := range record {
		c := &t.columns[i]
		if c.kind == csvText {
			continue
		}
		v, err := parseCell(cell)
		switch {
		case err == nil && c.kind == csvEmpty && !isMissing(cell):
			c.kind = csvNumeric
			t.room -= int64(t.rows)
			for range t.rows {
				c.values = append(c.values, math.NaN())
			}
		case err != nil && c.kind == csvEmpty:
			c.kind = csvText
		case err != nil:
			line, _ := r.FieldPos(i)
			return badf("csv: line %d, column %d: want a number, found %q", line, i+1, cell)
		}
		if c.kind == csvNumeric {
			if t.room--; t.room < 0 {
				return badf("csv: the values need more memory than the limit allows: raise it if the file can be trusted")
			}
			c.values = append(c.values, v)
		}
	}
	t.rows++
	return nil
}

func isCSVHeader(record []string) bool {
	for _, cell := range record {
		if _, err := parseCell(cell); err == nil && !isMissing(cell) {
			return false
		}
	}
	return true
}

func isMissing(cell string) bool {
	switch strings.TrimSpace(cell) {
	case "", "NA", "N/A", "null", "None", "nan", "NaN", "NAN":
		return true
	}
	return false
}

func parseCell(cell string) (float64, error) {
	if isMissing(cell) {
		return math.NaN(), nil
	}
	return strconv.ParseFloat(strings.TrimSpace(cell), 64)
}

// writeCSV writes 1-D arrays of equal length as columns, or one 2-D array as
// its rows. A header row is written when an array has a name. Numbers are the
// shortest that read back as the same value of their type.
func writeCSV(w io.Writer, sources []Source) error {
	h := sources[0].Header
	rows, width := h.Shape[0], 1
	switch {
	case len(sources) == 1 && len(h.Shape) == 2:
		width = h.Shape[1]
	default:
		for _, s := range sources {
			if len(s.Shape) != 1 || s.Shape[0] != rows {
				return fmt.Errorf("csv: cannot hold %s beside %s (want 1-D arrays of equal length, or one 2-D array)",
					FormatShape(s.Shape), FormatShape(h.Shape))
			}
		}
	}
	columns := make([]io.Reader, len(sources))
	for i, s := range sources {
		r, err := openValues(s)
		if err != nil {
			return err
		}
		defer r.Close()
		columns[i] = bufio.NewReaderSize(r, 1<<14)
	}
	b := bufio.NewWriterSize(w, 1<<16)
	if names := csvNames(sources, width); names != nil {
		c := csv.NewWriter(b)
		if err := c.Write(names); err != nil {
			return err
		}
		c.Flush()
	}
	var line []byte
	var cell [8]byte
	for range rows {
		line = line[:0]
		for i, s := range sources {
			for range width {
				v := cell[:s.DType.Size()]
				if _, err := io.ReadFull(columns[i], v); err != nil {
					return damage(err)
				}
				line = append(appendNumber(line, v, s.DType), ',')
			}
		}
		if len(line) == 0 {
			break // no columns, no lines
		}
		line[len(line)-1] = '\n'
		if _, err := b.Write(line); err != nil {
			return err
		}
	}
	for _, c := range columns { // sees a damaged end
		if _, err := c.Read(cell[:1]); err != io.EOF {
			return damage(err)
		}
	}
	return b.Flush()
}

// csvNames returns the header row, nil for none. A name that reads as a number
// would turn the header into data.
func csvNames(sources []Source, width int) []string {
	if len(sources) == 1 && sources[0].Name == "" {
		return nil
	}
	var names []string
	for _, name := range uniqueNames(sources, "column", "column%d") {
		if _, err := parseCell(name); err == nil {
			name = "column " + name
		}
		if width == 1 {
			names = append(names, name)
			continue
		}
		for i := range width {
			names = append(names, fmt.Sprintf("%s[%d]", name, i))
		}
	}
	return names
}

// appendNumber formats one little-endian element.
func appendNumber(dst, v []byte, d DType) []byte {
	if d.IsInteger() {
		return appendInteger(dst, v, d)
	}
	var f [1]float64
	if Promote(f[:], v, d) != nil {
		panic("formats: not an element type")
	}
	switch {
	case math.IsNaN(f[0]):
		return append(dst, "NaN"...)
	case math.IsInf(f[0], 1):
		return append(dst, "Inf"...)
	case d == Float64:
		return strconv.AppendFloat(dst, f[0], 'g', -1, 64)
	}
	return strconv.AppendFloat(dst, f[0], 'g', -1, 32)
}

// appendInteger keeps integers beyond 2^53 exact.
func appendInteger(dst, v []byte, d DType) []byte {
	var u uint64
	for i, b := range v {
		u |= uint64(b) << (8 * i)
	}
	if d >= Uint8 {
		return strconv.AppendUint(dst, u, 10)
	}
	shift := 64 - 8*len(v)
	return strconv.AppendInt(dst, int64(u<<shift)>>shift, 10)
}
