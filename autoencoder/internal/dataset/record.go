package dataset

import (
	"slices"

	"github.com/morselcodec/morsel/formats/array"
)

// Record sums up the training data. Values are usable unless they are NaN,
// infinite or fill.
type Record struct {
	Arrays   int          `json:"arrays"`             // with usable values
	Unusable int          `json:"unusable,omitempty"` // arrays without
	Values   int64        `json:"values"`             // usable ones, in training
	HeldOut  int64        `json:"held_out"`           // usable ones, held out
	Missing  int64        `json:"missing"`            // those that are not usable
	Fills    []FillRecord `json:"fills,omitempty"`
	Min      float64      `json:"min"` // of the values in training
	Max      float64      `json:"max"`
}

// FillRecord is a value that stood for missing data in arrays of one type.
type FillRecord struct {
	DType string `json:"dtype"`
	Value string `json:"value"`
	Count int64  `json:"count"`
}

// Usable is the share of the values that could be used, 0 to 1.
func (d *Record) Usable() float64 {
	usable := d.Values + d.HeldOut
	if usable == 0 {
		return 0
	}
	return float64(usable) / float64(usable+d.Missing)
}

// countFills adds how often the fill values of an array occur.
func (d *Record) countFills(fills []array.Element, counts []int64) {
	for k, f := range fills {
		r := FillRecord{DType: f.DType.String(), Value: f.String()}
		i := slices.IndexFunc(d.Fills, func(o FillRecord) bool { return o.DType == r.DType && o.Value == r.Value })
		if i < 0 {
			i = len(d.Fills)
			d.Fills = append(d.Fills, r)
		}
		d.Fills[i].Count += counts[k]
	}
}
