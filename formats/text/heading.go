package text

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/morselcodec/morsel/formats/array"
)

// heading is what the head of a column says. Beside the name, written
// files give what numbers alone do not tell: "u:f32" is an array of that type, and
// "u:f32[0]", "u:f32[1]", ... are the columns of a 2-D array.
type heading struct {
	name  string
	typed array.DType // 0 means by the values
	index int         // of a column in a 2-D array, else -1
}

func parseHeading(cell string) heading {
	h := heading{name: cell, index: -1}
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
	if d, err := array.ParseDType(rest); err == nil && d.String() == rest {
		return heading{name, d, index}
	}
	return h
}

func (h heading) String() string {
	switch {
	case h.index >= 0:
		return fmt.Sprintf("%s:%v[%d]", h.name, h.typed, h.index)
	case h.typed != 0:
		return fmt.Sprintf("%s:%v", h.name, h.typed)
	}
	return h.name
}

// head is the first rows of a file, as far as they tell names from data.
type head struct {
	rows [][]string
	at   []int // their numbers in the file
	done bool
}

const maxHeadRows = 8 // without a number, before all is taken for text

// add appends a row. One row behind the first number is enough, for that may be
// one of units.
func (h *head) add(row int, cells []string, commas bool) {
	numbers := len(h.rows) > 0 && hasNumber(h.rows[len(h.rows)-1], commas)
	h.rows, h.at = append(h.rows, cells), append(h.at, row)
	h.done = numbers || len(h.rows) == maxHeadRows
}

// titles returns how many rows are no data: one of names if there is text in it
// above a number, and after it those of units.
func (h *head) titles(commas bool) int {
	first := slices.IndexFunc(h.rows, func(cells []string) bool { return hasNumber(cells, commas) })
	if first < 0 {
		return min(len(h.rows), 1)
	}
	n := 0
	for n < first && above(h.rows[n], h.rows[first], commas) > 0 {
		n++
	}
	// Units may be numbers too, such as 1.
	if n > 0 && n == first && n+1 < len(h.rows) && above(h.rows[n], h.rows[n+1], commas) > numbers(h.rows[n], commas) {
		n++
	}
	return n
}

// above counts the texts of a row that stand above numbers of another.
func above(row, below []string, commas bool) (n int) {
	for i, cell := range below[:min(len(row), len(below))] {
		if parseCell(cell, commas).kind.number() && parseCell(row[i], commas).kind == kindText && !unreadable(row[i]) {
			n++
		}
	}
	return n
}

func numbers(cells []string, commas bool) (n int) {
	for _, cell := range cells {
		if parseCell(cell, commas).kind.number() {
			n++
		}
	}
	return n
}

// hasNumber reports whether one of the cells is a number.
func hasNumber(cells []string, commas bool) bool { return numbers(cells, commas) > 0 }

// commentNames reads column names from a comment, as np.savetxt writes them.
// What may be a sentence over a single column is none.
func commentNames(comment string, delimiter byte, columns int) []string {
	r := &rowReader{delimiter: delimiter}
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
	r := &rowReader{delimiter: ','}
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
