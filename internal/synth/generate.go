package synth

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/morselcodec/morsel/formats/array"
)

// Options are what every kind understands. The zero value works.
type Options struct {
	Seed uint64
	// Count is the number of examples; 0 means the kind's own default.
	Count int
	// Shape is one example's shape; nil means the kind's own default.
	Shape []int
	// Progress, if not nil, is called now and then with the steps done and the
	// steps in all, never by two goroutines at once.
	Progress func(done, total int)
}

// count returns the number of examples.
func (o *Options) count(def int) int {
	if o.Count == 0 {
		return def
	}
	return o.Count
}

// shape returns an example's shape, which must have as many dimensions as the
// default.
func (o *Options) shape(name string, def ...int) ([]int, error) {
	switch len(o.Shape) {
	case 0:
		return def, nil
	case len(def):
		return o.Shape, nil
	}
	return nil, fmt.Errorf("%w: synth: %s: shape %s (want as many dimensions as %s)",
		array.ErrShape, name, array.FormatShape(o.Shape), array.FormatShape(def))
}

// Kinds returns the names that [Generate] takes.
func Kinds() []string {
	return []string{"shallow-water", "sinusoid", "random-walk", "spheres"}
}

// Generate makes the examples of a kind, with its defaults for all that o does
// not say. When ctx ends before they are done it returns the cause.
func Generate(ctx context.Context, kind string, o *Options) (*array.Array[float32], error) {
	if o == nil {
		o = &Options{}
	}
	switch kind {
	case "shallow-water":
		return ShallowWater{Options: *o}.Generate(ctx)
	case "sinusoid":
		return Sinusoid{Options: *o}.Generate(ctx)
	case "random-walk":
		return RandomWalk{Options: *o}.Generate(ctx)
	case "spheres":
		return Spheres{Options: *o}.Generate(ctx)
	}
	return nil, fmt.Errorf("synth: unknown kind %q (want one of %s)", kind, strings.Join(Kinds(), ", "))
}

// maxValues bounds an array, so that a mistyped shape is an error and not an
// exhausted memory.
const maxValues = 1 << 30

// newArray returns an array of count examples named as its kind.
func newArray(name string, count int, shape []int) (*array.Array[float32], error) {
	if count < 0 {
		return nil, fmt.Errorf("synth: %s: %d examples (want 1 or more)", name, count)
	}
	full := slices.Clone(shape)
	if count != 1 {
		full = append([]int{count}, shape...)
	}
	n, err := array.CheckShape(full)
	switch {
	case err != nil:
		return nil, fmt.Errorf("synth: %s: %w", name, err)
	case n == 0:
		return nil, fmt.Errorf("%w: synth: %s: %s is empty", array.ErrShape, name, array.FormatShape(full))
	case n > maxValues:
		return nil, fmt.Errorf("%w: synth: %s: %s has %d values (want at most %d; use several seeds)",
			array.ErrShape, name, array.FormatShape(full), n, maxValues)
	}
	return &array.Array[float32]{Name: name, DType: array.Float32, Shape: full, Data: make([]float32, n)}, nil
}

// forEach calls f for each example, several at a time, with the example's own
// random numbers and its part of the array. It ends early when ctx does.
func forEach(ctx context.Context, a *array.Array[float32], count int, seed uint64, f func(rng *rand.Rand, i int, dst []float32) error) error {
	size := len(a.Data) / count
	var next atomic.Int64
	var once sync.Once
	var first error
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for range min(count, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= count {
					return
				}
				if err := f(random(seed, uint64(i)), i, a.Data[i*size:(i+1)*size]); err != nil {
					once.Do(func() { first = err })
					cancel(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if first != nil {
		return first
	}
	return context.Cause(ctx)
}

// random returns the random numbers of example i.
func random(seed, i uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, i)) }

// between returns a uniform number in [lo, hi).
func between(rng *rand.Rand, r Range) float64 {
	return r.Min + float64((r.Max-r.Min)*rng.Float64())
}

// Range is an interval to draw from; the zero value means the field's default.
type Range struct{ Min, Max float64 }

// or returns r, or the default if r is zero.
func (r Range) or(def Range) Range {
	if r == (Range{}) {
		return def
	}
	return r
}

// progress counts steps of several goroutines towards a total.
type progress struct {
	mu          sync.Mutex
	report      func(done, total int)
	done, total int
}

func (p *progress) step() {
	if p.report == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	p.report(p.done, p.total)
}
