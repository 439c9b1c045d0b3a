package audit

import (
	"fmt"
	"math"
)

// Gates are limits that a report must keep. A nil limit is not checked. A
// figure that is infinite or not defined keeps no limit.
type Gates struct {
	MaxAbs            *float64 // of MaxAbsError; also fails when a special value changed
	MaxPointwise      *float64 // of MaxPointwiseError; likewise
	MaxBottleneck     *float64 // of the upper bound, in every dimension
	MaxSignMismatches *int64
	MaxExtremaErrors  *int64 // false and missed extrema together
}

// Violation is a gate that failed.
type Violation struct {
	Gate         string // as named on the command line
	Limit, Found float64
}

// Error implements error.
func (v *Violation) Error() string {
	found := fmt.Sprint(v.Found) // every digit: it may be just above the limit
	if v.Found-v.Found != 0 {
		found = Number(v.Found).String()
	}
	return fmt.Sprintf("%s: found %s, want at most %v", v.Gate, found, v.Limit)
}

// Check returns the gates that the report fails, none if it keeps them all;
// every error is a [*Violation]. A bottleneck gate on a report without
// persistence fails, as nothing shows that it holds.
func (r *Report) Check(g Gates) []error {
	var failed []error
	limit := func(gate string, found, limit float64) {
		if !(found <= limit) {
			failed = append(failed, &Violation{Gate: gate, Limit: limit, Found: found})
		}
	}
	if g.MaxAbs != nil {
		limit("max-abs", float64(r.MaxAbsError), *g.MaxAbs)
		limit("special values changed", float64(r.SpecialChanged), 0)
	}
	if g.MaxPointwise != nil {
		limit("max-pwrel", float64(r.MaxPointwiseError), *g.MaxPointwise)
		if g.MaxAbs == nil {
			limit("special values changed", float64(r.SpecialChanged), 0)
		}
	}
	if g.MaxSignMismatches != nil {
		limit("max-sign-mismatches", float64(r.SignMismatches), float64(*g.MaxSignMismatches))
	}
	if g.MaxExtremaErrors != nil {
		limit("max-extrema-errors", float64(r.Extrema.Errors()), float64(*g.MaxExtremaErrors))
	}
	if g.MaxBottleneck != nil {
		if len(r.Persistence) == 0 {
			limit("max-bottleneck", math.NaN(), *g.MaxBottleneck)
		}
		for _, p := range r.Persistence {
			limit(fmt.Sprintf("max-bottleneck in dimension %d", p.Dim), float64(p.Accuracy.Bottleneck.Upper), *g.MaxBottleneck)
		}
	}
	return failed
}
