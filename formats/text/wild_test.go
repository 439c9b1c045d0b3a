package text

import (
	"fmt"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/internal/golden"
)

// Tables as spreadsheets and Fortran write them lose no number: they are read, or
// an error says why not.
func TestCSVLosesNothing(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a,b\r1,2\r3,4\r", "a=[1 3] b=[2 4]"},
		{"sep=;\ra;b\r1;2\r3;4", "a=[1 3] b=[2 4]"},
		{"1.5-101 -2.5+100\n1.0E+00 .5-120\n", "column1=[1.5e-101 1] column2=[-2.5e+100 5e-121]"},
		{"t,u\n20200101 1030,5\n20200102 1030,6\n", "u=[5 6]"},
		{"1e400\n1\n2\n", `row 1, column "column1": want a number, found "1e400"`}, // no name
		{"*****\n1\n2\n", `row 1, column "column1": want a number, found "*****"`},
		{"1,5 2,5\n3,5 4,5\n", `want a number, found "3,5": a decimal comma is read in files with semicolons`},
	} {
		var got string
		if arrays, _, err := openText(c.text, Options{}); err != nil {
			got = fmt.Sprint(err)
		} else {
			got = golden.Describe(t, arrays...)
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%q: %s, want %q", c.text, got, c.want)
		}
	}
}
