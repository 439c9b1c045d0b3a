package report

import (
	"math"
	"testing"
)

// luminance of a colour, relative (WCAG 2).
func luminance(m colorMap, t float64) float64 {
	lin := func(c uint8) float64 {
		v := float64(c) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	c := m.at(t)
	return 0.2126*lin(c.R) + 0.7152*lin(c.G) + 0.0722*lin(c.B)
}

func TestColorMaps(t *testing.T) {
	for k := 1; k <= 100; k++ {
		if luminance(sequential, float64(k)/100) <= luminance(sequential, float64(k-1)/100) {
			t.Errorf("sequential does not get lighter at %d %%", k)
		}
	}
	for k := 1; k <= 50; k++ {
		for _, side := range []float64{-1, 1} {
			if luminance(diverging, 0.5+side*float64(k)/100) >= luminance(diverging, 0.5+side*float64(k-1)/100) {
				t.Errorf("diverging does not get darker at %d %% on side %v", k, side)
			}
		}
	}
	if sequential.at(math.NaN()) != missing || sequential.at(-3) != sequential.at(0) || sequential.at(9) != sequential.at(1) {
		t.Error("values beyond the ends or missing")
	}
}
