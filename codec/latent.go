package codec

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/interrupt"
	"github.com/morselcodec/morsel/codec/internal/pack"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/wire"
	"github.com/morselcodec/morsel/formats/array"
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

// maxModelWork is how many multiplications decoding a chunk's latents may take,
// so that a hostile archive cannot keep a decoder busy for hours.
const maxModelWork = 1 << 42

// So many windows are run through a model at once, fewer where that would take
// more multiplications than about a tenth of a second's.
const (
	maxBatch  = 64
	batchWork = 1 << 32
)

// checkModelWork refuses more than maxModelWork.
func checkModelWork(w *windows, m *autoencoder.Model) error {
	if work := float64(m.DecodeWork() * float64(w.total)); work > maxModelWork {
		return fmt.Errorf("%w: decoding the chunk's %d windows would take %.3g operations, more than %.3g", fault.ErrLimit, w.total, work, float64(maxModelWork))
	}
	return nil
}

// rows calls f for each row of windows from to to−1 that lies in the chunk:
// in is its place in the windows' values, at its place in the chunk. Coordinates beyond the chunk's
// end are clamped for f if padded is set, and left out otherwise.
func (w *windows) rows(from, to int, padded bool, f func(in, at, n int)) {
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

// encodeLatents returns the latents of a chunk's windows. Special values are
// replaced by the mean of the others, and windows that stick out repeat the
// chunk's last values.
func encodeLatents[T array.Float](m *autoencoder.Model, g *grid.Grid, x []T, special []bool) ([]int32, error) {
	w, err := newWindows(g, m)
	if err != nil {
		return nil, err
	}
	mean, n := 0.0, 0
	for i, v := range x {
		if special == nil || !special[i] {
			n++
			mean += (float64(v) - mean) / float64(n)
		}
	}
	latents := make([]int32, w.total*m.LatentLen())
	buf := make([]T, min(w.batch, w.total)*w.values)
	for k := 0; k < w.total; k += w.batch {
		g.Watch.Check()
		to := min(k+w.batch, w.total)
		w.rows(k, to, true, func(in, at, n int) {
			row := buf[in : in+w.shape[g.Rank-1]]
			for i := range row {
				j := at + min(i, n-1)
				row[i] = x[j]
				if special != nil && special[j] {
					row[i] = T(mean)
				}
			}
		})
		err := runEncoder(m, latents[k*m.LatentLen():to*m.LatentLen()], buf[:(to-k)*w.values])
		if err != nil {
			return nil, err
		}
	}
	return latents, nil
}

// runEncoder and runDecoder are the model's Encode and Decode in the value type.
func runEncoder[T array.Float](m *autoencoder.Model, latents []int32, windows []T) error {
	if x, ok := any(windows).([]float64); ok {
		return m.Encode64(latents, x)
	}
	return m.Encode(latents, any(windows).([]float32))
}

func runDecoder[T array.Float](m *autoencoder.Model, windows []T, latents []int32) error {
	if y, ok := any(windows).([]float64); ok {
		return m.Decode64(y, latents)
	}
	return m.Decode(any(windows).([]float32), latents)
}

// decodeLatents returns the guide, the model's estimate of each value.
func decodeLatents[T array.Float](m *autoencoder.Model, g *grid.Grid, latents []int32) ([]T, error) {
	w, err := newWindows(g, m)
	if err != nil {
		return nil, err
	}
	if len(latents) != w.total*m.LatentLen() {
		return nil, fmt.Errorf("expected %d latents, found %d", w.total*m.LatentLen(), len(latents))
	}
	guide := make([]T, g.Size)
	buf := make([]T, min(w.batch, w.total)*w.values)
	for k := 0; k < w.total; k += w.batch {
		g.Watch.Check()
		to := min(k+w.batch, w.total)
		out := buf[:(to-k)*w.values]
		if err := runDecoder(m, out, latents[k*m.LatentLen():to*m.LatentLen()]); err != nil {
			return nil, err
		}
		w.rows(k, to, false, func(in, at, n int) { copy(guide[at:at+n], out[in:in+n]) })
	}
	for i, v := range guide {
		guide[i] = quant.Finite(v)
	}
	return guide, nil
}

// fromGuide returns what a chunk without a bound decodes to.
func fromGuide[T array.Float](d array.DType, guide []T) []T {
	values := make([]T, len(guide))
	q := quant.New[T](d, 1, 0)
	for i, v := range guide {
		values[i] = q.Value(0, float64(v))
	}
	return values
}

// appendLatents appends the block payload. The latents are stored by their
// place in the window, so that those of one kind stand together.
func appendLatents(b []byte, latents []int32, perWindow, level int, stop *interrupt.Watch) []byte {
	start := len(b)
	plain := make([]byte, 0, len(latents))
	for c := range perWindow {
		for i := c; i < len(latents); i += perWindow {
			plain = binary.AppendVarint(plain, int64(latents[i]))
		}
	}
	b = pack.ZstdPack(append(b, pack.PackZstd), plain, level, stop)
	if len(b)-start <= len(plain) {
		return b
	}
	return append(append(b[:start], pack.PackPlain), plain...)
}

func parseLatents(payload []byte, m *autoencoder.Model, g *grid.Grid) ([]int32, error) {
	w, err := newWindows(g, m)
	if err != nil {
		return nil, err
	}
	if err := checkModelWork(w, m); err != nil {
		return nil, err
	}
	perWindow := m.LatentLen()
	n := w.total * perWindow
	f := wire.Fields{B: payload}
	switch packing := f.U8(); packing {
	case pack.PackPlain:
	case pack.PackZstd:
		if f.B, err = pack.ZstdUnpack(f.B, n*binary.MaxVarintLen32); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("unknown packing %d", packing)
	}
	if len(f.B) < n {
		return nil, fmt.Errorf("expected %d latents, found at most %d", n, len(f.B))
	}
	latents := make([]int32, n)
	for c := range perWindow {
		for i := c; i < n; i += perWindow {
			v := f.Uvarint(1<<32 - 1)
			latents[i] = int32(uint32(v>>1) ^ -uint32(v&1))
		}
	}
	return latents, f.End()
}
