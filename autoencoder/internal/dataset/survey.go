package dataset

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/morselcodec/morsel/autoencoder/internal/fail"
	"github.com/morselcodec/morsel/formats/array"
)

// A set is read twice: the survey finds its range and centre, so that the
// second reading can take them off in float64 and keep float32.

// survey is what the first reading finds.
type survey struct {
	arrays []surveyed
	base   float64 // a value of the set, which all statistics are relative to
	based  bool
	record Record
	found  []array.Element // what looks like fill and is to be taken as such
	work   []float64
}

// surveyed is one array of a set.
type surveyed struct {
	header array.Header
	digest uint64 // of its elements
	whole  Region
	parts  [2]Region     // to train on, and what is held out where arrays are divided
	stats  [2]statistics // of the two
}

// statistics are those of values that are not missing, relative to the survey's base.
type statistics struct {
	n         int64
	mean      float64
	low, high float64
	min, max  float64 // low and high in field units
}

func (s *statistics) merge(o statistics) {
	switch {
	case o.n == 0:
		return
	case s.n == 0:
		*s = o
		return
	}
	s.n += o.n
	s.mean += float64((o.mean - s.mean) * (float64(o.n) / float64(s.n)))
	s.low, s.high = min(s.low, o.low), max(s.high, o.high)
	s.min, s.max = min(s.min, o.min), max(s.max, o.max)
}

// forEach goes through the arrays of a set that have values. It names the array
// that an error is about.
func forEach(ctx context.Context, set iter.Seq2[array.Source, error], visit func(array.Source) error) error {
	for src, err := range set {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		n, err := src.Check()
		if n > 0 && err == nil {
			err = visit(src)
		}
		if err != nil && src.Name != "" {
			err = fmt.Errorf("%s: %w", src.Name, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// takeSurvey reads a set for the first time. Its first array chooses the options.
func takeSurvey(ctx context.Context, set iter.Seq2[array.Source, error], choose func(shape []int) (*Options, error)) (*survey, *Options, error) {
	v := &survey{}
	var o *Options
	err := forEach(ctx, set, func(src array.Source) (err error) {
		if o == nil {
			if o, err = choose(src.Shape); err != nil {
				return err
			}
		}
		return v.add(ctx, src, o)
	})
	if err == nil && o == nil {
		err = fmt.Errorf("%w: no data to train on", fail.ErrOptions)
	}
	return v, o, err
}

// add reads an array, of which windows of the given shape are to be cut.
func (v *survey) add(ctx context.Context, src array.Source, o *Options) error {
	whole, err := wholeArray(src.Header, o.Window)
	if err != nil {
		return err
	}
	whole.source = len(v.arrays)
	a := surveyed{header: src.Header, whole: whole, parts: [2]Region{whole}}
	a.header.Shape = slices.Clone(src.Shape)
	if o.HoldOut > 0 {
		a.parts[0], a.parts[1], _ = whole.split(o.HoldOut, o.Window)
	}
	period, first := whole.period(a.parts[0])
	e := newElements(src, o.Fills)
	census, err := array.NewCensus(src.DType, e.fills)
	if err != nil {
		return fmt.Errorf("%w: %w", fail.ErrOptions, err)
	}
	a.digest, err = e.each(ctx, func(at int64, piece []byte) {
		census.Add(piece)
		size := int64(src.DType.Size())
		for count := int64(len(piece)) / size; count > 0; {
			part, n := 0, first-at%period
			if n <= 0 {
				part, n = 1, n+period-first
			}
			n = min(n, count)
			v.count(&a.stats[part], e, piece[:n*size])
			piece, at, count = piece[n*size:], at+n, count-n
		}
	})
	if err != nil {
		return err
	}
	v.record.Missing += int64(whole.values()) - a.stats[0].n - a.stats[1].n
	v.record.countFills(e.fills, census.FillCounts())
	v.arrays = append(v.arrays, a)
	return v.suspect(census, src.Name, o)
}

// suspect looks for values that look like fill but were not declared.
func (v *survey) suspect(census *array.Census, name string, o *Options) error {
	if o.Suspect == nil {
		return nil
	}
	found, _ := census.Candidates()
	if len(found) == 0 {
		return nil
	}
	asFill, err := o.Suspect(name, found)
	if err != nil || !asFill {
		return err
	}
	for _, c := range found {
		if !slices.Contains(v.found, c.Value) {
			v.found = append(v.found, c.Value)
		}
	}
	return nil
}

// count adds the values of a piece to s.
func (v *survey) count(s *statistics, e *elements, piece []byte) {
	size := e.DType.Size()
	d := resize(&v.work, len(piece)/size)
	if !v.based {
		v.base, v.based = e.first(d, piece)
	}
	e.differences(d, piece, v.base)
	var p statistics
	low, high := -1, -1
	for i, x := range d {
		if x != x {
			continue
		}
		p.n++
		p.mean += x
		if low < 0 || x < d[low] {
			low = i
		}
		if high < 0 || x > d[high] {
			high = i
		}
	}
	if p.n == 0 {
		return
	}
	if p.mean /= float64(p.n); math.IsInf(p.mean, 0) { // the sum of values near the largest
		p.mean = 0
		for _, x := range d {
			if x == x {
				p.mean += x / float64(p.n)
			}
		}
	}
	at := func(i int) float64 { return array.ElementAt(e.DType, piece[i*size:]).Float64() }
	p.low, p.high, p.min, p.max = d[low], d[high], at(low), at(high)
	s.merge(p)
}

// first returns the first value of a piece that is not missing, if there is one.
func (e *elements) first(work []float64, piece []byte) (v float64, ok bool) {
	e.differences(work, piece, 0)
	i := slices.IndexFunc(work, func(x float64) bool { return x == x })
	if i < 0 {
		return 0, false
	}
	return work[i], true
}

// resize returns n values of *s; what was there is lost.
func resize(s *[]float64, n int) []float64 {
	if cap(*s) < n {
		*s = make([]float64, n)
	}
	*s = (*s)[:n]
	return *s
}
