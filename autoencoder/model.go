package autoencoder

import (
	"encoding/hex"
	"fmt"
	"slices"
	"sync"

	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/autoencoder/internal/modelfile"
	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/kernel"
)

// Model is a trained autoencoder. It never changes, and its methods may be called
// by any number of goroutines at once; calls share the model's memory for
// intermediate results and its worker pool, not their results.
type Model struct {
	contents *modelfile.Contents
	training Record
	file     []byte // the model file; its hash is the model's identity
	id       [32]byte
	pool     *kernel.Pool
	buffers  *sync.Pool // *runBuffers
}

// runBuffers is the memory of one running Encode or Decode.
type runBuffers struct {
	input  []float32
	layers [2][]float32
}

// WithWorkers returns the same model with Encode and Decode limited to the
// given number of goroutines per call; the default, also for 0, is one per
// available processor. The workers change no result. Whoever calls from many
// goroutines is served best by 1. Both models may be used at once.
func (m *Model) WithWorkers(workers int) *Model {
	c := *m
	c.pool = kernel.NewPool(workers)
	return &c
}

// ID returns the SHA-256 of the model file's content, the hash that ends the
// file itself excluded.
func (m *Model) ID() [32]byte { return m.id }

// Window returns the shape of one example, rank 1 to 3, slowest axis first.
func (m *Model) Window() []int { return slices.Clone(m.contents.Spec.Window) }

// LatentLen returns the number of latents of one window.
func (m *Model) LatentLen() int {
	return m.contents.Nets.LatentLen() + m.contents.Normalisation.Extra()
}

// Encode computes the latents of n windows: windows holds n times
// product(Window()) values in field units, dst n times LatentLen() codes.
// Lengths that do not fit are an error matching [array.ErrShape]. Values are
// expected to be finite; others give latents without meaning.
func (m *Model) Encode(dst []int32, windows []float32) error { return encode(m, dst, windows) }

// Encode64 is [Model.Encode] of float64 values.
func (m *Model) Encode64(dst []int32, windows []float64) error { return encode(m, dst, windows) }

func encode[T array.Float](m *Model, dst []int32, windows []T) error {
	return m.inBatches(m.contents.Nets.Encoder, len(windows), len(dst), func(at, n int, b *runBuffers) {
		encodeBatch(m, dst[at*m.LatentLen():], windows[at*m.contents.Nets.WindowLen():], n, b)
	})
}

func encodeBatch[T array.Float](m *Model, dst []int32, windows []T, n int, b *runBuffers) {
	norm := m.contents.Normalisation
	size, codes, latents := m.contents.Nets.WindowLen(), m.LatentLen(), m.contents.Nets.LatentLen()
	x := layers.Grow(&b.input, n*size)
	m.pool.For(n, func(i int) {
		window := windows[i*size:][:size]
		offset := norm.Mean
		if norm.PerWindow {
			steps := scaling.Shift(norm, window)
			dst[(i+1)*codes-1] = steps
			offset = norm.Offset(steps)
		}
		scaling.Apply(norm, x[i*size:][:size], window, offset)
	})
	z := m.contents.Nets.Encoder.Infer(layers.Pass{Pool: m.pool, N: n}, m.contents.Weights, x, &b.layers)
	m.pool.For(n, func(i int) {
		kernel.Quantize(dst[i*codes:][:latents], z[i*latents:][:latents], m.contents.Latent.Centre, m.contents.Latent.Step)
	})
}

// Decode computes n windows, in field units, from their latents; lengths are
// those of [Model.Encode]. Any latents decode, to finite values and the same
// bits on every machine.
func (m *Model) Decode(dst []float32, latents []int32) error { return decode(m, dst, latents) }

// Decode64 is [Model.Decode] to float64 values, which tell apart what is close
// together far from zero.
func (m *Model) Decode64(dst []float64, latents []int32) error { return decode(m, dst, latents) }

func decode[T array.Float](m *Model, dst []T, latents []int32) error {
	return m.inBatches(m.contents.Nets.Decoder, len(dst), len(latents), func(at, n int, b *runBuffers) {
		decodeBatch(m, dst[at*m.contents.Nets.WindowLen():], latents[at*m.LatentLen():], n, b)
	})
}

func decodeBatch[T array.Float](m *Model, dst []T, latents []int32, n int, b *runBuffers) {
	norm := m.contents.Normalisation
	size, codes, each := m.contents.Nets.WindowLen(), m.LatentLen(), m.contents.Nets.LatentLen()
	z := layers.Grow(&b.input, n*each)
	m.pool.For(n, func(i int) {
		kernel.Dequantize(z[i*each:][:each], latents[i*codes:][:each], m.contents.Latent.Centre, m.contents.Latent.Step)
	})
	y := m.contents.Nets.Decoder.Infer(layers.Pass{Pool: m.pool, N: n}, m.contents.Weights[m.contents.Nets.Encoder.Weights:], z, &b.layers)
	m.pool.For(n, func(i int) {
		offset := norm.Offset(latents[(i+1)*codes-1])
		scaling.Invert(norm, dst[i*size:][:size], y[i*size:][:size], offset)
	})
}

// inBatches runs the windows that have so many values and latents through a
// network, as many together as its memory is for: n from the window at on.
func (m *Model) inBatches(net *layers.Network, values, latents int, run func(at, n int, b *runBuffers)) error {
	windows, err := m.count(values, latents)
	if err != nil {
		return err
	}
	b := m.buffers.Get().(*runBuffers)
	defer m.buffers.Put(b)
	batch := max(1, layers.BatchValues/net.Widest)
	for at := 0; at < windows; at += batch {
		run(at, min(batch, windows-at), b)
	}
	return nil
}

// DecodeMemory returns about how many bytes Decode works with, at most.
func (m *Model) DecodeMemory() int64 {
	return 4 * 3 * int64(max(layers.BatchValues, m.contents.Nets.Decoder.Widest))
}

// EncodeWork and DecodeWork return about how much work one window is, in
// multiplications of float32 numbers.
func (m *Model) EncodeWork() float64 { return m.contents.Nets.Encoder.Work() }

// DecodeWork is EncodeWork's other half.
func (m *Model) DecodeWork() float64 { return m.contents.Nets.Decoder.Work() }

// count returns the number of windows, checking both lengths.
func (m *Model) count(values, codes int) (int, error) {
	n := values / m.contents.Nets.WindowLen()
	if values != n*m.contents.Nets.WindowLen() || codes != n*m.LatentLen() {
		return 0, fmt.Errorf("%w: %d values and %d latents (want multiples of %d and %d for the same number of windows)",
			array.ErrShape, values, codes, m.contents.Nets.WindowLen(), m.LatentLen())
	}
	return n, nil
}

// Info describes a model for people and for JSON.
type Info struct {
	ID            string        `json:"id"`                    // hexadecimal
	Bytes         int           `json:"bytes"`                 // of the model file
	Window        []int         `json:"window"`                // shape, slowest axis first
	LatentLen     int           `json:"latents"`               // of one window
	Parameters    int           `json:"parameters"`            // weights and biases
	EncodeMACs    float64       `json:"encode_macs_per_value"` // multiplications
	DecodeMACs    float64       `json:"decode_macs_per_value"`
	Spec          Spec          `json:"spec"`
	Normalisation Normalisation `json:"normalisation"`
	Training      Record        `json:"training"`
}

// Info returns the model's description.
func (m *Model) Info() Info {
	size := float64(m.contents.Nets.WindowLen())
	return Info{
		ID:            hex.EncodeToString(m.id[:]),
		Bytes:         len(m.file),
		Window:        m.Window(),
		LatentLen:     m.LatentLen(),
		Parameters:    m.contents.Nets.Weights(),
		EncodeMACs:    float64(m.contents.Nets.Encoder.MACs) / size,
		DecodeMACs:    float64(m.contents.Nets.Decoder.MACs) / size,
		Spec:          m.contents.Spec,
		Normalisation: m.contents.Normalisation,
		Training:      m.training,
	}
}
