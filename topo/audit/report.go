package audit

import (
	"fmt"

	"github.com/morselcodec/morsel/topo"
	"github.com/morselcodec/morsel/topo/distance"
)

// Report is the outcome of [Compare]. Its JSON form is stable.
type Report struct {
	Name   string `json:"name,omitempty"`
	Shape  []int  `json:"shape"`
	DType  string `json:"dtype"`
	Values int64  `json:"values"`

	Special        int64 `json:"special_values"`  // NaN, ±Inf, fill of the original
	SpecialChanged int64 `json:"special_changed"` // whose bits differ in the other
	NonFinite      int64 `json:"non_finite"`      // of the other where the original is an ordinary value

	// Of the original's ordinary values; undefined if it has none. The range is
	// infinite where float64 is too narrow for it, but figures in terms of it
	// are not.
	Min   Value  `json:"min"`
	Max   Value  `json:"max"`
	Range Number `json:"range"`

	// Where there is no ordinary value the largest errors are 0, and means and
	// shares undefined.
	MaxAbsError       Number `json:"max_abs_error"`
	MaxRelError       Number `json:"max_rel_error"`   // over the range
	MaxPointwiseError Number `json:"max_pwrel_error"` // over the value itself; +Inf where a zero changed
	RMSE              Number `json:"rmse"`
	PSNR              Number `json:"psnr_db"` // 20·log10(range/rmse): +Inf where nothing differs, −Inf for a constant or an infinite error
	SSIM              Number `json:"ssim"`    // NaN where no window is free of special values

	SignMismatches       int64  `json:"sign_mismatches"` // unequal signs of axis differences
	SignComparisons      int64  `json:"sign_comparisons"`
	SignMismatchFraction Number `json:"sign_mismatch_fraction"`
	SignOpposite         int64  `json:"sign_opposite"` // +1 against −1
	ExactDSL             Number `json:"exact_dsl"`     // Σ|sign−sign|/2
	DSL                  DSL    `json:"dsl"`

	// Order compares the differences to all 3^d−1 neighbours; nil above rank 3.
	OrderMismatches  *int64 `json:"order_mismatches"`
	OrderComparisons *int64 `json:"order_comparisons"`

	Extrema topo.ExtremaChange `json:"extrema"`

	Persistence []Persistence `json:"persistence"`

	// Pictures is what is drawn of it: nil where the arrays are empty, and in a
	// report that was read from JSON.
	Pictures *Pictures `json:"-"`
}

// DSL is the soft directional sign loss.
type DSL struct {
	Value     Number `json:"value"`
	Sharpness Number `json:"sharpness"`
}

// Persistence compares the diagrams of one dimension of homology. Pair counts
// leave the essential classes out.
type Persistence struct {
	Dim               int `json:"dim"`
	PairsOriginal     int `json:"pairs_original"`
	PairsOther        int `json:"pairs_other"`
	EssentialOriginal int `json:"essential_original"`
	EssentialOther    int `json:"essential_other"`
	// Pairs more persistent than 1 % and 5 % of the original's range.
	Above1Original int `json:"pairs_above_1pct_original"`
	Above1Other    int `json:"pairs_above_1pct_other"`
	Above5Original int `json:"pairs_above_5pct_original"`
	Above5Other    int `json:"pairs_above_5pct_other"`

	Bottleneck   Number `json:"bottleneck"`
	Wasserstein1 Number `json:"wasserstein_1"`
	Wasserstein2 Number `json:"wasserstein_2"`

	Accuracy struct {
		Bottleneck   Accuracy `json:"bottleneck"`
		Wasserstein1 Accuracy `json:"wasserstein_1"`
		Wasserstein2 Accuracy `json:"wasserstein_2"`
	} `json:"accuracy"`
}

// Accuracy says how far a distance can be trusted: the true one lies between
// the bounds.
type Accuracy struct {
	Exact bool   `json:"exact"`
	Lower Number `json:"lower"`
	Upper Number `json:"upper"`
	// Dropped counts the least persistent pairs that were left out of the
	// computation. Without them the stability theorem does not hold for the
	// value, only for the bounds.
	Dropped int `json:"dropped_pairs"`
}

func accuracyOf(d distance.Distance) (Number, Accuracy) {
	return Number(d.Value), Accuracy{Exact: d.Exact(), Lower: Number(d.Lower), Upper: Number(d.Upper), Dropped: d.Dropped}
}

// Identical reports whether nothing differs: no value and no special value.
func (r *Report) Identical() bool {
	return r.MaxAbsError == 0 && r.SpecialChanged == 0 && r.NonFinite == 0
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
