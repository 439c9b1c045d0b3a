package dataset

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
	"github.com/morselcodec/morsel/formats/array"
)

// normalise sets the scales from the training regions.
func (d *Set) normalise(ctx context.Context) error {
	find := d.variance
	if d.Norm.PerWindow {
		find = d.windowVariance
	}
	variance, err := find(ctx)
	if err != nil {
		return err
	}
	// A field that does not vary, or not within windows, has no scale of its own.
	if scale := math.Sqrt(variance); scale > 1e-12 {
		d.Kept.Scale = scale
	}
	if d.span > 0 {
		d.Norm.Scale = max(d.span*d.Kept.Scale, math.SmallestNonzeroFloat64)
	}
	return nil
}

// variance is that of the values to train on.
func (d *Set) variance(ctx context.Context) (float64, error) {
	var n, mean, variance float64
	if err := d.each(ctx, func(v float64) { n++; mean += v }); err != nil {
		return 0, err
	}
	mean /= n
	err := d.each(ctx, func(v float64) { variance += float64((v - mean) * (v - mean)) })
	return variance / n, err
}

// windowVariance estimates the variance about each window's own mean.
func (d *Set) windowVariance(ctx context.Context) (float64, error) {
	const windows = 1024
	x := make([]float32, array.Product(d.Window))
	rng := rand.New(rand.NewPCG(0, 1))
	var square float64
	for range windows {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		d.Draw(x, d.Train, rng)
		var mean float64
		for _, v := range x {
			mean += float64(v) / float64(len(x))
		}
		for _, v := range x {
			square += float64((float64(v) - mean) * (float64(v) - mean))
		}
	}
	return square / float64(windows*len(x)), nil
}

// eachPart is how many values each visits before it looks at the context again.
const eachPart = 1 << 15

// each visits the valid values of the training regions in order, until ctx is
// done.
func (d *Set) each(ctx context.Context, visit func(v float64)) error {
	for _, r := range d.Train {
		width := r.dims[len(r.dims)-1]
		for row := range r.lead * array.Product(r.dims[:len(r.dims)-1]) {
			for part := range slices.Chunk(r.data[r.line(row):][:width], eachPart) {
				if err := ctx.Err(); err != nil {
					return err
				}
				for _, v := range part {
					if !scaling.IsSpecial(v) {
						visit(float64(v))
					}
				}
			}
		}
	}
	return nil
}
