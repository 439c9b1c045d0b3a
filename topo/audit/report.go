package audit

import (
	"bytes"
	"encoding/json"
	"math"

	"github.com/morselcodec/morsel/topo"
)

// Number is a figure. In JSON, which knows no infinity, it is null unless it is
// finite: an infinite error or distance, the PSNR of identical arrays, or a
// figure that is not defined.
type Number float64

// MarshalJSON implements [json.Marshaler].
func (n Number) MarshalJSON() ([]byte, error) {
	if f := float64(n); !math.IsNaN(f) && !math.IsInf(f, 0) {
		return json.Marshal(f)
	}
	return []byte("null"), nil
}

// UnmarshalJSON implements [json.Unmarshaler]; null becomes NaN.
func (n *Number) UnmarshalJSON(b []byte) error {
	if bytes.Equal(bytes.TrimSpace(b), []byte("null")) {
		*n = Number(math.NaN())
		return nil
	}
	return json.Unmarshal(b, (*float64)(n))
}

// Report is the outcome of [Compare]. Its JSON form is stable.
type Report struct {
	Name   string `json:"name,omitempty"`
	Shape  []int  `json:"shape"`
	DType  string `json:"dtype"`
	Values int64  `json:"values"`

	Special        int64 `json:"special_values"`  // NaN, ±Inf, fill of the original
	SpecialChanged int64 `json:"special_changed"` // whose bits differ in the other
	NonFinite      int64 `json:"non_finite"`      // of the other where the original is an ordinary value

	// Of the original's ordinary values; NaN if it has none.
	Min   Number `json:"min"`
	Max   Number `json:"max"`
	Range Number `json:"range"`

	MaxAbsError       Number `json:"max_abs_error"`
	MaxRelError       Number `json:"max_rel_error"`   // over the range
	MaxPointwiseError Number `json:"max_pwrel_error"` // over the value itself; +Inf where a zero changed
	RMSE              Number `json:"rmse"`
	PSNR              Number `json:"psnr_db"` // 20·log10(range/rmse); +Inf where nothing differs
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

	pictures pictures
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

func accuracyOf(d topo.Distance) (Number, Accuracy) {
	return Number(d.Value), Accuracy{Exact: d.Exact(), Lower: Number(d.Lower), Upper: Number(d.Upper), Dropped: d.Dropped}
}

// Identical reports whether nothing differs: no value and no special value.
func (r *Report) Identical() bool {
	return r.MaxAbsError == 0 && r.SpecialChanged == 0 && r.NonFinite == 0
}
