package autoencoder

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"
)

func TestSpecCheck(t *testing.T) {
	huge := 1 << 30
	ok := func(n int) []Layer { return layers(flatten, denseLayer(n)) }
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
		"dense before flatten":  {Spec{[]int{8}, layers(denseLayer(2)), ok(8)}, false},
		"no outputs":            {Spec{[]int{8}, ok(0), ok(8)}, false},
		"huge dense":            {Spec{[]int{8}, ok(huge), ok(8)}, false},
		"unknown kind":          {Spec{[]int{8}, layers(Layer{Kind: "lstm"}), ok(8)}, false},
		"conv":                  {Spec{[]int{8}, layers(convLayer(3, []int{3}, []int{2}, []int{1})), ok(8)}, true},
		"conv without kernel":   {Spec{[]int{8}, layers(Layer{Kind: "conv", Out: 3}), ok(8)}, false},
		"conv of other rank":    {Spec{[]int{8}, layers(convLayer(3, []int{3, 3}, nil, nil)), ok(8)}, false},
		"kernel too wide":       {Spec{[]int{8}, layers(convLayer(3, []int{9}, nil, nil)), ok(8)}, false},
		"kernel wraps":          {Spec{[]int{8}, layers(convLayer(3, []int{int(^uint(0) >> 1)}, nil, nil)), ok(8)}, false},
		"padding too wide":      {Spec{[]int{8}, layers(convLayer(3, []int{3}, nil, []int{3})), ok(8)}, false},
		"zero stride":           {Spec{[]int{8}, layers(convLayer(3, []int{3}, []int{0}, nil)), ok(8)}, false},
		"flat conv":             {Spec{[]int{8}, layers(flatten, convLayer(3, []int{3}, nil, nil)), ok(8)}, false},
		"transposed shrinks":    {Spec{[]int{1}, layers(transposedLayer(1, []int{2}, nil, []int{1}, nil)), ok(1)}, false},
		"transposed output pad": {Spec{[]int{2}, layers(transposedLayer(1, []int{2}, []int{2}, nil, []int{2})), ok(2)}, false},
		"huge upsampling":       {Spec{[]int{8}, layers(Layer{Kind: "upsample", Factor: []int{huge}}), ok(8)}, false},
		"upsampling by nothing": {Spec{[]int{8}, layers(Layer{Kind: "upsample"}), ok(8)}, false},
		"certain dropout":       {Spec{[]int{8}, layers(Layer{Kind: "dropout", Rate: 1}), ok(8)}, false},
		"reshape":               {Spec{[]int{8}, layers(Layer{Kind: "reshape", Shape: []int{2, 4}}), ok(8)}, true},
		"reshape loses":         {Spec{[]int{8}, layers(Layer{Kind: "reshape", Shape: []int{2, 3}}), ok(8)}, false},
		"reshape to nothing":    {Spec{[]int{8}, layers(Layer{Kind: "reshape"}), ok(8)}, false},
		"too many layers":       {Spec{[]int{8}, slices.Repeat(layers(relu), maxLayers+1), ok(8)}, false},
		"too much work":         {Spec{[]int{256, 256, 256}, layers(convLayer(1, []int{17, 17, 17}, nil, []int{8, 8, 8})), nil}, false},
		"patch too large":       {Spec{[]int{2000, 2000}, layers(convLayer(1, []int{1999, 1999}, nil, nil)), nil}, false},
	} {
		err := c.spec.Check()
		if c.ok && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !c.ok && !errors.Is(err, ErrSpec) {
			t.Errorf("%s: error %v, want %v", name, err, ErrSpec)
		}
	}
}

func TestPresetsBuild(t *testing.T) {
	for _, c := range []struct {
		name   string
		window []int
		array  []int
		want   []int // window
	}{
		{"auto", nil, []int{5000}, []int{256}},
		{"auto", nil, []int{40, 100}, []int{16, 16}},
		{"patch2d", nil, []int{40, 100}, []int{32, 32}},
		{"patch2d", nil, []int{20, 100}, []int{16, 32}},
		{"auto", nil, []int{25, 125, 125}, []int{4, 8, 8}},
		{"patch3d", nil, []int{400, 8, 64, 64}, []int{8, 16, 16}},
		{"auto", nil, []int{3, 5, 7}, []int{4, 4, 4}},
		{"auto", []int{6, 10}, []int{40, 100}, []int{6, 10}},
		{"patch3d", []int{5, 7, 11}, []int{40, 40, 100}, []int{5, 7, 11}},
		{"dense", []int{4, 4}, []int{3, 40, 100}, []int{4, 4}},
		{"demonstration", nil, []int{100, 2048}, []int{2048}},
		{"stock", nil, []int{10000}, []int{64}},
	} {
		p, err := NewPreset(c.name, c.window, c.array)
		if err != nil {
			t.Errorf("%s on %v: %v", c.name, c.array, err)
			continue
		}
		if !slices.Equal(p.Spec.Window, c.want) || p.Name != c.name || p.Steps == 0 || p.Batch == 0 || p.Rate == 0 {
			t.Errorf("%s on %v: %+v, want window %v", c.name, c.array, p, c.want)
		}
	}
	for _, p := range Presets() {
		if p.Name == "" || p.About == "" {
			t.Errorf("preset %+v without a name or description", p)
		}
	}
}

// The models of the paper have the weights that its table 4 implies.
func TestPaperPresets(t *testing.T) {
	conv := func(in, out, taps int) int { return in*out*taps + out }
	shallow := conv(1, 64, 27) + conv(64, 128, 27) + conv(128, 8, 1) + conv(8, 128, 1) + conv(128, 64, 27) + conv(64, 1, 27)
	for name, want := range map[string]struct{ weights, latents int }{
		"demonstration":            {2048*32 + 32 + 32*2 + 2 + 2*32 + 32 + 32*2048 + 2048, 2},
		"stock":                    {64*2048 + 2048 + 2048*32 + 32 + 32*2048 + 2048 + 2048*64 + 64, 32},
		"shallow-water":            {shallow, 4096},
		"shallow-water-transposed": {shallow, 4096},
	} {
		p, err := NewPreset(name, nil, []int{10, 8, 64, 64 * 64})
		if err != nil {
			t.Fatal(err)
		}
		n, err := build(&p.Spec)
		if err != nil {
			t.Fatal(err)
		}
		if n.weights() != want.weights || n.latentLen() != want.latents {
			t.Errorf("%s has %d weights and %d latents, want %d and %d", name, n.weights(), n.latentLen(), want.weights, want.latents)
		}
	}
}

func TestPresetRejects(t *testing.T) {
	for _, c := range []struct {
		name          string
		window, array []int
	}{
		{"what", nil, []int{100}},
		{"patch2d", nil, []int{100}},
		{"patch2d", []int{4}, []int{100, 100}},
		{"stock", []int{65}, []int{100}},
		{"auto", []int{1, 2, 3, 4}, []int{9, 9, 9, 9}},
		{"auto", []int{-4, 4}, []int{9, 9}},
		{"dense", []int{100000, 10000}, []int{9, 9}},
		{"shallow-water", []int{8, 64, 62}, []int{8, 64, 62}},
		{"auto", nil, nil},
	} {
		if p, err := NewPreset(c.name, c.window, c.array); !errors.Is(err, ErrOptions) {
			t.Errorf("%s with window %v on %v: %v, error %v", c.name, c.window, c.array, p, err)
		}
	}
}

func TestSpecJSONRoundTrip(t *testing.T) {
	for _, name := range []string{"patch3d", "shallow-water-transposed"} {
		p, err := NewPreset(name, nil, []int{8, 64, 64})
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(p.Spec)
		if err != nil {
			t.Fatal(err)
		}
		var got Spec
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, p.Spec) {
			t.Errorf("%s came back as %+v", name, got)
		}
	}
}
