package layers

import (
	"errors"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/autoencoder/internal/fail"
)

func TestSpecCheck(t *testing.T) {
	huge := 1 << 30
	ok := func(n int) []Layer { return Chain(Flatten, Dense(n)) }
	for name, c := range map[string]struct {
		spec Spec
		ok   bool
	}{
		"dense":                 {Spec{[]int{8}, ok(2), ok(8)}, true},
		"identity":              {Spec{[]int{2, 3, 4}, nil, nil}, true},
		"no window":             {Spec{nil, ok(2), ok(8)}, false},
		"rank 4":                {Spec{[]int{1, 1, 1, 8}, ok(2), ok(8)}, false},
		"zero size":             {Spec{[]int{0}, ok(2), ok(0)}, false},
		"negative size":         {Spec{[]int{-8}, ok(2), ok(8)}, false},
		"huge window":           {Spec{[]int{huge, huge, huge}, ok(2), ok(8)}, false},
		"decoder too short":     {Spec{[]int{8}, ok(2), ok(7)}, false},
		"dense before flatten":  {Spec{[]int{8}, Chain(Dense(2)), ok(8)}, false},
		"no outputs":            {Spec{[]int{8}, ok(0), ok(8)}, false},
		"huge dense":            {Spec{[]int{8}, ok(huge), ok(8)}, false},
		"unknown kind":          {Spec{[]int{8}, Chain(Layer{Kind: "lstm"}), ok(8)}, false},
		"conv":                  {Spec{[]int{8}, Chain(Conv(3, []int{3}, []int{2}, []int{1})), ok(8)}, true},
		"conv without kernel":   {Spec{[]int{8}, Chain(Layer{Kind: "conv", Out: 3}), ok(8)}, false},
		"conv of other rank":    {Spec{[]int{8}, Chain(Conv(3, []int{3, 3}, nil, nil)), ok(8)}, false},
		"kernel too wide":       {Spec{[]int{8}, Chain(Conv(3, []int{9}, nil, nil)), ok(8)}, false},
		"kernel wraps":          {Spec{[]int{8}, Chain(Conv(3, []int{int(^uint(0) >> 1)}, nil, nil)), ok(8)}, false},
		"padding too wide":      {Spec{[]int{8}, Chain(Conv(3, []int{3}, nil, []int{3})), ok(8)}, false},
		"zero stride":           {Spec{[]int{8}, Chain(Conv(3, []int{3}, []int{0}, nil)), ok(8)}, false},
		"flat conv":             {Spec{[]int{8}, Chain(Flatten, Conv(3, []int{3}, nil, nil)), ok(8)}, false},
		"transposed shrinks":    {Spec{[]int{1}, Chain(Transposed(1, []int{2}, nil, []int{1}, nil)), ok(1)}, false},
		"transposed output pad": {Spec{[]int{2}, Chain(Transposed(1, []int{2}, []int{2}, nil, []int{2})), ok(2)}, false},
		"huge upsampling":       {Spec{[]int{8}, Chain(Layer{Kind: "upsample", Factor: []int{huge}}), ok(8)}, false},
		"upsampling by nothing": {Spec{[]int{8}, Chain(Layer{Kind: "upsample"}), ok(8)}, false},
		"certain dropout":       {Spec{[]int{8}, Chain(Layer{Kind: "dropout", Rate: 1}), ok(8)}, false},
		"reshape":               {Spec{[]int{8}, Chain(Layer{Kind: "reshape", Shape: []int{2, 4}}), ok(8)}, true},
		"reshape loses":         {Spec{[]int{8}, Chain(Layer{Kind: "reshape", Shape: []int{2, 3}}), ok(8)}, false},
		"reshape to nothing":    {Spec{[]int{8}, Chain(Layer{Kind: "reshape"}), ok(8)}, false},
		"too many layers":       {Spec{[]int{8}, slices.Repeat(Chain(ReLU), MaxLayers+1), ok(8)}, false},
		"too much work":         {Spec{[]int{256, 256, 256}, Chain(Conv(1, []int{17, 17, 17}, nil, []int{8, 8, 8})), nil}, false},
		"patch too large":       {Spec{[]int{2000, 2000}, Chain(Conv(1, []int{1999, 1999}, nil, nil)), nil}, false},
	} {
		err := c.spec.Check()
		if c.ok && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !c.ok && !errors.Is(err, fail.ErrSpec) {
			t.Errorf("%s: error %v, want %v", name, err, fail.ErrSpec)
		}
	}
}
