package report

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/morselcodec/morsel/topo"
	"github.com/morselcodec/morsel/topo/audit"
)

// charts are the plots with axes: curves of rank 1, the histogram and the
// diagrams.
func charts(p *audit.Pictures) ([]*plot.Plot, error) {
	var plots []*plot.Plot
	if isLine(&p.Slice) {
		c, err := curves(&p.Slice, p.Scale)
		if err != nil {
			return nil, err
		}
		plots = append(plots, c)
	}
	if p.Histogram != nil {
		plots = append(plots, histogram(p.Histogram, p.Scale))
	}
	for k := range p.Diagrams {
		c, err := diagrams(&p.Diagrams[k], p.Scale)
		if err != nil {
			return nil, err
		}
		plots = append(plots, c)
	}
	return plots, nil
}

// histogram draws how many cells have which error.
func histogram(h *audit.Histogram, s audit.Scale) *plot.Plot {
	p := newPlot("Errors"+ofErrors(s), "other − original", "log10(1 + cells)")
	bins := float64(len(h.Counts))
	width := 2 * h.Limit / bins
	var b []plotter.HistogramBin
	for k, n := range h.Counts {
		lo := (2*float64(k)/bins - 1) * h.Limit
		b = append(b, plotter.HistogramBin{Min: lo, Max: lo + width, Weight: math.Log10(1 + n)})
	}
	p.Add(&plotter.Histogram{Bins: b, Width: width, FillColor: inkBar,
		LineStyle: draw.LineStyle{Color: color.White, Width: vg.Points(0.4)}})
	p.X.Tick.Marker = sparseTicks{}
	return p
}

// diagrams draws birth against death; what lies on the diagonal does not persist.
func diagrams(d *audit.DiagramPair, scale audit.Scale) (*plot.Plot, error) {
	title := "Basins, dimension 0"
	if d.Dim > 0 {
		title = fmt.Sprintf("Voids, dimension %d", d.Dim)
	}
	if d.Hidden > 0 {
		title += fmt.Sprintf(" (%d weakest not drawn)", d.Hidden)
	}
	if note := ofValues(scale); note != "" {
		title += "; values" + note
	}
	p := newPlot(title, "birth", "death")
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, pairs := range [][]topo.Pair{d.Original, d.Other} {
		for _, q := range pairs {
			lo, hi = min(lo, q.Birth), max(hi, q.Death)
		}
	}
	if lo > hi {
		lo, hi = 0, 1
	}
	diagonal, err := plotter.NewLine(plotter.XYs{{X: lo, Y: lo}, {X: hi, Y: hi}})
	if err != nil {
		return nil, err
	}
	diagonal.Color = color.Gray{0x80}
	p.Add(diagonal)
	for _, c := range []struct {
		name  string
		pairs []topo.Pair
		glyph draw.GlyphStyle
	}{
		{"original", d.Original, draw.GlyphStyle{Color: inkOriginal, Radius: 2.6, Shape: draw.RingGlyph{}}},
		{"other", d.Other, draw.GlyphStyle{Color: inkOther, Radius: 1.8, Shape: draw.CrossGlyph{}}},
	} {
		xy := make(plotter.XYs, len(c.pairs))
		for i, q := range c.pairs {
			xy[i] = plotter.XY{X: q.Birth, Y: q.Death}
		}
		s, err := plotter.NewScatter(xy)
		if err != nil {
			if len(xy) > 0 {
				return nil, err
			}
			continue
		}
		s.GlyphStyle = c.glyph
		p.Add(s)
		p.Legend.Add(c.name, s)
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = lo, hi, lo, hi
	p.Legend.YOffs = vg.Points(4)
	p.X.Tick.Marker = sparseTicks{}
	return p, nil
}
