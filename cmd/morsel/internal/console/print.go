// Package console writes what people and scripts read: tables, sizes and speeds,
// JSON, progress bars.
package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode/utf16"

	"github.com/morselcodec/morsel/formats"
)

// WriteJSON writes one JSON object, indented, in printable characters alone.
func WriteJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("cannot print JSON: %w", err)
	}
	if _, err := io.WriteString(w, printableJSON(b.String())); err != nil {
		return fmt.Errorf("cannot print JSON: %w", err)
	}
	return nil
}

// printableJSON escapes what does not print and the encoder lets through: such
// characters stand in strings only.
func printableJSON(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || strconv.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// Table prints rows of a name and a value, aligned. What does not print is
// escaped.
func Table(w io.Writer, rows ...[2]string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintf(t, "%s\t%s\n", formats.Printable(r[0]), formats.Printable(r[1]))
	}
	return t.Flush()
}

// Bytes writes a number of bytes in decimal units: 12.3 MB.
func Bytes(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d bytes", n)
	}
	v, unit := float64(n), ""
	for _, unit = range []string{"kB", "MB", "GB", "TB", "PB", "EB"} {
		if v /= 1000; v < 999.5 {
			break
		}
	}
	if v < 99.5 {
		return fmt.Sprintf("%.3g %s", v, unit)
	}
	return fmt.Sprintf("%.0f %s", v, unit)
}

// Speed writes how fast n bytes were worked through.
func Speed(n int64, seconds float64) string {
	if seconds <= 0 {
		return fmt.Sprintf("%.2f s", seconds)
	}
	return fmt.Sprintf("%.2f s (%.3g MB/s)", seconds, float64(n)/1e6/seconds)
}

// Count writes a number of things: "1 file", "3 files".
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
