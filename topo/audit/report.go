package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/big"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/topo"
	"github.com/morselcodec/morsel/topo/distance"
)

// Number is a figure. In JSON, which knows no infinity, it is "inf" or "-inf"
// where it is infinite, and null where it is not defined (NaN).
type Number float64

var undefined = Number(math.NaN())

// String returns six digits, "inf", "-inf" or "undefined".
func (n Number) String() string {
	switch f := float64(n); {
	case math.IsNaN(f):
		return "undefined"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	default:
		return fmt.Sprintf("%.6g", f)
	}
}

// MarshalJSON implements [json.Marshaler].
func (n Number) MarshalJSON() ([]byte, error) {
	switch f := float64(n); {
	case math.IsNaN(f):
		return []byte("null"), nil
	case math.IsInf(f, 0):
		return json.Marshal(n.String())
	default:
		return json.Marshal(f)
	}
}

// UnmarshalJSON implements [json.Unmarshaler].
func (n *Number) UnmarshalJSON(b []byte) error {
	switch string(bytes.TrimSpace(b)) {
	case "null":
		*n = undefined
	case `"inf"`:
		*n = Number(math.Inf(1))
	case `"-inf"`:
		*n = Number(math.Inf(-1))
	default:
		return json.Unmarshal(b, (*float64)(n))
	}
	return nil
}

// Value is a value of an array: Hi, or Hi + Lo where that is an integer beyond
// 2^53, of which JSON and text hold every digit. Hi is NaN where there is none.
type Value topo.Level

func (v Value) wide() (digits string, ok bool) {
	if m := math.Abs(v.Hi); !(m >= array.MaxExactInteger && m <= 1<<64) {
		return "", false
	}
	sum := new(big.Float).SetPrec(128).SetFloat64(v.Hi)
	return sum.Add(sum, big.NewFloat(v.Lo)).Text('f', 0), true
}

// String returns the digits of a wide integer, else six.
func (v Value) String() string {
	if s, ok := v.wide(); ok {
		return s
	}
	return Number(v.Hi).String()
}

// MarshalJSON implements [json.Marshaler].
func (v Value) MarshalJSON() ([]byte, error) {
	if s, ok := v.wide(); ok {
		return []byte(s), nil
	}
	return Number(v.Hi).MarshalJSON()
}

// UnmarshalJSON implements [json.Unmarshaler].
func (v *Value) UnmarshalJSON(b []byte) error {
	v.Lo = 0
	if err := (*Number)(&v.Hi).UnmarshalJSON(b); err != nil || v.Hi-v.Hi != 0 {
		return err
	}
	exact, _, err := big.ParseFloat(string(bytes.TrimSpace(b)), 10, 128, big.ToNearestEven)
	if _, wide := v.wide(); err == nil && wide {
		v.Lo, _ = exact.Sub(exact, big.NewFloat(v.Hi)).Float64()
	}
	return err
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
