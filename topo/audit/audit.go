package audit

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sort"
	"sync"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/topo"
	"github.com/morselcodec/morsel/topo/distance"
)

// Options of [Compare]. A nil pointer means the zero value.
type Options struct {
	// Fills are values of the original, beside NaN and ±Inf, that are no data, as
	// elements of its type.
	Fills []array.Element
	// Sharpness of the soft directional sign loss; 0 means 100/range.
	Sharpness float64
	// NoPersistence leaves out diagrams and distances, which take most of the
	// time on noisy fields.
	NoPersistence bool
	// MaxPairs keeps only the most persistent pairs of a diagram for the
	// Wasserstein distances: 0 means 20 000, negative no limit. The bottleneck
	// distance always takes all.
	MaxPairs int
	// Workers bounds the parallelism; 0 means GOMAXPROCS. The report is the
	// same for any number.
	Workers int
}

const defaultMaxPairs = 20_000

// Compare audits other, say a decompressed array, against original. The arrays
// must have the same shape; it is an error matching [array.ErrShape] if they
// do not. Beside the arrays it takes memory of up to 10 bytes per value without
// persistence (80 where there are fewer than 8 planes along the slowest axis),
// and up to 100 with it on noisy fields, where distances take some tens of MB.
//
// It gives up, with ctx's error, soon after ctx is done.
func Compare[T array.Float](ctx context.Context, original, other *array.Array[T], o *Options) (*Report, error) {
	if err := original.Check(); err != nil {
		return nil, fmt.Errorf("original array: %w", err)
	}
	if err := other.Check(); err != nil {
		return nil, fmt.Errorf("other array: %w", err)
	}
	if err := sameShape(original.Shape, other.Shape); err != nil {
		return nil, err
	}
	opt := o.withDefaults()
	f := &fields[T]{ctx: ctx, shape: original.Shape, x: original.Data, y: other.Data, mask: topo.Mask(original.Data, opt.Fills)}
	return f.report(original.Header(), &opt)
}

func (o *Options) withDefaults() Options {
	var opt Options
	if o != nil {
		opt = *o
	}
	if opt.MaxPairs == 0 {
		opt.MaxPairs = defaultMaxPairs
	}
	return opt
}

func sameShape(original, other []int) error {
	if slices.Equal(original, other) {
		return nil
	}
	return fmt.Errorf("%w: original is %s, other %s (want the same shape)", array.ErrShape,
		array.FormatShape(original), array.FormatShape(other))
}

func (f *fields[T]) report(h array.Header, o *Options) (*Report, error) {
	r := &Report{Name: h.Name, Shape: slices.Clone(h.Shape), DType: h.DType.String(), Values: int64(len(f.x))}
	f.pointwise(r)

	diagrams := f.filtrations()
	if o.NoPersistence {
		diagrams = nil
	}
	before, after := make([]*topo.Diagram, len(diagrams)), make([]*topo.Diagram, len(diagrams))
	jobs := f.figures(r, o.Sharpness)
	for k, diagram := range diagrams {
		jobs = append(jobs,
			func() (err error) { before[k], err = diagram(f.x); return err },
			func() (err error) { after[k], err = diagram(f.y); return err })
	}
	if err := inParallel(f.ctx, o.Workers, jobs); err != nil {
		return nil, err
	}
	r.Pictures = f.pictures(before, after)

	r.Persistence = make([]Persistence, len(diagrams))
	jobs = nil
	for k := range diagrams {
		jobs = append(jobs, f.distances(&r.Persistence[k], before[k], after[k], o.MaxPairs)...)
	}
	if err := inParallel(f.ctx, o.Workers, jobs); err != nil {
		return nil, err
	}
	return r, nil
}

// figures are the jobs that each fill in some of the report.
func (f *fields[T]) figures(r *Report, sharpness float64) []func() error {
	return []func() error{
		func() error { r.SSIM = Number(f.ssim(r.NonFinite)); return f.ctx.Err() },
		func() error { r.DSL = f.softDSL(sharpness); return f.ctx.Err() },
		func() error {
			s, err := topo.CompareSigns(f.ctx, f.shape, f.x, f.y, f.cells())
			r.SignMismatches, r.SignComparisons, r.SignOpposite = s.Mismatches, s.Comparisons, s.Opposite
			r.SignMismatchFraction, r.ExactDSL = Number(s.Fraction()), Number(s.HalfSum())
			if f.values == 0 {
				r.SignMismatchFraction = undefined
			}
			return err
		},
		func() error {
			if len(f.shape) > topo.MaxOrderRank {
				return nil
			}
			s, err := topo.CompareOrder(f.ctx, f.shape, f.x, f.y, f.cells())
			r.OrderMismatches, r.OrderComparisons = &s.Mismatches, &s.Comparisons
			return err
		},
		func() (err error) {
			r.Extrema, err = topo.CompareExtrema(f.ctx, f.shape, f.x, f.y, f.cells())
			return err
		},
	}
}

// filtrations are the diagrams that are compared.
func (f *fields[T]) filtrations() []func([]T) (*topo.Diagram, error) {
	o := f.cells()
	all := []func([]T) (*topo.Diagram, error){
		func(data []T) (*topo.Diagram, error) { return topo.Sublevel(f.ctx, f.shape, data, o) },
	}
	if len(f.shape) > 1 {
		all = append(all, func(data []T) (*topo.Diagram, error) { return topo.SublevelTop(f.ctx, f.shape, data, o) })
	}
	return all
}

// distances are the jobs that compare two diagrams.
func (f *fields[T]) distances(p *Persistence, d, e *topo.Diagram, maxPairs int) []func() error {
	p.Dim = d.Dim
	p.PairsOriginal, p.PairsOther = len(d.Pairs), len(e.Pairs)
	p.EssentialOriginal, p.EssentialOther = len(d.Essential), len(e.Essential)
	p.Above1Original, p.Above1Other = f.countAbove(d, 0.01), f.countAbove(e, 0.01)
	p.Above5Original, p.Above5Other = f.countAbove(d, 0.05), f.countAbove(e, 0.05)
	o := &distance.Options{MaxPairs: maxPairs}
	return []func() error{
		func() error {
			b, err := distance.Bottleneck(f.ctx, d, e, nil)
			p.Bottleneck, p.Accuracy.Bottleneck = accuracyOf(b)
			return err
		},
		func() error {
			w, err := distance.Wasserstein(f.ctx, d, e, 1, o)
			p.Wasserstein1, p.Accuracy.Wasserstein1 = accuracyOf(w)
			return err
		},
		func() error {
			w, err := distance.Wasserstein(f.ctx, d, e, 2, o)
			p.Wasserstein2, p.Accuracy.Wasserstein2 = accuracyOf(w)
			return err
		},
	}
}

// countAbove returns how many pairs have a persistence above a part of the range.
func (f *fields[T]) countAbove(d *topo.Diagram, part float64) int {
	return sort.Search(len(d.Pairs), func(i int) bool {
		p := d.Pairs[i] // the most persistent come first
		return math.Abs(f.inSpans(T(p.Death), T(p.Birth))) <= part
	})
}

// inParallel runs jobs on up to workers goroutines and returns the first error
// in the order of jobs. Once ctx is done it begins no more.
func inParallel(ctx context.Context, workers int, jobs []func() error) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	errs := make([]error, len(jobs))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(workers, len(jobs)) {
		wg.Go(func() {
			for k := range next {
				if errs[k] = ctx.Err(); errs[k] == nil {
					errs[k] = jobs[k]()
				}
			}
		})
	}
	for k := range jobs {
		next <- k
	}
	close(next)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
