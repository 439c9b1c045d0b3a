package audit

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"image"
	"image/png"
	"io"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"github.com/morselcodec/morsel/formats/array"
)

//go:embed report.html.tmpl
var reportTemplate string

// page is what the template shows.
type page struct {
	Report   *Report
	Name     string
	Verdict  string
	Good     bool
	Sections []figures
	Views    []pageView
	Charts   []template.URL
	Slice    string
}

// pageView is a section as a picture with its scale.
type pageView struct {
	Title, Lo, Hi string
	Image         template.URL
	Scale         template.CSS
}

// WriteHTML writes the report as one page that needs no other file and no
// network: verdict, figures with their meaning, and pictures.
func (r *Report) WriteHTML(w io.Writer) error {
	t, err := template.New("report").Parse(reportTemplate)
	if err != nil {
		return err
	}
	p := page{Report: r, Name: array.Printable(r.Name), Verdict: r.Verdict(), Sections: r.sections(),
		Good: r.NonFinite == 0 && r.SpecialChanged == 0 && r.Extrema.Errors() == 0}
	var charts []*plot.Plot
	if s := r.pictures.section; s != nil && s.height == 1 {
		c, err := s.curves(r.pictures.frame)
		if err != nil {
			return err
		}
		charts = append(charts, c)
	} else if s != nil {
		p.Slice = fmt.Sprintf("Middle slice, %d x %d cells", s.wholeY, s.wholeX)
		if s.stepX > 1 || s.stepY > 1 {
			p.Slice += fmt.Sprintf(", every %d x %d drawn", s.stepY, s.stepX)
		}
		for _, v := range s.views(r.pictures.frame) {
			src, err := dataURI(v.colors.paint(s, v.values, v.lo, v.hi))
			if err != nil {
				return err
			}
			p.Views = append(p.Views, pageView{Title: v.Title, Lo: Number(v.lo).String(), Hi: Number(v.hi).String(),
				Image: src, Scale: v.colors.css()})
		}
	}
	if charts, err = r.charts(charts); err != nil {
		return err
	}
	for _, c := range charts {
		img := vgimg.NewWith(vgimg.UseWH(4.5*vg.Inch, 3.6*vg.Inch), vgimg.UseDPI(192))
		c.Draw(draw.New(img))
		src, err := dataURI(img.Image())
		if err != nil {
			return err
		}
		p.Charts = append(p.Charts, src)
	}
	return t.Execute(w, p)
}

func dataURI(img image.Image) (template.URL, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return "", err
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())), nil
}

// css is the colour map as a gradient.
func (m colorMap) css() template.CSS {
	s := "linear-gradient(to right"
	for k := range 17 {
		c := m.at(float64(k) / 16)
		s += fmt.Sprintf(", #%02x%02x%02x", c.R, c.G, c.B)
	}
	return template.CSS(s + ")")
}
