package layers

// Shorthands of the layers.
var (
	Flatten = Layer{Kind: "flatten"}
	ReLU    = Layer{Kind: "relu"}
	SiLU    = Layer{Kind: "silu"}
)

// Chain puts layers one behind the other.
func Chain(l ...Layer) []Layer { return l }

// Dense makes a fully connected layer of out values.
func Dense(out int) Layer { return Layer{Kind: "dense", Out: out} }

// Conv makes a convolution.
func Conv(out int, kernel, stride, pad []int) Layer {
	return Layer{Kind: "conv", Out: out, Kernel: kernel, Stride: stride, Pad: pad}
}

// Transposed makes a transposed convolution.
func Transposed(out int, kernel, stride, pad, outputPad []int) Layer {
	return Layer{Kind: "transposed-conv", Out: out, Kernel: kernel, Stride: stride, Pad: pad, OutputPad: outputPad}
}
