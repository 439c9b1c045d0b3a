package audit

import (
	"fmt"
	"image/color"
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"github.com/morselcodec/morsel/topo"
)

var (
	inkOriginal = sequential.at(0.15)
	inkOther    = color.NRGBA{0xe0, 0x6c, 0x1f, 0xff}
	inkGrid     = color.NRGBA{0, 0, 0, 0x20}
	inkBar      = sequential.at(0.5)
)

// WritePNG draws one picture of the report: the middle slice of both arrays and
// of their difference (curves for rank 1), the histogram of errors, and the
// persistence diagrams. A report that was not made by [Compare] has none.
func (r *Report) WritePNG(w io.Writer) error {
	plots, err := r.plots()
	if err != nil {
		return err
	}
	const columns, tile = 3, 4 * vg.Inch
	rows := (len(plots) + columns - 1) / columns
	img := vgimg.NewWith(vgimg.UseWH(columns*tile, vg.Length(rows)*tile), vgimg.UseDPI(120))
	canvas := draw.New(img)
	tiles := draw.Tiles{Rows: rows, Cols: columns, PadX: vg.Points(12), PadY: vg.Points(12),
		PadTop: vg.Points(8), PadBottom: vg.Points(8), PadLeft: vg.Points(8), PadRight: vg.Points(14)}
	for k, p := range plots {
		p.Draw(tiles.At(canvas, k%columns, k/columns))
	}
	_, err = vgimg.PngCanvas{Canvas: img}.WriteTo(w)
	return err
}

// plots returns all pictures, sections first.
func (r *Report) plots() ([]*plot.Plot, error) {
	if r.pictures.section == nil {
		return nil, fmt.Errorf("audit: the report has no pictures (they are not kept in JSON, and an empty array has none)")
	}
	var plots []*plot.Plot
	s := r.pictures.section
	if s.height == 1 {
		p, err := s.curves(r.pictures.frame)
		if err != nil {
			return nil, err
		}
		plots = append(plots, p)
	} else {
		for _, v := range s.views(r.pictures.frame) {
			plots = append(plots, v.plot(s))
		}
	}
	return r.charts(plots)
}

// charts appends the histogram and the diagrams.
func (r *Report) charts(plots []*plot.Plot) ([]*plot.Plot, error) {
	if h := r.pictures.histogram; h != nil {
		plots = append(plots, h.plot(r.pictures.frame))
	}
	for _, d := range r.pictures.diagrams {
		p, err := d.plot(r.pictures.frame)
		if err != nil {
			return nil, err
		}
		plots = append(plots, p)
	}
	return plots, nil
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

// view is a section of one array.
type view struct {
	Title  string
	values []float64
	colors colorMap
	lo, hi float64
}

// views are the sections of both arrays on one scale, and of the difference.
func (s *section) views(f frame) []view {
	worst := s.worstError
	if math.IsInf(worst, 0) {
		worst = 0
		for _, d := range s.difference() {
			if d-d == 0 {
				worst = max(worst, math.Abs(d))
			}
		}
	}
	return []view{
		{"Original" + f.String(), s.original, sequential, s.lo, s.hi},
		{"Other" + f.String(), s.other, sequential, s.lo, s.hi},
		{"Difference" + f.scale(), s.difference(), diverging, -worst, worst},
	}
}

func (v view) plot(s *section) *plot.Plot {
	p := barePlot(fmt.Sprintf("%s, %s to %s", v.Title, Number(v.lo), Number(v.hi)))
	p.Add(plotter.NewImage(v.colors.paint(s, v.values, v.lo, v.hi), 0, 0, float64(s.wholeX), float64(s.wholeY)))
	p.HideAxes()
	return p
}

// curves draws rank 1.
func (s *section) curves(f frame) (*plot.Plot, error) {
	p := newPlot("Values"+f.String(), "cell", "")
	for _, c := range []struct {
		name   string
		values []float64
		ink    color.Color
		dashes []vg.Length
	}{{"original", s.original, inkOriginal, nil}, {"other", s.other, inkOther, []vg.Length{3, 3}}} {
		named := false
		for _, run := range finiteRuns(c.values, s.stepX) {
			l, err := plotter.NewLine(run)
			if err != nil {
				return nil, err
			}
			l.Color, l.Dashes, l.Width = c.ink, c.dashes, 1.2
			p.Add(l)
			if !named {
				p.Legend.Add(c.name, l)
				named = true
			}
		}
	}
	p.Legend.Top = true
	return p, nil
}

// finiteRuns cuts a series where it has no value.
func finiteRuns(values []float64, step int) []plotter.XYs {
	var runs []plotter.XYs
	open := false
	for i, v := range values {
		if v-v != 0 {
			open = false
			continue
		}
		if !open {
			runs, open = append(runs, nil), true
		}
		last := len(runs) - 1
		runs[last] = append(runs[last], plotter.XY{X: float64(i * step), Y: v})
	}
	return runs
}

func (h *histogram) plot(f frame) *plot.Plot {
	p := newPlot("Errors"+f.scale(), "other − original", "log10(1 + cells)")
	var b []plotter.HistogramBin
	for k, n := range h.counts {
		lo := (2*float64(k)/bins - 1) * h.limit
		b = append(b, plotter.HistogramBin{Min: lo, Max: lo + 2*h.limit/bins, Weight: math.Log10(1 + n)})
	}
	p.Add(&plotter.Histogram{Bins: b, Width: 2 * h.limit / bins, FillColor: inkBar,
		LineStyle: draw.LineStyle{Color: color.White, Width: vg.Points(0.4)}})
	p.X.Tick.Marker = sparseTicks{}
	return p
}

// plot draws birth against death; what lies on the diagonal does not persist.
func (d *diagramPair) plot(f frame) (*plot.Plot, error) {
	title := "Basins, dimension 0"
	if d.dim > 0 {
		title = fmt.Sprintf("Voids, dimension %d", d.dim)
	}
	if d.hidden > 0 {
		title += fmt.Sprintf(" (%d weakest not drawn)", d.hidden)
	}
	if note := f.String(); note != "" {
		title += "; values" + note
	}
	p := newPlot(title, "birth", "death")
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, pairs := range [][]topo.Pair{d.original, d.other} {
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
		{"original", d.original, draw.GlyphStyle{Color: inkOriginal, Radius: 2.6, Shape: draw.RingGlyph{}}},
		{"other", d.other, draw.GlyphStyle{Color: inkOther, Radius: 1.8, Shape: draw.CrossGlyph{}}},
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
