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

func percent(f float64) string {
	switch {
	case math.IsNaN(f):
		return "an undefined part"
	case math.IsInf(f, 0):
		return "more than any part"
	}
	return fmt.Sprintf("%.3g %%", 100*f)
}
