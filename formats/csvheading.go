package formats

import (
	"fmt"
	"strconv"
	"strings"
)

// csvHeading is what the head of a column says. Beside the name, written
// files give what numbers alone do not tell: "u:f32" is an array of that type, and
// "u:f32[0]", "u:f32[1]", ... are the columns of a 2-D array.
type csvHeading struct {
	name  string
	typed DType // 0 means by the values
	index int   // of a column in a 2-D array, else -1
}

func parseHeading(cell string) csvHeading {
	h := csvHeading{name: cell, index: -1}
	i := strings.LastIndexByte(cell, ':')
	if i < 0 {
		return h
	}
	name, rest, index := cell[:i], cell[i+1:], -1
	if word, number, ok := strings.Cut(strings.TrimSuffix(rest, "]"), "["); ok {
		n, err := strconv.Atoi(number)
		if err != nil || n < 0 || rest != fmt.Sprintf("%s[%d]", word, n) {
			return h
		}
		rest, index = word, n
	}
	if d, err := ParseDType(rest); err == nil && d.String() == rest {
		return csvHeading{name, d, index}
	}
	return h
}

func (h csvHeading) String() string {
	switch {
	case h.index >= 0:
		return fmt.Sprintf("%s:%v[%d]", h.name, h.typed, h.index)
	case h.typed != 0:
		return fmt.Sprintf("%s:%v", h.name, h.typed)
	}
	return h.name
}

// csvHead is the first rows of a file, up to the first with a number in it.
type csvHead struct {
	rows  [][]string
	at    []int // their numbers in the file
	first []string
}

const maxHeadRows = 8 // without a number, before all is taken for text

// hasNumber reports whether one of the cells is a number.
func hasNumber(cells []string, commas bool) bool {
	for _, cell := range cells {
		if parseCell(cell, commas).kind.number() {
			return true
		}
	}
	return false
}

// names reports whether row i has text above a number, as a row of names or
// units has and one of data has not.
func (h *csvHead) names(i int, commas bool) bool {
	if h.first == nil {
		return i == 0
	}
	for k, cell := range h.first {
		if k < len(h.rows[i]) && parseCell(cell, commas).kind.number() && parseCell(h.rows[i][k], commas).kind == csvText {
			return true
		}
	}
	return false
}

// commentNames reads column names from a comment, as np.savetxt writes them.
// What may be a sentence over a single column is none.
func commentNames(comment string, delimiter byte, columns int) []string {
	r := &csvRows{delimiter: delimiter}
	if comment == "" || r.split(comment) != nil || len(r.cells) != columns || hasNumber(r.cells, false) {
		return nil
	}
	if columns == 1 && parseHeading(r.cells[0]).typed == 0 && strings.Contains(comment, " ") {
		return nil
	}
	return r.cells
}

// typedNames reads the names that a comment gives to columns without rows, nil
// unless each has its type.
func typedNames(comment string) []string {
	r := &csvRows{delimiter: ','}
	if r.split(comment) != nil {
		return nil
	}
	for _, cell := range r.cells {
		if parseHeading(cell).typed == 0 {
			return nil
		}
	}
	return r.cells
}
