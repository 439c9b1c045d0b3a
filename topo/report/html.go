package report

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"image"
	"image/png"
	"io"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/topo/audit"
)

//go:embed report.html.tmpl
var source string

var page = template.Must(template.New("report").Parse(source))

// content is what the template shows.
type content struct {
	Report   *audit.Report
	Name     string
	Verdict  string
	Good     bool
	Sections []audit.Section
	Slice    string
	Views    []picture
	Charts   []template.URL
}

// picture is a view with its colour scale.
type picture struct {
	Title, Lo, Hi string
	Image         template.URL
	Scale         template.CSS
}

// WriteHTML writes a report as one page that needs no other file and no network:
// verdict, figures with their meaning, and pictures where the report has any. An
// error is that of w.
func WriteHTML(w io.Writer, r *audit.Report) error {
	c := content{Report: r, Name: array.Printable(r.Name), Verdict: r.Verdict(), Sections: r.Sections(),
		Good: r.NonFinite == 0 && r.SpecialChanged == 0 && r.Extrema.Errors() == 0}
	if r.Pictures != nil {
		if err := c.draw(r.Pictures); err != nil {
			return err
		}
	}
	return page.Execute(w, c)
}

func (c *content) draw(p *audit.Pictures) error {
	s := &p.Slice
	c.Slice = fmt.Sprintf("Middle slice, %d x %d cells", s.WholeY, s.WholeX)
	if s.StepX > 1 || s.StepY > 1 {
		c.Slice += fmt.Sprintf(", every %d x %d drawn", s.StepY, s.StepX)
	}
	for _, v := range views(p) {
		src, err := dataURI(v.paint(s))
		if err != nil {
			return err
		}
		c.Views = append(c.Views, picture{Title: v.title, Lo: audit.Number(v.lo).String(), Hi: audit.Number(v.hi).String(),
			Image: src, Scale: v.colors.css()})
	}
	plots, err := charts(p)
	if err != nil {
		return err
	}
	for _, p := range plots {
		img := vgimg.NewWith(vgimg.UseWH(4.5*vg.Inch, 3.6*vg.Inch), vgimg.UseDPI(192))
		p.Draw(draw.New(img))
		src, err := dataURI(img.Image())
		if err != nil {
			return err
		}
		c.Charts = append(c.Charts, src)
	}
	return nil
}

func dataURI(img image.Image) (template.URL, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return "", err
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())), nil
}
