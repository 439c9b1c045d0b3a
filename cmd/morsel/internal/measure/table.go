package measure

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/morselcodec/morsel/cmd/morsel/internal/console"
	"github.com/morselcodec/morsel/formats"
)

// Print writes a table for people.
func (b *Result) Print(w io.Writer) error {
	fmt.Fprintf(w, "%s  %s %s, %s, %s\n", formats.Printable(b.Input), b.DType, formats.FormatShape(b.Shape), console.Bytes(b.Bytes), b.Bound)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tbytes\tratio\tbits/value\tcompress MB/s\tdecompress MB/s\tlargest error\t")
	row := func(name string, r Rate) {
		fmt.Fprintf(t, "%s\t%d\t%.4g\t%.4g\t%.3g\t%.3g\t%.4g\t\n", name, r.ArchiveBytes, r.Ratio, r.BitsPerValue, r.Compress, r.Decompress, r.MaxAbsError)
	}
	for _, l := range b.Levels {
		row(fmt.Sprintf("morsel -%d", l.Level), l.Rate)
	}
	for _, p := range b.Peers {
		row(p.Name, p.Rate)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, c := range b.Chunks {
		fmt.Fprintf(w, "chunks of %s: %d bytes, %+.1f %%\n", formats.FormatShape(c.Chunk), c.ArchiveBytes, c.Percent)
	}
	for _, m := range b.Missing {
		fmt.Fprintln(w, formats.Printable(m))
	}
	_, err := fmt.Fprintln(w)
	return err
}
