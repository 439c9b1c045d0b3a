package keep

import (
	"errors"
	"math"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
)

func TestHead(t *testing.T) {
	for name, c := range map[string]struct {
		b     []byte
		shape []int
		eps   float64
		want  Set
		err   error // of the error; nil: any
	}{
		"extrema":          {[]byte{1, 0, 16}, []int{4, 4}, 1, Extrema, nil},
		"signs and flags":  {[]byte{2 | FlagTies | FlagBisections | FlagWitnesses, 1, 18}, []int{4, 4}, 1, Signs, nil},
		"order":            {[]byte{4, 5, 0}, []int{4, 4, 4}, 1, Order, nil},
		"level 0":          {[]byte{0, 0, 16}, []int{4, 4}, 1, 0, fault.ErrVersion},
		"level 8":          {[]byte{0x40, 0, 16}, []int{4, 4}, 1, 0, fault.ErrVersion},
		"order of rank 4":  {[]byte{4, 0, 16}, []int{4, 4, 4, 4}, 1, 0, nil},
		"axis order 2":     {[]byte{2, 2, 16}, []int{4, 1, 4}, 1, 0, nil},
		"depth 19":         {[]byte{2, 0, 19}, []int{4, 4}, 1, 0, nil},
		"bound 0":          {[]byte{2, 0, 16}, []int{4, 4}, 0, 0, nil},
		"no bound":         {[]byte{2, 0, 16}, []int{4, 4}, math.Inf(1), 0, nil},
		"cut off":          {[]byte{2, 0}, []int{4, 4}, 1, 0, nil},
		"nothing":          {nil, []int{4, 4}, 1, 0, nil},
		"levels of levels": {[]byte{3 | 0x80, 0, 16}, []int{4, 4}, 1, 0, fault.ErrVersion},
	} {
		g := grid.New(c.shape)
		h, err := parseHead(c.b, &g, c.eps)
		memory, work, costErr := Cost(c.b, &g, c.eps)
		switch {
		case c.want == 0 && (err == nil || c.err != nil && !errors.Is(err, c.err) || costErr == nil):
			t.Errorf("%s: %v and %v, want an error (%v)", name, err, costErr, c.err)
		case c.want != 0 && (err != nil || h.keep != c.want || costErr != nil || memory <= 0 || work <= 0):
			t.Errorf("%s: keeps %v (%v), costs %d and %d (%v)", name, h.keep, err, memory, work, costErr)
		}
	}
}

func TestSetNames(t *testing.T) {
	for k, want := range map[Set]string{0: "", Extrema: "extrema", Signs | Extrema: "extrema,signs", All: "extrema,signs,order"} {
		if k.String() != want {
			t.Errorf("%#x is %q, want %q", uint8(k), k, want)
		}
	}
}
