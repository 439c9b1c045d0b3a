package layers

// Shorthands of the layers.
var (
	Flatten = Layer{Kind: "flatten"}
	ReLU    = Layer{Kind: "relu"}
	SiLU    = Layer{Kind: "silu"}
)

// Chain puts layers one behind the other.
func Chain(l ...Layer) []Layer { return l }

func Dense(out int) Layer { return Layer{Kind: "dense", Out: out} }

func Conv(out int, kernel, stride, pad []int) Layer {
	return Layer{Kind: "conv", Out: out, Kernel: kernel, Stride: stride, Pad: pad}
}

func Transposed(out int, kernel, stride, pad, outputPad []int) Layer {
	return Layer{Kind: "transposed-conv", Out: out, Kernel: kernel, Stride: stride, Pad: pad, OutputPad: outputPad}
}
