package codec

import (
	"errors"
	"fmt"
	"math"
	"runtime"

	"github.com/morselcodec/morsel/autoencoder"
)

// Bound says how far a decoded value may be from the original. At most one
// field may be set; the zero value means Rel 1e-3.
type Bound struct {
	Abs          float64 // absolute: |x−x̂| ≤ Abs; 0 with nothing else set is the default, so ask for Lossless instead
	Rel          float64 // relative to the range max−min of the finite values that are not fill
	PointwiseRel float64 // relative to each value: |x−x̂| ≤ PointwiseRel·|x|, below 1; zeros and signs survive
	// PSNR is in decibels, 20·log10(range/RMSE) over the finite values that are
	// not fill, and what the decoded array reaches at least. Encode and
	// EncodeSource search the widest bound that does; a Writer, which sees the
	// values once, takes one that surely does.
	PSNR     float64
	Lossless bool // every bit survives
	None     bool // no bound: only a model's latents are stored
}

// DefaultRel is the value-range-relative bound used when none is given.
const DefaultRel = 1e-3

// DefaultLevel is the effort level used when none is given.
const DefaultLevel = 5

// Options say how to encode. The zero value, and nil, mean the defaults.
type Options struct {
	Bound Bound
	// Keep is what to guarantee beside the bound.
	Keep Keep
	// Range is the range of the values, from [Scan]. A Writer needs it for the
	// bounds Rel and PSNR, since it sees the values too late; Encode finds it
	// by itself.
	Range *Range
	// Fill, if set, is a value that stands for "no data". It survives exactly
	// and is left out of the range.
	Fill *float64
	// Level is the effort, 1 (fastest) to 9 (smallest); 0 means DefaultLevel.
	// Any reader decodes any level.
	Level int
	// Chunk is the shape of the independently decodable chunks, 24 KiB or more
	// of values each; nil chooses about two million values.
	Chunk      []int
	tinyChunks bool     // tests cut small arrays
	epsForPSNR *float64 // what a search for a PSNR tries
	// Workers is the number of chunks encoded at once; 0 means GOMAXPROCS. The
	// archive's bytes do not depend on it.
	Workers int
	// Model, if set, is tried on every chunk and used where that makes the
	// archive smaller. The archive then names it by its SHA-256.
	Model *autoencoder.Model
	// InlineModel stores the model in the archive, if a chunk used it.
	InlineModel bool
	// Progress, if set, is called with the number of values encoded so far and
	// the total, which grows each time that a search for a PSNR encodes the array
	// again. Calls do not overlap.
	Progress func(done, total int64)
}

// DecodeOptions say how to decode. The zero value, and nil, mean the defaults.
type DecodeOptions struct {
	// Models finds the model with a SHA-256 that an archive names. nil finds
	// none, and archives that need one fail with ErrModelNotFound.
	Models func(id [32]byte) (*autoencoder.Model, error)
	// MaxBytes caps the size of the decoded array; 0 means 1 TiB. It caps the
	// work as well: values that an archive hardly spends a byte on take no more
	// than about 24 ns for each byte of MaxBytes, or a second. Beyond it is ErrLimit.
	MaxBytes int64
	// MaxMemory caps what decoding allocates beside the caller's own result, in
	// bytes: it is counted before it is allocated, and an archive that needs more
	// is ErrLimit. 0 means 4 GiB, of which more than 256 MiB are used only where
	// a single chunk needs them.
	MaxMemory int64
	// Workers is the number of chunks decoded at once, fewer where memory would
	// not do; 0 means GOMAXPROCS.
	Workers int
	// Progress, if set, is called with the number of values decoded so far and
	// the total. Calls do not overlap.
	Progress func(done, total int64)
}

// Range is the smallest and the largest finite value that is not fill. A range
// without any such value has Max < Min.
type Range struct{ Min, Max float64 }

// Width returns max−min, 0 when there is no value.
func (r Range) Width() float64 {
	if r.Max < r.Min {
		return 0
	}
	return r.Max - r.Min
}

// ErrOptions marks options that contradict each other or the array.
var ErrOptions = errors.New("bad options")

// resolve returns the absolute bound: +Inf for None, 0 for Lossless, and for
// PointwiseRel, where it does not matter.
func (b Bound) resolve(r *Range) (float64, error) {
	given := 0
	for _, set := range []bool{b.Abs != 0, b.Rel != 0, b.PointwiseRel != 0, b.PSNR != 0, b.Lossless, b.None} {
		if set {
			given++
		}
	}
	if given > 1 {
		return 0, fmt.Errorf("%w: give one bound, not %d", ErrOptions, given)
	}
	for _, v := range []struct {
		name  string
		value float64
	}{{"absolute bound", b.Abs}, {"relative bound", b.Rel}, {"pointwise relative bound", b.PointwiseRel}, {"PSNR", b.PSNR}} {
		if v.value < 0 || math.IsNaN(v.value) || math.IsInf(v.value, 0) {
			return 0, fmt.Errorf("%w: %s %v (want a positive number)", ErrOptions, v.name, v.value)
		}
	}
	switch {
	case b.PointwiseRel >= 1:
		return 0, fmt.Errorf("%w: pointwise relative bound %v (want a number below 1)", ErrOptions, b.PointwiseRel)
	case b.Lossless, b.PointwiseRel != 0:
		return 0, nil
	case b.None:
		return math.Inf(1), nil
	case b.Abs != 0:
		return b.Abs, nil
	}
	if r == nil {
		return 0, fmt.Errorf("%w: a relative bound needs Options.Range; see Scan", ErrOptions)
	}
	width := r.Width()
	if math.IsInf(width, 0) {
		return 0, fmt.Errorf("%w: max−min is not finite (%g to %g); give an absolute bound (--abs)", ErrOptions, r.Min, r.Max)
	}
	eps := DefaultRel * width
	switch {
	case b.PSNR != 0: // RMSE ≤ ε, so PSNR ≥ 20·log10(width/ε)
		eps = width * math.Pow(10, -b.PSNR/20)
	case b.Rel != 0:
		eps = b.Rel * width
	}
	if math.IsInf(eps, 0) {
		return 0, fmt.Errorf("%w: a relative bound of %g is beyond the largest number for the range %g to %g", ErrOptions, b.Rel, r.Min, r.Max)
	}
	return eps, nil
}

// level returns the effort level.
func (o *Options) level() (int, error) {
	switch {
	case o.Level == 0:
		return DefaultLevel, nil
	case o.Level < 1 || o.Level > 9:
		return 0, fmt.Errorf("%w: level %d (want 1 to 9)", ErrOptions, o.Level)
	}
	return o.Level, nil
}

// workerCount turns a Workers option into a number of goroutines.
func workerCount(n int) int {
	if n > 0 {
		return n
	}
	return runtime.GOMAXPROCS(0)
}
