package dataset

import (
	"context"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/morselcodec/morsel/autoencoder/internal/fail"
	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
	"github.com/morselcodec/morsel/formats/array"
)

// Options say what a set is read for.
type Options struct {
	Window    []int   // shape of one example, rank 1 to 3, slowest axis first
	PerWindow bool    // whether windows are normalised each by its own mean
	HoldOut   float64 // the part to be held out, 0 to below 1
	Seed      uint64  // of the choice of arrays to be held out
	Fills     []array.Element
	// Suspect is asked what values of the named array are that look like fill
	// but were not declared. When it is nil, they are data.
	Suspect func(name string, found []array.Candidate) (asFill bool, err error)
}

// Read reads a set for what choose says when it is given the shape of the
// first array.
func Read(ctx context.Context, set iter.Seq2[array.Source, error], choose func(shape []int) (*Options, error)) (*Set, error) {
	v, o, err := takeSurvey(ctx, set, choose)
	if err != nil {
		return nil, err
	}
	if len(v.found) > 0 { // what was counted as data before
		again := *o
		again.Fills, again.Suspect = slices.Concat(o.Fills, v.found), nil
		v, o, err = takeSurvey(ctx, set, func([]int) (*Options, error) { return &again, nil })
		if err != nil {
			return nil, err
		}
	}
	d, stats := v.divide(o)
	switch {
	case stats.n == 0 && d.Record.HeldOut > 0:
		return nil, fmt.Errorf("%w: of %d values only %d in the part held out can be used; the others are NaN, infinite or fill",
			fail.ErrOptions, d.Record.HeldOut+d.Record.Missing, d.Record.HeldOut)
	case stats.n == 0:
		return nil, fmt.Errorf("%w: none of the %d values can be used: they are NaN, infinite or fill", fail.ErrOptions, d.Record.Missing)
	case math.IsInf(stats.high-stats.low, 0):
		return nil, fmt.Errorf("%w: the values range from %g to %g, further than a float64 reaches: scale them down", fail.ErrOptions, stats.min, stats.max)
	}
	d.span = max(stats.high-stats.mean, stats.mean-stats.low)
	d.Norm = scaling.Normalisation{Mean: v.base + stats.mean, Scale: 1, PerWindow: o.PerWindow}
	d.Kept = scaling.Normalisation{Scale: 1, PerWindow: o.PerWindow}
	if err := d.load(ctx, set, v, o.Fills); err != nil {
		return nil, err
	}
	return d, d.normalise(ctx)
}

// From this many arrays on, whole arrays are held out for validation; below,
// the end of each.
const splitByArray = 8

// divide decides what is held out, and returns the statistics of the rest. The
// values of regions are still to be read.
func (v *survey) divide(o *Options) (*Set, statistics) {
	d := &Set{Window: o.Window, Record: v.record}
	var usable []int
	for i, a := range v.arrays {
		if a.stats[0].n+a.stats[1].n > 0 {
			usable = append(usable, i)
		}
	}
	n := len(usable)
	d.Record.Arrays, d.Record.Unusable = n, len(v.arrays)-n
	held := map[int]bool{}
	if o.HoldOut > 0 && n >= splitByArray {
		count := max(1, int(math.Round(o.HoldOut*float64(n))))
		for _, k := range rand.New(rand.NewPCG(o.Seed, 0)).Perm(n)[:min(count, n-1)] {
			held[usable[k]] = true
		}
	}
	var train, valid statistics
	take := func(to *[]Region, total *statistics, r Region, stats statistics) {
		if stats.n > 0 { // windows of nothing but missing values teach nothing
			*to = append(*to, r)
			total.merge(stats)
		}
	}
	for _, i := range usable {
		a := v.arrays[i]
		if n >= splitByArray {
			a.parts[0] = a.whole
			a.stats[0].merge(a.stats[1])
			a.stats[1] = statistics{}
		}
		if held[i] {
			take(&d.Valid, &valid, a.parts[0], a.stats[0])
			continue
		}
		take(&d.Train, &train, a.parts[0], a.stats[0])
		take(&d.Valid, &valid, a.parts[1], a.stats[1])
	}
	d.Record.Values, d.Record.HeldOut = train.n, valid.n
	d.Record.Min, d.Record.Max = train.min, train.max
	return d, train
}

// load reads the set for the second time, and keeps what regions need.
func (d *Set) load(ctx context.Context, set iter.Seq2[array.Source, error], v *survey, fills []array.Element) error {
	data := make([][]float32, len(v.arrays))
	for _, r := range slices.Concat(d.Train, d.Valid) {
		data[r.source] = []float32{} // wanted
	}
	i := 0
	err := forEach(ctx, set, func(src array.Source) (err error) {
		if i == len(v.arrays) || src.DType != v.arrays[i].header.DType || !slices.Equal(src.Shape, v.arrays[i].header.Shape) {
			return array.ErrChanged
		}
		if data[i] != nil {
			data[i], err = d.read(ctx, newElements(src, fills), v.arrays[i].digest)
		}
		i++
		return err
	})
	if err == nil && i < len(v.arrays) {
		err = fmt.Errorf("%w: the set gave %d arrays, then %d (want the same each time it is gone through)", array.ErrChanged, len(v.arrays), i)
	}
	for _, regions := range [][]Region{d.Train, d.Valid} {
		for k := range regions {
			regions[k].data = data[regions[k].source]
		}
	}
	return err
}

// read reads the values of an array, whose digest is known, as they are kept.
func (d *Set) read(ctx context.Context, e *elements, want uint64) ([]float32, error) {
	n, err := e.Check()
	if err != nil {
		return nil, err
	}
	kept := make([]float32, n)
	var work []float64
	span := d.span
	if span == 0 {
		span = 1
	}
	digest, err := e.each(ctx, func(at int64, piece []byte) {
		values := resize(&work, len(piece)/e.DType.Size())
		e.differences(values, piece, d.Norm.Mean)
		for i, x := range values {
			kept[at+int64(i)] = float32(x / span)
		}
	})
	if err == nil && digest != want {
		err = array.ErrChanged
	}
	return kept, err
}
