package training

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/internal/kernel"
	"github.com/morselcodec/morsel/loss"
)

// testdata/nn.json holds values that PyTorch computed in float64: arrays are
// NCDHW, weights [out, in, kernel...], of transposed convolutions [in, out,
// kernel...], of dense layers [out, in].
type reference struct {
	XShape []int `json:"x_shape"`
	WShape []int `json:"w_shape"`
	YShape []int `json:"y_shape"`
	X, W, B, R, Y,
	GX, GW, GB []float64
}

func readReferences(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	b, err := os.ReadFile("testdata/nn.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func decodeReference(t *testing.T, name string, v any) {
	t.Helper()
	raw, ok := readReferences(t)[name]
	if !ok {
		t.Fatalf("testdata/nn.json has no %q", name)
	}
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
}

// permute reorders the axes of a row-major array.
func permute(x []float64, shape []int, order ...int) []float32 {
	strides := make([]int, len(shape))
	for i, s := len(shape)-1, 1; i >= 0; i-- {
		strides[i] = s
		s *= shape[i]
	}
	y := make([]float32, 0, len(x))
	index := make([]int, len(shape))
	for range x {
		at := 0
		for i, a := range order {
			at += index[i] * strides[a]
		}
		y = append(y, float32(x[at]))
		for i := len(order) - 1; i >= 0; i-- {
			if index[i]++; index[i] < shape[order[i]] {
				break
			}
			index[i] = 0
		}
	}
	return y
}

func channelsLast(x []float64, shape []int) []float32 { return permute(x, shape, 0, 2, 3, 4, 1) }

func near(t *testing.T, what string, got, want []float32, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	for i, v := range got {
		if !(math.Abs(float64(v)-float64(want[i])) <= tolerance*(1+math.Abs(float64(want[i])))) {
			t.Fatalf("%s: value %d is %v, want %v", what, i, v, want[i])
		}
	}
}

func TestConvolutionsAgainstPyTorch(t *testing.T) {
	three, one, two := []int{3, 3, 3}, []int{1, 1, 1}, []int{2, 2, 2}
	for name, spec := range map[string][]layers.Layer{
		"conv3d_s2_p1":            {{Kind: "conv", Kernel: three, Stride: two, Pad: one}},
		"conv3d_s1_p1":            {{Kind: "conv", Kernel: three, Pad: one}},
		"convT3d_s2_p1_op1":       {{Kind: "transposed-conv", Kernel: three, Stride: two, Pad: one, OutputPad: one}},
		"up2nearest_conv3d_s1_p1": {{Kind: "upsample", Factor: two}, {Kind: "conv", Kernel: three, Pad: one}},
	} {
		t.Run(name, func(t *testing.T) {
			var ref reference
			decodeReference(t, name, &ref)
			last := &spec[len(spec)-1]
			last.Out = ref.YShape[1]
			order := []int{2, 3, 4, 1, 0} // to [kernel, in, out]; for the transposed one, to [kernel, out, in]
			n, err := layers.NewNetwork(append(slices.Clone(ref.XShape[2:]), ref.XShape[1]), spec)
			if err != nil {
				t.Fatal(err)
			}
			if want := append(slices.Clone(ref.YShape[2:]), ref.YShape[1]); !slices.Equal(n.Out, want) {
				t.Fatalf("output of shape %v, want %v", n.Out, want)
			}
			w := append(permute(ref.W, ref.WShape, order...), permute(ref.B, []int{len(ref.B)}, 0)...)
			p := layers.Pass{Pool: kernel.NewPool(2), N: ref.XShape[0], Train: true}
			var tp layers.Tape
			y := n.Forward(p, w, channelsLast(ref.X, ref.XShape), &tp)
			near(t, "output", y, channelsLast(ref.Y, ref.YShape), 1e-5)

			gw := make([]float32, n.Weights)
			gx := n.Backward(p, w, gw, channelsLast(ref.R, ref.YShape), &tp, true)
			near(t, "input gradient", gx, channelsLast(ref.GX, ref.XShape), 1e-5)
			near(t, "weight gradient", gw[:len(ref.GW)], permute(ref.GW, ref.WShape, order...), 1e-5)
			near(t, "bias gradient", gw[len(ref.GW):], permute(ref.GB, []int{len(ref.GB)}, 0), 1e-5)
		})
	}
}

func TestAdamAgainstPyTorch(t *testing.T) {
	var ref struct {
		P0   []float64
		LR   float64
		C, T []float64
		P    [][]float64
	}
	decodeReference(t, "adam_trace", &ref)
	w, g := permute(ref.P0, []int{3}, 0), make([]float32, 3)
	a := newAdam(3)
	for step, want := range ref.P {
		for i := range g {
			g[i] = float32(2 * ref.C[i] * (float64(w[i]) - ref.T[i]))
		}
		a.step(kernel.NewPool(1), w, g, ref.LR, step+1)
		near(t, "weights", w, permute(want, []int{3}, 0), 1e-5)
	}
}

// Four training steps of a small autoencoder on MSE + 128·DSL: forward, loss,
// backward and Adam together.
func TestTrainingStepsAgainstPyTorch(t *testing.T) {
	var ref struct {
		X      []float64
		XShape []int `json:"x_shape"`
		W, B   [][]float64
		S, LR  float64
		Losses [][]float64 `json:"losses_mse_dsl_total"`
		Y      []float64   `json:"y_first"`
		Grads  [][]float64 `json:"grads_first"`
		Params [][]float64 `json:"params_after_4"`
	}
	decodeReference(t, "tiny_ae", &ref)
	spec := layers.Spec{
		Window:  []int{8},
		Encoder: layers.Chain(layers.Flatten, layers.Dense(5), layers.ReLU, layers.Dense(2)),
		Decoder: layers.Chain(layers.Dense(5), layers.ReLU, layers.Dense(8)),
	}
	nets, err := layers.Build(&spec)
	if err != nil {
		t.Fatal(err)
	}
	sizes := []int{8, 5, 2, 5, 8}
	pack := func(weights, biases [][]float64) []float32 { // to ours: [in, out] and biases, layer by layer
		var w []float32
		for i, m := range weights {
			w = append(w, permute(m, []int{sizes[i+1], sizes[i]}, 1, 0)...)
			w = append(w, permute(biases[i], []int{sizes[i+1]}, 0)...)
		}
		return w
	}
	w, x, n := pack(ref.W, ref.B), permute(ref.X, ref.XShape, 0, 1), ref.XShape[0]
	split := nets.Encoder.Weights
	objective := loss.Mix[float32]{
		MSEWeight: 1, DSLWeight: 128,
		MSE: loss.MSE[float32]{SumPoints: true},
		DSL: loss.DSL[float32]{Sharpness: ref.S, NoHalving: true, Normalize: true},
	}
	a := newAdam(len(w))
	p := layers.Pass{Pool: kernel.NewPool(1), N: n}
	for step, want := range ref.Losses {
		var encoder, decoder layers.Tape
		z := nets.Encoder.Forward(p, w[:split], x, &encoder)
		y := nets.Decoder.Forward(p, w[split:], z, &decoder)
		gy, gw := make([]float32, len(y)), make([]float32, len(w))
		value, err := objective.Gradient(gy, y, x, []int{n, 8})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(value-want[2]) > 1e-4*want[2] {
			t.Errorf("step %d: loss %v, want %v", step, value, want[2])
		}
		gz := nets.Decoder.Backward(p, w[split:], gw[split:], gy, &decoder, true)
		nets.Encoder.Backward(p, w[:split], gw[:split], gz, &encoder, false)
		if step == 0 {
			near(t, "first output", y, permute(ref.Y, ref.XShape, 0, 1), 1e-5)
			near(t, "first gradient", gw, pack(ref.Grads[:4], ref.Grads[4:]), 1e-3)
		}
		a.step(p.Pool, w, gw, ref.LR, step+1)
	}
	near(t, "weights after four steps", w, pack(ref.Params[:4], ref.Params[4:]), 1e-4)
}
