package autoencoder

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/autoencoder/internal/layers"
)

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
		n, err := layers.Build(&p.Spec)
		if err != nil {
			t.Fatal(err)
		}
		if n.Weights() != want.weights || n.LatentLen() != want.latents {
			t.Errorf("%s has %d weights and %d latents, want %d and %d", name, n.Weights(), n.LatentLen(), want.weights, want.latents)
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

func TestPresetJSONRoundTrip(t *testing.T) {
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
