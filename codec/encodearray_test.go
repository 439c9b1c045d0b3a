package codec

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/long"
)

// An array in memory gives the archive, the report, the progress and the errors
// that a stream of its values gives.
func TestArraysAreEncodedAsStreams(t *testing.T) {
	rng := rand.New(rand.NewPCG(20, 26))
	for trial := range long.Trials(40, 800) {
		d := array.DType(1 + rng.IntN(int(array.Uint64)))
		shape := randomShape(rng, 1+rng.IntN(500))
		if trial%20 == 0 {
			shape[rng.IntN(len(shape))] = 0
		}
		if d.NeedsFloat64() || trial%2 == 0 {
			compareWays[float64](t, rng, d, shape)
		} else {
			compareWays[float32](t, rng, d, shape)
		}
	}
}

// outcome is what an encoding gives.
type outcome struct {
	Archive  []byte
	Stats    Stats
	Err      string
	Progress [][2]int64
}

func compareWays[T array.Float](t *testing.T, rng *rand.Rand, d array.DType, shape []int) {
	raw := field(rng, d, shape)
	a := &array.Array[T]{DType: d, Shape: shape, Data: make([]T, array.Product(shape))}
	if array.Promote(a.Data, raw, d) != nil {
		return // of 64 bits, for which there are streams alone
	}
	o := Options{
		Level: 1 + rng.IntN(9), Workers: 1, FillPolicy: FillPolicy(rng.IntN(3)),
		Bound: []Bound{{}, {Abs: 0.5}, {Rel: 1e-2}, {PSNR: 40}, {PointwiseRel: 1e-2}, {Lossless: true}}[rng.IntN(6)],
	}
	if o.Bound.PointwiseRel == 0 {
		o.Keep = []Keep{0, 0, KeepSigns, KeepExtrema, KeepOrder}[rng.IntN(5)]
	}
	if rng.IntN(2) == 0 {
		o.tinyChunks, o.Chunk = true, make([]int, len(shape))
		for i, n := range shape {
			o.Chunk[i] = 1 + rng.IntN(max(n, 1))
		}
	}
	if rng.IntN(3) == 0 {
		o.Fills = []array.Element{array.ElementAt(d, make([]byte, 8))}
	}
	if rng.IntN(3) == 0 {
		o.Range = &Range{Min: -100, Max: 100}
	}
	if rng.IntN(4) == 0 { // what another array, or the same, was prepared with
		other := array.FromBytes(a.Header(), raw)
		if rng.IntN(2) == 0 {
			other = array.FromBytes(a.Header(), field(rng, d, shape))
		}
		if p, err := Prepare(t.Context(), other, &o); err == nil {
			o = *p
		}
	}
	run := func(encode func(b *bytes.Buffer, o *Options) (Stats, error)) (r outcome) {
		var b bytes.Buffer
		o := o
		o.Progress = func(done, total int64) { r.Progress = append(r.Progress, [2]int64{done, total}) }
		var err error
		if r.Stats, err = encode(&b, &o); err != nil {
			return outcome{Err: err.Error()}
		}
		r.Archive, r.Stats.Seconds = b.Bytes(), 0
		return r
	}
	want := run(func(b *bytes.Buffer, o *Options) (Stats, error) {
		return EncodeSource(t.Context(), b, array.FromArray(a), o)
	})
	got := run(func(b *bytes.Buffer, o *Options) (Stats, error) { return Encode(t.Context(), b, a, o) })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%v %v, %+v:\n%s", d, shape, o, diff)
	}
}
