package audit

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/morselcodec/morsel/formats/array"
)

// WriteText writes the report for a terminal, aligned.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", r.Verdict())
	for _, s := range r.Sections() {
		fmt.Fprintln(&b, s.Title)
		for _, f := range s.Figures {
			fmt.Fprintf(&b, "  %-29s%s\n", f.Name, f.Value)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Verdict says in one line what became of the field.
func (r *Report) Verdict() string {
	name := array.FormatShape(r.Shape) + " " + r.DType
	if r.Name != "" {
		name = array.Printable(r.Name) + ", " + name
	}
	switch {
	case r.NonFinite > 0:
		return fmt.Sprintf("%s: damaged, %d values became NaN or infinite.", name, r.NonFinite)
	case r.SpecialChanged > 0:
		return fmt.Sprintf("%s: damaged, %d special values changed.", name, r.SpecialChanged)
	case r.Identical():
		return name + ": identical, value for value."
	case r.Extrema.Errors() == 0 && r.OrderMismatches != nil && *r.OrderMismatches == 0:
		return fmt.Sprintf("%s: the whole local order is kept, within %s of the range.", name, percent(float64(r.MaxRelError)))
	case r.Extrema.Errors() == 0 && r.SignMismatches == 0:
		return fmt.Sprintf("%s: every extremum and every slope is kept, within %s of the range.", name, percent(float64(r.MaxRelError)))
	case r.Extrema.Errors() == 0:
		return fmt.Sprintf("%s: every extremum is kept, within %s of the range; %s of slopes changed sign.",
			name, percent(float64(r.MaxRelError)), percent(float64(r.SignMismatchFraction)))
	}
	return fmt.Sprintf("%s: within %s of the range; %d of %d extrema lost, %d invented; %s of slopes changed sign.",
		name, percent(float64(r.MaxRelError)), r.Extrema.MissedMinima+r.Extrema.MissedMaxima,
		r.Extrema.TrueMinima+r.Extrema.TrueMaxima, r.Extrema.FalseMinima+r.Extrema.FalseMaxima,
		percent(float64(r.SignMismatchFraction)))
}

// Section is a group of figures.
type Section struct {
	Title   string
	Figures []Figure
}

// Figure is one line of a report, in words.
type Figure struct{ Name, Value, Meaning string }

// Sections lists every figure with what it means, for people.
func (r *Report) Sections() []Section {
	all := []Section{
		{"Values", []Figure{
			{"range", fmt.Sprintf("%s to %s", r.Min, r.Max), "Smallest and largest ordinary value of the original."},
			{"special values", fmt.Sprintf("%d, %d changed", r.Special, r.SpecialChanged), "NaN, infinities and fill; a change of any bit counts."},
		}},
		{"Error", []Figure{
			{"largest", fmt.Sprintf("%s (%s of the range)", r.MaxAbsError, percent(float64(r.MaxRelError))), "No value is further off than this."},
			{"largest of a value", percent(float64(r.MaxPointwiseError)), "No value is off by more than this part of itself."},
			{"root mean square", r.RMSE.String(), "Typical size of the error."},
			{"PSNR", r.PSNR.String() + " dB", "Range over root mean square error, in decibels; higher is better."},
			{"SSIM", r.SSIM.String(), "Structural similarity in windows of 7 cells along each axis; 1 is equal."},
		}},
		{"Local order", []Figure{
			{"slopes with another sign", share(r.SignMismatches, r.SignComparisons), "Differences of neighbours along an axis that changed between falling, level and rising."},
			{"of these reversed", fmt.Sprint(r.SignOpposite), "Rising became falling or the other way round."},
			{"exact DSL", r.ExactDSL.String(), "Half the summed change of sign: a reversal counts 1, a tie made or broken ½."},
			{"soft DSL", fmt.Sprintf("%s (sharpness %s)", r.DSL.Value, r.DSL.Sharpness), "The same with small slopes counting less, per slope."},
		}},
	}
	if r.OrderMismatches != nil {
		order := &all[len(all)-1].Figures
		*order = append(*order, Figure{"neighbours in another order", share(*r.OrderMismatches, *r.OrderComparisons),
			"As slopes, diagonals included; none means that every extremum and saddle is in place."})
	}
	e := r.Extrema
	all = append(all, Section{"Extrema", []Figure{
		{"minima", fmt.Sprintf("%d, %d missed, %d false", e.TrueMinima, e.MissedMinima, e.FalseMinima), "Cells strictly below all neighbours, diagonals included."},
		{"maxima", fmt.Sprintf("%d, %d missed, %d false", e.TrueMaxima, e.MissedMaxima, e.FalseMaxima), "Cells strictly above all neighbours, diagonals included."},
	}})
	for _, p := range r.Persistence {
		what := "basins, from minimum to saddle"
		if p.Dim > 0 {
			what = "voids, from saddle to maximum"
		}
		all = append(all, Section{fmt.Sprintf("Persistence in dimension %d", p.Dim), []Figure{
			{"pairs", fmt.Sprintf("%d, other %d", p.PairsOriginal, p.PairsOther), "How many " + what + ", the everlasting ones aside."},
			{"above 1 % of the range", fmt.Sprintf("%d, other %d", p.Above1Original, p.Above1Other), "Those that stand out from small noise."},
			{"above 5 % of the range", fmt.Sprintf("%d, other %d", p.Above5Original, p.Above5Other), "Those that make up the shape of the field."},
			{"bottleneck distance", withBounds(p.Bottleneck, p.Accuracy.Bottleneck), "The furthest that any pair has to move; never above the largest error."},
			{"1-Wasserstein distance", withBounds(p.Wasserstein1, p.Accuracy.Wasserstein1), "How far all pairs have to move together."},
			{"2-Wasserstein distance", withBounds(p.Wasserstein2, p.Accuracy.Wasserstein2), "The same, with long ways weighing more."},
		}})
	}
	return all
}

func percent(f float64) string {
	switch {
	case math.IsNaN(f):
		return "an undefined part"
	case math.IsInf(f, 0):
		return "more than any part"
	}
	return fmt.Sprintf("%.3g %%", 100*f)
}

func share(n, of int64) string {
	if of == 0 {
		return fmt.Sprintf("%d of %d", n, of)
	}
	return fmt.Sprintf("%d of %d (%s)", n, of, percent(float64(n)/float64(of)))
}

func withBounds(n Number, a Accuracy) string {
	s := n.String()
	if a.Exact {
		return s
	}
	s += fmt.Sprintf(" (between %s and %s", a.Lower, a.Upper)
	if a.Dropped > 0 {
		s += fmt.Sprintf("; %d weakest pairs left out", a.Dropped)
	}
	return s + ")"
}
