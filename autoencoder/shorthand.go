package autoencoder

// Shorthands of the layers.
var (
	flatten = Layer{Kind: "flatten"}
	relu    = Layer{Kind: "relu"}
	silu    = Layer{Kind: "silu"}
)

// chain puts layers one behind the other.
func chain(l ...Layer) []Layer { return l }

func denseLayer(out int) Layer { return Layer{Kind: "dense", Out: out} }

func convLayer(out int, kernel, stride, pad []int) Layer {
	return Layer{Kind: "conv", Out: out, Kernel: kernel, Stride: stride, Pad: pad}
}

func transposedLayer(out int, kernel, stride, pad, outputPad []int) Layer {
	return Layer{Kind: "transposed-conv", Out: out, Kernel: kernel, Stride: stride, Pad: pad, OutputPad: outputPad}
}
