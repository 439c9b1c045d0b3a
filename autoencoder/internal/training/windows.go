package training

import (
	"math/rand/v2"

	"github.com/morselcodec/morsel/autoencoder/internal/dataset"
	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
)

// drawValidation draws the windows to evaluate on.
func (t *trainer) drawValidation() {
	from := t.data.Valid
	if len(from) == 0 {
		from = t.data.Train
	}
	n := min(max(validationValues/t.nets.WindowLen(), 8), 256)
	t.valid = make([]float32, n*t.nets.WindowLen())
	t.windows(t.valid, from, t.random(forValidation, 0))
}

// validationValues is about how many values an evaluation looks at.
const validationValues = 1 << 20

// windows fills dst with random normalised windows.
func (t *trainer) windows(dst []float32, from []dataset.Region, key uint64) {
	size := t.nets.WindowLen()
	raw := layers.Grow(&t.buffers.windows, len(dst))
	t.pool.For(len(dst)/size, func(i int) {
		w := raw[i*size:][:size]
		t.data.Draw(w, from, rand.New(rand.NewPCG(key, uint64(i))))
		norm := t.data.Kept
		offset := norm.Mean
		if norm.PerWindow {
			offset = norm.Offset(scaling.Shift(norm, w))
		}
		scaling.Apply(norm, dst[i*size:][:size], w, offset)
	})
}

// batch draws the windows of a step.
func (t *trainer) batch(step int) []float32 {
	x := layers.Grow(&t.buffers.input, t.s.Batch*t.nets.WindowLen())
	t.windows(x, t.data.Train, t.random(forWindows, step))
	return x
}

// lossShape is the shape of n windows.
func (t *trainer) lossShape(n int) []int {
	return append([]int{n}, t.data.Window...)
}
