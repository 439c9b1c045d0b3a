package formats

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

// openCSV reads the numeric columns of a text table; the package comment says
// what counts as what.
func openCSV(in input, _ string, o *OpenOptions) ([]array.Source, []Skipped, error) {
	r, err := in.open(0)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	if in.length < 0 { // a line could unpack without end
		r = struct {
			io.Reader
			io.Closer
		}{&limitedReader{r, o.maxBytes()}, r}
	}
	rows, err := newCSVRows(r, o.Delimiter)
	if err != nil {
		return nil, nil, err
	}
	rows.most = int(o.maxBytes()/csvColumnBytes) + 1
	t := &csvTable{rows: rows, commas: rows.delimiter == ';', dtype: o.DType, room: o.maxBytes()}
	if err := t.read(); err != nil {
		return nil, nil, err
	}
	return t.arrays()
}

type csvTable struct {
	rows    *csvRows
	commas  bool        // decimal ones are read
	dtype   array.DType // that numbers are read as, 0 for what they need
	columns []csvColumn
	length  int
	room    int64 // bytes that the values may still take
	notes   []string
}

const csvColumnBytes = 512 // that a column takes beside its values

// read reads all rows.
func (t *csvTable) read() error {
	var head csvHead
	var comment string
	for !head.done {
		err := t.rows.read()
		if len(head.rows) == 0 {
			comment = t.rows.comment
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		head.add(t.rows.row, slices.Clone(t.rows.cells), t.commas)
	}
	if err := t.begin(&head, comment); err != nil {
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
func (t *csvTable) begin(head *csvHead, comment string) error {
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
	t.columns = make([]csvColumn, len(first))
	t.room -= csvColumnBytes * int64(len(first))
	for i := range t.columns {
		c := &t.columns[i]
		c.held, c.index = csvWhole, -1
		if names != nil {
			c.csvHeading = parseHeading(names[i])
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
func (t *csvTable) add(row int, cells []string) error {
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
func (t *csvTable) arrays() (sources []array.Source, skipped []Skipped, err error) {
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
			skipped = append(skipped, Skipped{name, err})
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
func (t *csvTable) judgeCommas() {
	var comma csvPlace
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
func (t *csvTable) grid(i int) (n int) {
	first := t.columns[i].csvHeading
	for k := range t.columns[i:] {
		want := first
		want.index = k
		if t.columns[i+k].csvHeading != want {
			break
		}
		n++
	}
	return n
}

// together makes one 2-D array of columns.
func (t *csvTable) together(columns []csvColumn) (array.Source, error) {
	sources := make([]array.Source, len(columns))
	for i := range columns {
		var err error
		if sources[i], err = columns[i].source(t.length); err != nil {
			return array.Source{}, err
		}
	}
	return array.Columns(columns[0].name, sources)
}
