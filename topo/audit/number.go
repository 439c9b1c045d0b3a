package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/big"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/topo"
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
