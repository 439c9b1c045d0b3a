package autoencoder

import (
	"fmt"
	"slices"
	"strings"

	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/formats/array"
)

// Preset is a ready-made architecture with the training settings that suit it.
// Zero options of [Train] take these.
type Preset struct {
	Name, About string
	Spec        Spec
	Steps       int     // optimisation steps
	Batch       int     // windows per step
	Rate        float64 // largest learning rate
	Schedule    Schedule
	Init        Init
	Sharpness   float64 // of the DSL; 0 means found from the data
	PerWindow   bool    // normalise every window by its own mean
}

// recipe makes a preset for one window.
type recipe struct {
	name, about string
	ranks       []int // of windows it takes, ascending
	window      func(rank int, shape []int) []int
	build       func(p *Preset, window []int)
}

// fixed is the window of a preset that has only one.
func fixed(window ...int) func(int, []int) []int {
	return func(int, []int) []int { return window }
}

func recipes() []recipe {
	return []recipe{
		{"auto", "what suits the data: at present dense, on windows by the array's rank", []int{1, 2, 3}, chooseWindow, buildDense},
		{"dense", "windows of 256 values, one hidden layer each way; any rank; trains in seconds", []int{1, 2, 3}, chooseWindow, buildDense},
		{"patch2d", "32x32 windows cut into patches by a strided convolution, half the latents of dense", []int{2}, choosePatched, buildPatch},
		{"patch3d", "8x16x16 windows cut into patches by a strided convolution, half the latents of dense", []int{3}, choosePatched, buildPatch},
		{"demonstration", "DSL paper: MLP 2048-32-2-32-2048", []int{1}, fixed(2048), buildDemonstration},
		{"stock", "DSL paper: MLP 64-2048-32-2048-64", []int{1}, fixed(64), buildStock},
		{"shallow-water", "DSL paper: 3-D CNN of 64 and 128 filters on 8x64x64, upsampling decoder; trains for hours", []int{3}, fixed(8, 64, 64), buildUpsampling},
		{"shallow-water-transposed", "the same with transposed convolutions as decoder", []int{3}, fixed(8, 64, 64), buildTransposed},
	}
}

// Presets returns name and description of every preset; the other fields are
// those of [NewPreset].
func Presets() []Preset {
	var list []Preset
	for _, r := range recipes() {
		list = append(list, Preset{Name: r.name, About: r.about})
	}
	return list
}

// NewPreset builds the named preset for arrays of the given shape. Window
// chooses the shape of one example, slowest axis first; nil leaves it to the
// preset, which looks at the array's shape. Errors match [ErrOptions].
func NewPreset(name string, window, shape []int) (*Preset, error) {
	var names []string
	for _, r := range recipes() {
		if r.name == name {
			return r.preset(window, shape)
		}
		names = append(names, r.name)
	}
	return nil, fmt.Errorf("%w: unknown preset %q (want %s)", ErrOptions, name, strings.Join(names, ", "))
}

func (r recipe) preset(window, shape []int) (*Preset, error) {
	if len(shape) == 0 {
		return nil, fmt.Errorf("%w: preset %s needs the shape of an array", ErrOptions, r.name)
	}
	if window == nil {
		window = r.window(min(r.ranks[len(r.ranks)-1], len(shape)), shape)
	}
	if !slices.Contains(r.ranks, len(window)) {
		return nil, fmt.Errorf("%w: preset %s takes windows of rank %v, not %v", ErrOptions, r.name, r.ranks, window)
	}
	if len(shape) < len(window) {
		return nil, fmt.Errorf("%w: the window %s of preset %s has more axes than an array of shape %s",
			ErrOptions, array.FormatShape(window), r.name, array.FormatShape(shape))
	}
	for _, n := range window {
		if n < 1 {
			return nil, fmt.Errorf("%w: window %v", ErrOptions, window)
		}
	}
	p := generic(Spec{Window: slices.Clone(window)})
	p.Name, p.About = r.name, r.about
	r.build(p, p.Spec.Window)
	if err := p.Spec.Check(); err != nil {
		return nil, fmt.Errorf("%w: preset %s with window %v: %w", ErrOptions, r.name, window, err)
	}
	return p, nil
}

// generic returns the settings of an architecture that brings none.
func generic(s Spec) *Preset {
	return &Preset{Spec: s, Steps: 1500, Batch: 256, Rate: 3e-3}
}

// chooseWindow takes about 256 values along the fastest axes: the smaller the
// window, the sooner a network learns it.
func chooseWindow(rank int, shape []int) []int {
	return fitWindow([][]int{{256}, {16, 16}, {4, 8, 8}}[rank-1], shape)
}

// choosePatched takes a larger window, which convolutions are for.
func choosePatched(rank int, shape []int) []int {
	return fitWindow([][]int{{1024}, {32, 32}, {8, 16, 16}}[rank-1], shape)
}

// fitWindow halves sides where the array is smaller.
func fitWindow(window, shape []int) []int {
	window = slices.Clone(window)
	for i := range window {
		for n := shape[len(shape)-len(window)+i]; window[i] > 4 && window[i] > n; {
			window[i] /= 2
		}
	}
	return window
}

// buildDense: window → hidden → latents → hidden → window, a latent for 16
// values.
func buildDense(p *Preset, window []int) {
	n := array.Product(window)
	hidden := min(max(n/2, 32), 128)
	latents := min(max(n/16, 2), 64)
	p.Spec.Encoder = layers.Chain(layers.Flatten, layers.Dense(hidden), layers.SiLU, layers.Dense(latents))
	p.Spec.Decoder = layers.Chain(layers.Dense(hidden), layers.SiLU, layers.Dense(n))
}

// buildPatch: patches of 4 along each axis become channels (a convolution
// whose stride is its kernel), then hidden → latents, a latent for 32 values,
// and the mirror.
func buildPatch(p *Preset, window []int) {
	patch := make([]int, len(window))
	grid := make([]int, len(window)+1)
	for i, n := range window {
		for patch[i] = 4; n%patch[i] != 0; {
			patch[i]--
		}
		grid[i] = n / patch[i]
	}
	channels := min(array.Product(patch)/2+1, 32)
	grid[len(window)] = channels
	hidden := min(max(array.Product(grid)/2, 32), 256)
	latents := min(max(array.Product(window)/32, 2), 128)
	p.Spec.Encoder = layers.Chain(layers.Conv(channels, patch, patch, nil), layers.Flatten, layers.Dense(hidden), layers.SiLU, layers.Dense(latents))
	p.Spec.Decoder = layers.Chain(layers.Dense(hidden), layers.SiLU, layers.Dense(array.Product(grid)),
		Layer{Kind: "reshape", Shape: grid}, layers.Transposed(1, patch, patch, nil, nil))
	p.Batch = 64
}

// The models of the DSL paper's table 4. Its image model, a VAE, is not among
// them.

func buildDemonstration(p *Preset, _ []int) {
	p.Spec.Encoder = layers.Chain(layers.Flatten, layers.Dense(32), layers.ReLU, layers.Dense(2))
	p.Spec.Decoder = layers.Chain(layers.Dense(32), layers.ReLU, layers.Dense(2048))
	p.Steps, p.Batch, p.Rate, p.Schedule, p.Sharpness = 20000, 1024, 1e-3, Constant, 32
}

func buildStock(p *Preset, _ []int) {
	p.Spec.Encoder = layers.Chain(layers.Flatten, layers.Dense(2048), layers.ReLU, layers.Dense(32))
	p.Spec.Decoder = layers.Chain(layers.Dense(2048), layers.ReLU, layers.Dense(64))
	p.Steps, p.Batch, p.Rate, p.Schedule, p.Sharpness = 64000, 64, 1e-4, Constant, 16
	p.PerWindow = true
}

func buildUpsampling(p *Preset, _ []int) {
	shallowWater(p, func(filters int) []Layer {
		return layers.Chain(Layer{Kind: "upsample", Factor: []int{2, 2, 2}}, layers.Conv(filters, []int{3, 3, 3}, nil, []int{1, 1, 1}))
	})
}

func buildTransposed(p *Preset, _ []int) {
	shallowWater(p, func(filters int) []Layer {
		return layers.Chain(layers.Transposed(filters, []int{3, 3, 3}, []int{2, 2, 2}, []int{1, 1, 1}, []int{1, 1, 1}))
	})
}

// shallowWater leaves the doubling of resolution to up. The latents, 4096 of
// 8x64x64, are 8 channels on a 2x16x16 grid.
func shallowWater(p *Preset, up func(filters int) []Layer) {
	three, two, one := []int{3, 3, 3}, []int{2, 2, 2}, []int{1, 1, 1}
	drop := Layer{Kind: "dropout", Rate: 0.1}
	p.Spec.Encoder = layers.Chain(
		layers.Conv(64, three, two, one), layers.ReLU, drop,
		layers.Conv(128, three, two, one), layers.ReLU, drop,
		layers.Conv(8, one, nil, nil))
	p.Spec.Decoder = layers.Chain(layers.Conv(128, one, nil, nil), layers.ReLU, drop)
	p.Spec.Decoder = append(append(p.Spec.Decoder, up(64)...), layers.ReLU, drop)
	p.Spec.Decoder = append(p.Spec.Decoder, up(1)...)
	p.Steps, p.Batch, p.Rate, p.Schedule, p.Sharpness = 10000, 64, 1e-4, Plateau, 16
}
