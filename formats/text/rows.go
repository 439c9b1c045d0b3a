package text

import (
	"bufio"
	"bytes"
	"io"
	"strings"

	"github.com/morselcodec/morsel/formats/internal/fail"
)

// delimiters are looked for in this order. A space stands for any run of
// blanks; it is last because it also stands within cells, as a comma may.
const delimiters = "\t;|, "

const (
	sampleBytes = 1 << 16 // bytes that detection looks at
	sampleRows  = 200
)

// rowReader cuts a text into rows of cells. Blank lines and lines that begin with
// "#" are no rows.
type rowReader struct {
	b         *bufio.Reader
	delimiter byte
	end       byte   // of lines
	lines     int    // that were read so far
	row       int    // where the last row began, the first line being 1
	comment   string // the last one before the row
	cells     []string
	most      int // cells that a row may have, 0 for any number
}

// newRowReader finds out the delimiter unless it is given.
func newRowReader(r io.Reader, delimiter byte) (*rowReader, error) {
	b := bufio.NewReaderSize(r, sampleBytes)
	head, err := b.Peek(sampleBytes)
	if err != nil && err != io.EOF {
		return nil, fail.Damage(err)
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = b.Discard(3) // they are there
		head = head[3:]
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, fail.Unsupportedf("csv: the text is UTF-16: save it as UTF-8")
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return nil, fail.Malformedf("csv: bytes of 0 in it: this is no text")
	}
	rows := &rowReader{b: b, delimiter: delimiter, end: lineEnd(head)}
	said := saidDelimiter(head)
	if said != 0 {
		_, _ = rows.line() // it is there
	}
	switch {
	case delimiter != 0:
	case said != 0:
		rows.delimiter = said
	default:
		rows.delimiter = findDelimiter(head, err == io.EOF)
	}
	return rows, nil
}

// lineEnd returns what ends lines: a line feed, unless there are but carriage
// returns, as spreadsheets for the Macintosh write them.
func lineEnd(head []byte) byte {
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		return '\r'
	}
	return '\n'
}

// saidDelimiter reads the line "sep=;" with which spreadsheets begin.
func saidDelimiter(head []byte) byte {
	if len(head) > 5 && strings.EqualFold(string(head[:4]), "sep=") && (head[5] == '\n' || head[5] == '\r') && head[4] > ' ' {
		return head[4]
	}
	return 0
}

// findDelimiter returns the delimiter that cuts most rows, and more than half,
// into the same number of cells; a comma if none does.
func findDelimiter(head []byte, whole bool) byte {
	found, most := byte(','), 0
	for i := range len(delimiters) {
		r := &rowReader{b: bufio.NewReader(bytes.NewReader(head)), delimiter: delimiters[i], end: lineEnd(head)}
		var counts []int
		for len(counts) < sampleRows && r.read() == nil {
			counts = append(counts, len(r.cells))
		}
		if !whole && len(counts) > 1 && len(counts) < sampleRows {
			counts = counts[:len(counts)-1] // cut by the sample's end
		}
		agree := map[int]int{}
		for _, n := range counts {
			if agree[n]++; n > 1 && agree[n] > most && 2*agree[n] > len(counts) {
				found, most = r.delimiter, agree[n]
			}
		}
	}
	if found == ',' && commasAreDecimal(head) {
		return ' '
	}
	return found
}

// commasAreDecimal reports whether blanks cut the second row, which is none of
// names, into several numbers with a decimal comma each.
func commasAreDecimal(head []byte) bool {
	r := &rowReader{b: bufio.NewReader(bytes.NewReader(head)), delimiter: ' ', end: lineEnd(head)}
	if names, numbers := r.read(), r.read(); names != nil || numbers != nil || len(r.cells) < 2 {
		return false
	}
	for _, cell := range r.cells {
		if !hasDecimalComma(cell) {
			return false
		}
	}
	return true
}

// IsText reports whether a file begins with text.
func IsText(head []byte) bool {
	return !bytes.ContainsFunc(head, func(c rune) bool { return c < ' ' && c != '\t' && c != '\r' && c != '\n' || c == 0x7f })
}

// IsTable reports whether a text has a number among its cells.
func IsTable(head []byte) bool {
	r, err := newRowReader(bytes.NewReader(head), 0)
	for err == nil {
		if err = r.read(); err == nil && hasNumber(r.cells, r.delimiter == ';') {
			return true
		}
	}
	return false
}

// read moves to the next row; io.EOF is the end.
func (r *rowReader) read() error {
	for {
		line, err := r.line()
		if err != nil {
			return err
		}
		text := strings.TrimLeft(line, " \t")
		switch {
		case isComment(text):
			r.comment = strings.TrimSpace(text[1:])
		case text != "" || line != "" && r.delimiter == '\t' && strings.Contains(line, "\t"):
			r.row = r.lines
			return r.split(line)
		}
	}
}

// isComment tells comments from the errors that spreadsheets write.
func isComment(text string) bool {
	for _, cell := range []string{"#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NUM!", "#NAME?", "#NULL!"} {
		if strings.HasPrefix(text, cell) {
			return false
		}
	}
	return strings.HasPrefix(text, "#")
}

// line reads a line without its end.
func (r *rowReader) line() (string, error) {
	if r.b == nil { // of a row by itself
		return "", io.EOF
	}
	line, err := r.b.ReadString(r.end)
	if err != nil && (err != io.EOF || line == "") {
		if err == io.EOF {
			return "", err
		}
		return "", fail.Damage(err)
	}
	r.lines++
	return strings.TrimRight(line, "\r\n"), nil
}

func (r *rowReader) blank(c byte) bool { return (c == ' ' || c == '\t') && c != r.delimiter }

func (r *rowReader) separates(c byte) bool {
	return c == r.delimiter || c == '\t' && r.delimiter == ' '
}

// split cuts a line into cells, white space around them aside.
func (r *rowReader) split(line string) error {
	r.cells = r.cells[:0]
	if r.delimiter == ' ' {
		line = strings.Trim(line, " \t")
	}
	for at := 0; ; {
		for at < len(line) && (r.blank(line[at]) || r.delimiter == ' ' && r.separates(line[at])) {
			at++
		}
		var cell string
		if at < len(line) && line[at] == '"' {
			var err error
			if cell, line, at, err = r.quoted(line, at+1); err != nil {
				return err
			}
		} else {
			from := at
			for at < len(line) && !r.separates(line[at]) {
				at++
			}
			cell = strings.TrimSpace(line[from:at])
		}
		if r.cells = append(r.cells, cell); len(r.cells) == r.most {
			return fail.TooLarge("csv: a row of so many cells", columnBytes*int64(len(r.cells)), columnBytes*int64(r.most-1))
		}
		if at == len(line) {
			return nil
		}
		at++ // the delimiter
	}
}

// quoted reads a cell from behind its quotation mark, through further lines if
// need be, and returns where the cell ends.
func (r *rowReader) quoted(line string, at int) (cell, rest string, end int, err error) {
	var b strings.Builder
	for {
		n := strings.IndexByte(line[at:], '"')
		switch {
		case n < 0:
			b.WriteString(line[at:])
			b.WriteByte('\n')
			at = 0
			if line, err = r.line(); err == io.EOF {
				err = fail.Malformedf("csv: row %d: a quotation mark without its partner", r.row)
			}
			if err != nil {
				return "", "", 0, err
			}
		case strings.HasPrefix(line[at+n+1:], `"`):
			b.WriteString(line[at : at+n+1])
			at += n + 2
		default:
			b.WriteString(line[at : at+n])
			for at += n + 1; at < len(line) && r.blank(line[at]); at++ {
			}
			if at < len(line) && !r.separates(line[at]) {
				return "", "", 0, fail.Malformedf("csv: row %d: %.20q follows a quoted cell", r.row, line[at:])
			}
			return b.String(), line, at, nil
		}
	}
}
