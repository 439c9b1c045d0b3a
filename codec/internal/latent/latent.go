// Package latent makes an estimate ĝ of each value of a chunk from a model's latents.
//
// A model (package autoencoder) encodes windows of values to latents, a few
// integers each, and decodes them to estimates. Windows lie side by side along the
// chunk's last axes. With a bound, the residual (package residual) predicts from
// the estimates; without one, they are what the chunk decodes to. Packings of
// latents are those of package pack.
//
// See sections 7.4 and 10 of FORMAT.md, "Latents".
package latent

import (
	"encoding/binary"
	"fmt"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/interrupt"
	"github.com/morselcodec/morsel/codec/internal/pack"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/wire"
)

// Encode returns the payload of the latents block that the model gives for the
// chunk x, and the estimate that a decoder makes of it. special says which values
// of x do not count, nil for none.
func Encode[T array.Float](m *autoencoder.Model, g *grid.Grid, x []T, special []bool, level int) (b []byte, estimate []T, err error) {
	latents, err := encode(m, g, x, special)
	if err != nil {
		return nil, nil, err
	}
	estimate, err = decode[T](m, g, latents)
	return AppendBlock(nil, latents, m.LatentLen(), level, g.Watch), estimate, err
}

// Decode returns the estimates, of all values of the chunk, from the payload of a
// latents block.
func Decode[T array.Float](m *autoencoder.Model, g *grid.Grid, b []byte) ([]T, error) {
	latents, err := parseBlock(b, m, g)
	if err != nil {
		return nil, err
	}
	return decode[T](m, g, latents)
}

// Check returns an error for a model whose windows do not fit the chunk, or would
// take more work than a reader allows.
func Check(g *grid.Grid, m *autoencoder.Model) error {
	w, err := newWindows(g, m)
	if err != nil {
		return err
	}
	return w.check(m)
}

// encode returns the latents of a chunk's windows. Special values are replaced by
// the mean of the others, and windows that reach beyond the chunk repeat its last
// values.
func encode[T array.Float](m *autoencoder.Model, g *grid.Grid, x []T, special []bool) ([]int32, error) {
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
		w.eachRow(k, to, true, func(in, at, n int) {
			row := buf[in : in+w.shape[g.Rank-1]]
			for i := range row {
				j := at + min(i, n-1)
				row[i] = x[j]
				if special != nil && special[j] {
					row[i] = T(mean)
				}
			}
		})
		err := encodeWindows(m, latents[k*m.LatentLen():to*m.LatentLen()], buf[:(to-k)*w.values])
		if err != nil {
			return nil, err
		}
	}
	return latents, nil
}

// encodeWindows and decodeWindows are the model's Encode and Decode for the value type.
func encodeWindows[T array.Float](m *autoencoder.Model, latents []int32, windows []T) error {
	if x, ok := any(windows).([]float64); ok {
		return m.Encode64(latents, x)
	}
	return m.Encode(latents, any(windows).([]float32))
}

func decodeWindows[T array.Float](m *autoencoder.Model, windows []T, latents []int32) error {
	if y, ok := any(windows).([]float64); ok {
		return m.Decode64(y, latents)
	}
	return m.Decode(any(windows).([]float32), latents)
}

// decode returns the estimates that latents decode to.
func decode[T array.Float](m *autoencoder.Model, g *grid.Grid, latents []int32) ([]T, error) {
	w, err := newWindows(g, m)
	if err != nil {
		return nil, err
	}
	if len(latents) != w.total*m.LatentLen() {
		return nil, fmt.Errorf("expected %d latents, found %d", w.total*m.LatentLen(), len(latents))
	}
	estimate := make([]T, g.Size)
	buf := make([]T, min(w.batch, w.total)*w.values)
	for k := 0; k < w.total; k += w.batch {
		g.Watch.Check()
		to := min(k+w.batch, w.total)
		out := buf[:(to-k)*w.values]
		if err := decodeWindows(m, out, latents[k*m.LatentLen():to*m.LatentLen()]); err != nil {
			return nil, err
		}
		w.eachRow(k, to, false, func(in, at, n int) { copy(estimate[at:at+n], out[in:in+n]) })
	}
	for i, v := range estimate {
		estimate[i] = quant.Finite(v)
	}
	return estimate, nil
}

// Values returns what a chunk of element type d decodes to without a bound: the
// estimates as values of that type.
func Values[T array.Float](d array.DType, estimate []T) []T {
	values := make([]T, len(estimate))
	q := quant.New[T](d, 1, 0)
	for i, v := range estimate {
		values[i] = q.Value(0, float64(v))
	}
	return values
}

// AppendBlock appends to b the payload of a latents block, in the shorter packing.
// latents are those of one window after the other, perWindow each; stored are the
// first ones of all windows, then the second ones, and so on.
func AppendBlock(b []byte, latents []int32, perWindow, level int, watch *interrupt.Watch) []byte {
	start := len(b)
	plain := make([]byte, 0, len(latents))
	for c := range perWindow {
		for i := c; i < len(latents); i += perWindow {
			plain = binary.AppendVarint(plain, int64(latents[i]))
		}
	}
	b = pack.Compress(append(b, pack.Zstd), plain, level, watch)
	if len(b)-start <= len(plain) {
		return b
	}
	return append(append(b[:start], pack.Plain), plain...)
}

// parseBlock returns the latents of a block's payload, window by window.
func parseBlock(payload []byte, m *autoencoder.Model, g *grid.Grid) ([]int32, error) {
	w, err := newWindows(g, m)
	if err != nil {
		return nil, err
	}
	if err := w.check(m); err != nil {
		return nil, err
	}
	perWindow := m.LatentLen()
	n := w.total * perWindow
	f := wire.Fields{B: payload}
	switch packing := f.U8(); packing {
	case pack.Plain:
	case pack.Zstd:
		if f.B, err = pack.Decompress(f.B, n*binary.MaxVarintLen32); err != nil {
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
