package report

import (
	"fmt"
	"html/template"
	"image/color"
	"math"
)

// colorMap runs through colours of the Oklab space (Ottosson 2020), in which
// equal distances look equally different.
type colorMap []oklab

type oklab struct{ l, a, b float64 }

// sequential rises evenly in lightness from dark violet over teal to pale
// yellow, so that it stays ordered in grey and for the colour blind.
var sequential = colorMap{
	{0.22, 0.050, -0.080}, {0.36, 0.035, -0.110}, {0.50, -0.050, -0.080},
	{0.64, -0.095, 0.010}, {0.78, -0.080, 0.110}, {0.92, -0.015, 0.130},
}

// diverging is neutral in the middle and equally dark at both ends.
var diverging = colorMap{
	{0.42, -0.020, -0.150}, {0.70, -0.030, -0.085}, {0.95, 0, 0}, {0.70, 0.090, 0.055}, {0.42, 0.140, 0.070},
}

// missing colours cells without a value.
var missing = color.NRGBA{0xb8, 0xb8, 0xb8, 0xff}

// at returns the colour at t, from 0 to 1; NaN is missing.
func (m colorMap) at(t float64) color.NRGBA {
	if math.IsNaN(t) {
		return missing
	}
	t = min(max(t, 0), 1) * float64(len(m)-1)
	k := min(int(t), len(m)-2)
	t -= float64(k)
	p, q := m[k], m[k+1]
	return oklab{p.l + t*(q.l-p.l), p.a + t*(q.a-p.a), p.b + t*(q.b-p.b)}.srgb()
}

func (c oklab) srgb() color.NRGBA {
	cube := func(v float64) float64 { return v * v * v }
	l := cube(c.l + 0.3963377774*c.a + 0.2158037573*c.b)
	m := cube(c.l - 0.1055613458*c.a - 0.0638541728*c.b)
	s := cube(c.l - 0.0894841775*c.a - 1.2914855480*c.b)
	channel := func(v float64) uint8 {
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		return uint8(math.Round(255 * min(max(v, 0), 1)))
	}
	return color.NRGBA{
		channel(4.0767416621*l - 3.3077115913*m + 0.2309699292*s),
		channel(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s),
		channel(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s),
		0xff,
	}
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
