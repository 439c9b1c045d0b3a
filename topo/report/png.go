package report

import (
	"errors"
	"io"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"github.com/morselcodec/morsel/topo/audit"
)

// WritePNG draws one picture of a report, 12 inches wide at 120 dots an inch: the
// middle slice of both arrays and of their difference (curves for rank 1), the
// histogram of errors, and the persistence diagrams. It is an error if the report
// has no pictures.
func WritePNG(w io.Writer, r *audit.Report) error {
	p := r.Pictures
	if p == nil {
		return errors.New("report: no pictures (they are not kept in JSON, and an empty array has none)")
	}
	plots, err := charts(p)
	if err != nil {
		return err
	}
	for k, v := range views(p) {
		plots = slices.Insert(plots, k, v.plot(&p.Slice))
	}
	const columns, tile = 3, 4 * vg.Inch
	rows := (len(plots) + columns - 1) / columns
	img := vgimg.NewWith(vgimg.UseWH(columns*tile, vg.Length(rows)*tile), vgimg.UseDPI(120))
	canvas := draw.New(img)
	tiles := draw.Tiles{Rows: rows, Cols: columns, PadX: vg.Points(12), PadY: vg.Points(12),
		PadTop: vg.Points(8), PadBottom: vg.Points(8), PadLeft: vg.Points(8), PadRight: vg.Points(14)}
	for k, c := range plots {
		c.Draw(tiles.At(canvas, k%columns, k/columns))
	}
	_, err = vgimg.PngCanvas{Canvas: img}.WriteTo(w)
	return err
}
