// Package text reads and writes tables of text, such as CSV, whose numeric columns
// are arrays of one dimension.
//
// Cells stand between commas, semicolons, tabs, bars or blanks, white space
// around them and quotation marks aside. Blank lines and lines that begin with "#"
// are no rows; the last such line before the first row may name the columns, as
// that of np.savetxt does. The first row names them if it has text above numbers, and
// rows of text below it, above numbers, are units. Empty cells, NA, N/A, NULL,
// None, - and -- are NaN. Exponents may be written with D, and decimals with a
// comma where semicolons stand between the cells.
//
// A column is float64; if all of it are whole numbers and some are beyond 2^53 it
// is int64 or uint64, and where no type holds it, an error. Columns of which most
// is text are passed over, and so is, as damaged, a column of numbers with a cell
// that cannot be read. Together (":") columns have the narrowest type that holds
// each of them, int64 or uint64 if one of them has that and the others are whole.
//
// What numbers alone do not tell is written into the headings: "u:f32" is a column
// of that type, "u:f32[0]" the first of a 2-D array. So arrays read back as they
// were written, but for the bits of NaN.
package text

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/input"
	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/internal/stream"
)

// Options says what a text leaves open.
type Options struct {
	DType     array.DType // that numbers of columns without a type are read as, 0 for what they need
	Delimiter byte        // between cells, a space for any run of blanks; 0 means to be found out
	MaxBytes  int64       // limits the memory that the values take; 0 means 4 GiB
}

// Open reads the numeric columns of a text table; the package comment says
// what counts as what.
func Open(in input.Input, o Options) ([]array.Source, []array.Skipped, error) {
	o.MaxBytes = input.Limit(o.MaxBytes)
	r, err := in.Open(0)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	if in.Length < 0 { // a line could unpack without end
		r = stream.Limited(r, o.MaxBytes)
	}
	rows, err := newRowReader(r, o.Delimiter)
	if err != nil {
		return nil, nil, err
	}
	rows.most = int(min(o.MaxBytes/columnBytes, math.MaxInt-1)) + 1
	t := &table{rows: rows, commas: rows.delimiter == ';', dtype: o.DType, room: o.MaxBytes}
	if err := t.read(); err != nil {
		return nil, nil, err
	}
	return t.arrays()
}

// table is a text whose columns grow row by row.
type table struct {
	rows    *rowReader
	commas  bool        // decimal ones are read
	dtype   array.DType // that numbers are read as, 0 for what they need
	columns []column
	length  int
	room    int64 // bytes that the values may still take
	notes   []string
}

const columnBytes = 512 // that a column takes beside its values

// read reads all rows.
func (t *table) read() error {
	var h head
	var comment string
	for !h.done {
		err := t.rows.read()
		if len(h.rows) == 0 {
			comment = t.rows.comment
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		h.add(t.rows.row, slices.Clone(t.rows.cells), t.commas)
	}
	if err := t.begin(&h, comment); err != nil {
		return err
	}
	for {
		switch err := t.rows.read(); err {
		case nil:
			if err := t.add(t.rows.row, t.rows.cells); err != nil {
				return err
			}
		case io.EOF:
			return nil
		default:
			return err
		}
	}
}

// begin names the columns by the head of the file, and adds what of it is data.
func (t *table) begin(head *head, comment string) error {
	titles := head.titles(t.commas)
	var first []string
	switch {
	case len(head.rows) == 0:
		first = typedNames(comment)
	case titles > 0 && titles < len(head.rows) && len(head.rows[titles]) == len(head.rows[0])+1 && t.rows.delimiter != ',':
		first = append([]string{""}, head.rows[0]...) // labels of rows have no name; with commas they could be decimal ones
	default:
		first = head.rows[0]
	}
	names := first
	if titles == 0 {
		names = commentNames(comment, t.rows.delimiter, len(first))
	}
	for i := 1; i < titles; i++ {
		t.notes = append(t.notes, fmt.Sprintf("row %d of the file (%.60q) is taken for units", head.at[i], strings.Join(head.rows[i], " ")))
	}
	t.columns = make([]column, len(first))
	t.room -= columnBytes * int64(len(first))
	for i := range t.columns {
		c := &t.columns[i]
		c.held, c.index = kindWhole, -1
		if names != nil {
			c.heading = parseHeading(names[i])
		}
		if c.typed != 0 {
			continue
		}
		if c.name == "" {
			c.name = fmt.Sprintf("column%d", i+1)
		}
		c.typed, c.asked = t.dtype, t.dtype != 0
	}
	for i := titles; i < len(head.rows); i++ {
		if err := t.add(head.at[i], head.rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// add appends a row.
func (t *table) add(row int, cells []string) error {
	if len(cells) != len(t.columns) {
		hint := ""
		if t.rows.delimiter == ',' && len(cells) > len(t.columns) {
			hint = "; if commas are decimal marks, write points or separate with semicolons"
		}
		return fail.Malformedf("csv: row %d: want %d columns, found %d (%s between them)%s",
			row, len(t.columns), len(cells), delimiterName(t.rows.delimiter), hint)
	}
	for i, cell := range cells {
		if t.room -= t.columns[i].add(row, cell, t.commas); t.room < 0 {
			return fail.Limitf("csv: the values need more memory than that")
		}
	}
	t.length++
	return nil
}

func delimiterName(c byte) string {
	switch c {
	case '\t':
		return "tabs"
	case ' ':
		return "blanks"
	}
	return fmt.Sprintf("%q", c)
}

// arrays makes arrays of the columns.
func (t *table) arrays() (sources []array.Source, skipped []array.Skipped, err error) {
	t.judgeCommas()
	for i := 0; i < len(t.columns); {
		n := t.grid(i)
		var s array.Source
		if n > 0 {
			s, err = t.together(t.columns[i : i+n])
		} else {
			n = 1
			s, err = t.columns[i].source(t.length)
		}
		name := t.columns[i].name
		i += n
		if err != nil {
			skipped = append(skipped, array.Skipped{Name: name, Err: err})
			continue
		}
		s.Note = strings.Join(t.notes, "; ")
		sources = append(sources, s)
	}
	if len(sources) > 0 {
		return sources, skipped, nil
	}
	for _, s := range skipped { // a cell that cannot be read says more than text does
		if !errors.Is(s.Err, fail.ErrUnsupported) {
			return nil, nil, s.Err
		}
	}
	if len(skipped) > 0 {
		return nil, nil, fail.Unsupportedf("csv: no numeric column among %d: %w", len(t.columns), skipped[0].Err)
	}
	return nil, nil, fail.Unsupportedf("csv: no numeric column: there is no row")
}

// judgeCommas notes decimal commas, and tells the columns with decimal points
// beside them, where one of the two may group thousands.
func (t *table) judgeCommas() {
	var comma place
	for _, c := range t.columns {
		if c.comma.row > 0 && comma.row == 0 {
			comma = c.comma
		}
	}
	if comma.row == 0 {
		return
	}
	t.notes = append(t.notes, fmt.Sprintf("%q is read with a decimal comma", comma.cell))
	for i := range t.columns {
		t.columns[i].comma = comma
	}
}

// grid returns how many columns from i on are those of a 2-D array, 0 for none.
func (t *table) grid(i int) (n int) {
	first := t.columns[i].heading
	for k := range t.columns[i:] {
		want := first
		want.index = k
		if t.columns[i+k].heading != want {
			break
		}
		n++
	}
	return n
}

// together makes one 2-D array of columns.
func (t *table) together(columns []column) (array.Source, error) {
	sources := make([]array.Source, len(columns))
	for i := range columns {
		var err error
		if sources[i], err = columns[i].source(t.length); err != nil {
			return array.Source{}, err
		}
	}
	return array.Columns(columns[0].name, sources)
}
