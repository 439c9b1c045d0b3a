package report

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"github.com/morselcodec/morsel/topo/audit"
)

var (
	inkOriginal = sequential.at(0.15)
	inkOther    = color.NRGBA{0xe0, 0x6c, 0x1f, 0xff}
	inkGrid     = color.NRGBA{0, 0, 0, 0x20}
	inkBar      = sequential.at(0.5)
)

// ofErrors is written beside differences on a scale, and ofValues beside values.
func ofErrors(s audit.Scale) string {
	if s.Exponent == 0 {
		return ""
	}
	return fmt.Sprintf(" / 1e%d", s.Exponent)
}

func ofValues(s audit.Scale) string {
	if s.Offset.Hi == 0 {
		return ofErrors(s)
	}
	return " − " + s.Offset.String()
}

// barePlot has a title and the fonts.
func barePlot(title string) *plot.Plot {
	p := plot.New()
	p.Title.Text, p.Title.Padding = title, vg.Points(6)
	for _, f := range []*font.Font{
		&p.Title.TextStyle.Font, &p.X.Label.TextStyle.Font, &p.Y.Label.TextStyle.Font,
		&p.X.Tick.Label.Font, &p.Y.Tick.Label.Font, &p.Legend.TextStyle.Font,
	} {
		f.Variant = "Sans"
	}
	return p
}

// newPlot has a light grid besides.
func newPlot(title, x, y string) *plot.Plot {
	p := barePlot(title)
	p.X.Label.Text, p.Y.Label.Text = x, y
	g := plotter.NewGrid()
	g.Vertical.Color, g.Horizontal.Color = inkGrid, inkGrid
	p.Add(g)
	return p
}

// sparseTicks labels few enough ticks that long numbers do not touch.
type sparseTicks struct{}

// Ticks implements [plot.Ticker].
func (sparseTicks) Ticks(lo, hi float64) []plot.Tick {
	ticks := plot.DefaultTicks{}.Ticks(lo, hi)
	major := 0
	for i := range ticks {
		if ticks[i].Label == "" {
			continue
		}
		if major++; major%2 == 0 && len(ticks[i].Label) > 4 {
			ticks[i].Label = ""
		}
	}
	return ticks
}
