package report

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"github.com/morselcodec/morsel/topo/audit"
)

// view is a slice in colours from lo to hi.
type view struct {
	title  string
	values []float64
	colors colorMap
	lo, hi float64
}

// isLine reports whether a slice is drawn as curves.
func isLine(s *audit.Slice) bool { return s.Height == 1 }

// views are the slices of both arrays on one scale, and of their difference; none
// of a line.
func views(p *audit.Pictures) []view {
	s := &p.Slice
	if isLine(s) {
		return nil
	}
	difference, worst := make([]float64, len(s.Original)), 0.0
	for i, v := range s.Original {
		d := s.Other[i] - v
		if difference[i] = d; d-d == 0 {
			worst = max(worst, math.Abs(d))
		}
	}
	if !math.IsInf(s.WorstError, 0) {
		worst = s.WorstError
	}
	return []view{
		{"Original" + ofValues(p.Scale), s.Original, sequential, s.Lo, s.Hi},
		{"Other" + ofValues(p.Scale), s.Other, sequential, s.Lo, s.Hi},
		{"Difference" + ofErrors(p.Scale), difference, diverging, -worst, worst},
	}
}

// paint colours the cells shown of a slice.
func (v view) paint(s *audit.Slice) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, s.Width, s.Height))
	for i, value := range v.values {
		t := 0.5
		if v.hi > v.lo {
			t = (value - v.lo) / (v.hi - v.lo)
		} else if value-value != 0 {
			t = math.NaN()
		}
		img.SetNRGBA(i%s.Width, i/s.Width, v.colors.at(t))
	}
	return img
}

func (v view) plot(s *audit.Slice) *plot.Plot {
	p := barePlot(fmt.Sprintf("%s, %s to %s", v.title, audit.Number(v.lo), audit.Number(v.hi)))
	p.Add(plotter.NewImage(v.paint(s), 0, 0, float64(s.WholeX), float64(s.WholeY)))
	p.HideAxes()
	return p
}

// curves draws a line.
func curves(s *audit.Slice, scale audit.Scale) (*plot.Plot, error) {
	p := newPlot("Values"+ofValues(scale), "cell", "")
	for _, c := range []struct {
		name   string
		values []float64
		ink    color.Color
		dashes []vg.Length
	}{{"original", s.Original, inkOriginal, nil}, {"other", s.Other, inkOther, []vg.Length{3, 3}}} {
		named := false
		for _, run := range finiteRuns(c.values, s.StepX) {
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
