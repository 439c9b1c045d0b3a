package latent

import (
	"errors"
	"fmt"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
)

// windows lays the windows of a model over a chunk: side by side along the
// chunk's last axes, one index after the other along those before.
type windows struct {
	grid   *grid.Grid
	shape  []int // of the window, with leading ones up to the chunk's rank
	count  []int // windows along each axis
	total  int
	values int // of one window
	batch  int // how many are run through the model at once
}

// errRank marks a chunk that a model's windows do not fit.
var errRank = errors.New("model window has more axes than the array")

func newWindows(g *grid.Grid, m *autoencoder.Model) (*windows, error) {
	window := m.Window()
	if len(window) > g.Rank {
		return nil, fmt.Errorf("%w: %d and %d", errRank, len(window), g.Rank)
	}
	w := &windows{grid: g, shape: make([]int, g.Rank), count: make([]int, g.Rank), total: 1, values: 1}
	for a := range w.shape {
		w.shape[a] = 1
		if k := a - (g.Rank - len(window)); k >= 0 {
			w.shape[a] = window[k]
		}
		w.count[a] = (g.Shape[a] + w.shape[a] - 1) / w.shape[a]
		w.total *= w.count[a]
		w.values *= w.shape[a]
	}
	w.batch = int(max(min(batchWork/max(m.EncodeWork(), m.DecodeWork()), maxBatch), 1))
	return w, nil
}

// maxModelWork is how many multiplications decoding a chunk's latents may take, so
// that a hostile archive cannot keep a decoder busy for hours.
const maxModelWork = 1 << 42

// A batch is at most maxBatch windows, fewer where that would take more
// multiplications than batchWork, about a tenth of a second's.
const (
	maxBatch  = 64
	batchWork = 1 << 32
)

// check returns an error if decoding the windows takes more than maxModelWork.
func (w *windows) check(m *autoencoder.Model) error {
	if work := float64(m.DecodeWork() * float64(w.total)); work > maxModelWork {
		return fmt.Errorf("%w: decoding the chunk's %d windows would take %.3g operations, more than %.3g", fault.ErrLimit, w.total, work, float64(maxModelWork))
	}
	return nil
}

// eachRow calls f for each row of windows from to to−1: in is where it begins in
// the windows' values, at where in the chunk, and n how many of its values lie
// there. Of rows outside of the chunk padded clamps the coordinates; else they are
// left out.
func (w *windows) eachRow(from, to int, padded bool, f func(in, at, n int)) {
	inner := w.grid.Rank - 1
	for k := from; k < to; k++ {
		var origin [grid.MaxRank]int
		for a, i := inner, k; a >= 0; a-- {
			origin[a] = i % w.count[a] * w.shape[a]
			i /= w.count[a]
		}
		n := min(w.shape[inner], w.grid.Shape[inner]-origin[inner])
		for r := range w.values / w.shape[inner] {
			at, inside := origin[inner], true
			for a, i := inner-1, r; a >= 0; a-- {
				c := origin[a] + i%w.shape[a]
				i /= w.shape[a]
				if c >= w.grid.Shape[a] {
					c, inside = w.grid.Shape[a]-1, false
				}
				at += c * w.grid.Stride[a]
			}
			if inside || padded {
				f((k-from)*w.values+r*w.shape[inner], at, n)
			}
		}
	}
}
