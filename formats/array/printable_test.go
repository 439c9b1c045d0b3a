package array

import "testing"

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain, Höhe ▁▂":      "plain, Höhe ▁▂",
		"a\x1b[2J\r\n\tb":     `a\x1b[2J\r\n\tb`,
		"\u009b31m\u202etxt":  `\u009b31m\u202etxt`,
		"\xff\x80":            `\xff\x80`,
		"\u00a0\u2028\ufeff.": `\u00a0\u2028\ufeff.`,
	} {
		if got := Printable(in); got != want {
			t.Errorf("%q: got %s; want %s", in, got, want)
		}
	}
}
