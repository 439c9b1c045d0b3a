package codec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/long"
)

// checkKeep compares what an array keeps by the definitions alone.
func checkKeep(h array.Header, raw, decoded []byte, keep Keep, fills []array.Element) error {
	n := len(raw) / h.DType.Size()
	x, y := make([]float64, n), make([]float64, n)
	if errors.Is(array.Promote(x, raw, h.DType), array.ErrInexact) {
		return nil // lossless
	}
	if err := array.Promote(y, decoded, h.DType); err != nil {
		return err
	}
	rank := len(h.Shape)
	stride := make([]int, rank)
	s := 1
	for a := rank - 1; a >= 0; a-- {
		stride[a] = s
		s *= h.Shape[a]
	}
	ordinary := func(i int) bool { return x[i]-x[i] == 0 && !anyFill(fills, x[i]) }
	sign := func(v []float64, i, j int) int {
		switch {
		case v[i] < v[j]:
			return 1
		case v[i] > v[j]:
			return -1
		}
		return 0
	}
	around := 1
	for range rank {
		around *= 3
	}
	for i := range x {
		if !ordinary(i) {
			continue
		}
		var least, most [2]bool
		least, most = [2]bool{true, true}, [2]bool{true, true}
		any := false
		for k := range around {
			j, axes, inside := i, 0, true
			for a, m := rank-1, k; a >= 0; a, m = a-1, m/3 {
				by := m%3 - 1
				c := i / stride[a] % h.Shape[a]
				if by != 0 {
					axes++
				}
				inside = inside && c+by >= 0 && c+by < h.Shape[a]
				j += by * stride[a]
			}
			if !inside || axes == 0 || !ordinary(j) {
				continue
			}
			any = true
			sx, sy := sign(x, i, j), sign(y, i, j)
			if sx != sy && (keep&KeepOrder != 0 || keep&KeepSigns != 0 && axes == 1) {
				return fmt.Errorf("values %d and %d: %v and %v, decoded %v and %v", i, j, x[i], x[j], y[i], y[j])
			}
			for n, s := range [2]int{sx, sy} {
				least[n] = least[n] && s > 0
				most[n] = most[n] && s < 0
			}
		}
		if any && keep&(KeepExtrema|KeepOrder) != 0 && (least[0] != least[1] || most[0] != most[1]) {
			return fmt.Errorf("value %d: minimum %v, decoded %v; maximum %v, decoded %v", i, least[0], least[1], most[0], most[1])
		}
	}
	return nil
}

// adversary makes elements that are hard to keep in order.
func adversary(rng *rand.Rand, d array.DType, shape []int) []byte {
	n := array.Product(shape)
	v := make([]float64, n)
	scale := math.Ldexp(1, rng.IntN(60)-30)
	switch {
	case d.IsInteger():
		scale = 30
	case d == array.Float16:
		scale = 10
	case rng.IntN(6) == 0:
		scale = 5e-324
		if d == array.Float32 {
			scale = 1e-45
		}
	}
	kind := rng.IntN(10)
	ends := endsOf(d)
	last := shape[len(shape)-1]
	for i := range v {
		switch kind {
		case 0:
			v[i] = rng.NormFloat64()
		case 1: // plateaus
			v[i] = float64(rng.IntN(3))
		case 2: // checkerboard
			v[i] = float64((i + i/last) & 1)
		case 3: // ramp
			v[i] = float64(i) * 0.1
		case 4: // falling ramp on an offset
			v[i] = 100 - 1e-3*float64(i)
		case 5: // small differences
			v[i] = 1 + 1e-12*float64(rng.IntN(5))
		case 6: // many scales
			v[i] = math.Ldexp(rng.Float64()-0.5, -rng.IntN(60))
		case 7: // smooth
			v[i] = math.Sin(float64(i%last)/3) + math.Cos(float64(i/last)/4)
		case 8: // integers
			v[i] = float64(rng.IntN(100))
		case 9: // ends of the range, and what is next to zero
			v[i] = ends[rng.IntN(len(ends))]
			continue
		}
		v[i] *= scale
	}
	if d.IsInteger() {
		lo, hi := quant.IntegerRange(d)
		for i := range v {
			v[i] = math.Round(min(max(v[i], lo), hi))
		}
	}
	raw := make([]byte, n*d.Size())
	array.Demote(raw, v, d)
	if rng.IntN(3) == 0 && !d.IsInteger() {
		special := make([]byte, d.Size())
		for range 1 + rng.IntN(n/3+1) {
			array.Demote(special, []float64{[]float64{math.NaN(), math.Inf(1), math.Inf(-1), -999, 0, math.Copysign(0, -1)}[rng.IntN(6)]}, d)
			copy(raw[rng.IntN(n)*d.Size():], special)
		}
	}
	return raw
}

// endsOf returns elements at the ends of a type's range and near 0.
func endsOf(d array.DType) []float64 {
	most, least := math.MaxFloat64, math.SmallestNonzeroFloat64
	switch {
	case d.IsInteger():
		lo, hi := quant.IntegerRange(d)
		return []float64{lo, lo + 1, 0, 1, hi - 1, hi}
	case d == array.Float16:
		most, least = 65504, 0x1p-24
	case d == array.Float32:
		most, least = math.MaxFloat32, math.SmallestNonzeroFloat32
	}
	return []float64{-most, -most / 2, -least, math.Copysign(0, -1), 0, least, 1, most / 2, most}
}

// keepTrial round-trips one random small array.
func keepTrial(rng *rand.Rand) error {
	shape := make([]int, 1+rng.IntN(3))
	for a := range shape {
		shape[a] = 1 + rng.IntN([]int{40, 9, 5}[len(shape)-1])
	}
	if rng.IntN(20) == 0 {
		shape = []int{1 + rng.IntN(3), 1 + rng.IntN(3), 1 + rng.IntN(4), 1 + rng.IntN(4), 1 + rng.IntN(3)}[:4+rng.IntN(2)]
	}
	h := array.Header{DType: allTypes[rng.IntN(len(allTypes))], Shape: shape}
	if rng.IntN(2) == 0 {
		h.DType = []array.DType{array.Float32, array.Float64}[rng.IntN(2)]
	}
	raw := adversary(rng, h.DType, h.Shape)
	o := &Options{Level: []int{1, 4, 5}[rng.IntN(3)], Workers: 1, Keep: Keep(1 + rng.IntN(7))}
	if len(shape) > keep.MaxOrderRank {
		o.Keep &^= KeepOrder
	}
	if rng.IntN(20) == 0 {
		o.Level = 9
	}
	o.Bound.Rel = math.Pow(10, -5*rng.Float64())
	if rng.IntN(4) == 0 {
		o.Bound = Bound{Abs: math.Ldexp(rng.Float64()+0.5, rng.IntN(40)-20)}
	}
	if rng.IntN(4) == 0 {
		o.Fills = randomFills(rng, h.DType, raw)
	}
	if rng.IntN(2) == 0 {
		o.tinyChunks = true
		for _, n := range h.Shape {
			o.Chunk = append(o.Chunk, 1+rng.IntN(n))
		}
	}
	archive, stats, err := encodeRaw(h, raw, o)
	if errors.Is(err, ErrOptions) {
		return nil
	}
	if err == nil && rng.IntN(4) == 0 {
		if again, err := encodePieces(rng, h, raw, o); err != nil || !bytes.Equal(archive, again) {
			return fmt.Errorf("the archive depends on pieces or workers (%w)", err)
		}
	}
	var decoded []byte
	if err == nil {
		decoded, err = decodeRaw(archive, &DecodeOptions{Workers: 1})
	}
	if err == nil {
		err = checkBound(h, raw, decoded, *stats.BoundAbs, o.Fills)
	}
	if err == nil {
		err = checkKeep(h, raw, decoded, o.Keep, o.Fills)
	}
	if err != nil {
		return fmt.Errorf("%v %v keep %v, %+v level %d chunk %v: %w", h.DType, h.Shape, o.Keep, o.Bound, o.Level, o.Chunk, err)
	}
	return nil
}

// encodePieces writes an array a few bytes at a time, to other workers.
func encodePieces(rng *rand.Rand, h array.Header, raw []byte, o *Options) ([]byte, error) {
	r, err := Scan(context.Background(), bytes.NewReader(raw), h, o.Fills)
	if err != nil {
		return nil, err
	}
	other := *o
	other.Workers, other.Range = 2+rng.IntN(3), &r
	var b bytes.Buffer
	w, err := NewWriter(context.Background(), &b, h, &other)
	if err != nil {
		return nil, err
	}
	for len(raw) > 0 {
		n := min(1+rng.IntN(100), len(raw))
		if _, err := w.Write(raw[:n]); err != nil {
			return nil, err
		}
		raw = raw[n:]
	}
	err = w.Close()
	return b.Bytes(), err
}

// Whole archives, with chunks, levels, masks and all element types.
func TestKeepInArchives(t *testing.T) {
	for seed := range uint64(long.Trials(300, 6000)) {
		if err := keepTrial(rand.New(rand.NewPCG(seed, 1))); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// FuzzRestore feeds arbitrary keep blocks to a decoded chunk.
func FuzzRestore(f *testing.F) {
	rng := rand.New(rand.NewPCG(21, 22))
	for _, keep := range []byte{1, 2, 3, 4, 1 | keep.FlagBisections, 2 | keep.FlagTies | keep.FlagBisections, 4 | keep.FlagTies, 1 | keep.FlagWitnesses | keep.FlagBisections, 3 | keep.FlagWitnesses | keep.FlagTies} {
		b := []byte{keep, 0, 16}
		for range 60 {
			b = append(b, byte(rng.Uint32()))
		}
		f.Add(b, keep, 0.5)
	}
	f.Fuzz(func(t *testing.T, b []byte, kind uint8, eps float64) {
		if !(eps > 0) || math.IsInf(eps, 0) {
			return
		}
		d := allTypes[int(kind)%len(allTypes)]
		shape := [][]int{{40}, {6, 7}, {3, 4, 5}, {1, 2, 2, 3, 3}}[int(kind)/16%4]
		g := grid.New(shape)
		x, y := make([]float64, g.Size), make([]float32, g.Size)
		for i := range x {
			x[i] = float64(i * 7 % 11)
			y[i] = float32(x[i])
		}
		m := &special.Mask{Class: make([]uint8, g.Size), Classes: [][]byte{make([]byte, d.Size())}}
		m.Class[3] = 1
		var err error
		if d.NeedsFloat64() {
			err = keep.Restore(&keep.Input[float64]{Grid: &g, DType: d, Eps: eps, Values: x}, m, &special.Unpredictable{}, b)
		} else {
			err = keep.Restore(&keep.Input[float32]{Grid: &g, DType: d, Eps: eps, Values: y}, m, &special.Unpredictable{}, b)
		}
		for i := range x {
			if err == nil && (x[i]-x[i] != 0 || y[i]-y[i] != 0) {
				t.Fatalf("value %d is %v or %v", i, x[i], y[i])
			}
		}
	})
}

func BenchmarkKeep(b *testing.B) {
	shape := []int{16, 128, 128}
	a := &array.Array[float32]{Shape: shape, Data: make([]float32, array.Product(shape))}
	rng := rand.New(rand.NewPCG(5, 6))
	for i := range a.Data {
		z, y, x := i/(128*128), i/128%128, i%128
		a.Data[i] = float32(math.Sin(float64(x)/9)*math.Cos(float64(y)/7)+float64(z)/20) + 1e-3*float32(rng.NormFloat64())
	}
	for _, keep := range []Keep{0, KeepExtrema, KeepSigns, KeepOrder} {
		b.Run("encode/"+keep.String(), func(b *testing.B) {
			b.SetBytes(int64(4 * len(a.Data)))
			var bits float64
			for b.Loop() {
				stats, err := Encode(b.Context(), io.Discard, a, &Options{Keep: keep, Workers: 1})
				if err != nil {
					b.Fatal(err)
				}
				bits = stats.BitsPerValue
			}
			b.ReportMetric(bits, "bits/value")
		})
		b.Run("decode/"+keep.String(), func(b *testing.B) {
			var archive bytes.Buffer
			if _, err := Encode(b.Context(), &archive, a, &Options{Keep: keep, Workers: 1}); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(4 * len(a.Data)))
			for b.Loop() {
				if _, err := Decode[float32](b.Context(), bytes.NewReader(archive.Bytes()), &DecodeOptions{Workers: 1}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Bisections for the sake of seams change what else has to be said inside a chunk.
func TestKeepAcrossSeams(t *testing.T) {
	h := array.Header{DType: array.Float32, Shape: []int{18, 40, 44}}
	rng := rand.New(rand.NewPCG(7, 7))
	x := make([]float64, array.Product(h.Shape))
	for i := range x {
		x[i] = math.Sin(float64(i%44)/5)*math.Cos(float64(i/44%40)/6) + float64(i/1760)/30 + 0.05*rng.NormFloat64()
	}
	raw := make([]byte, 4*len(x))
	array.Demote(raw, x, h.DType)
	for _, keep := range []Keep{KeepExtrema, KeepSigns, KeepSigns | KeepExtrema, KeepOrder} {
		o := &Options{Bound: Bound{Rel: 0.1}, Keep: keep, Chunk: []int{9, 20, 22}, tinyChunks: true}
		archive, _, err := encodeRaw(h, raw, o)
		if err != nil {
			t.Fatalf("%v: %v", keep, err)
		}
		decoded, err := decodeRaw(archive, nil)
		if err != nil {
			t.Fatalf("%v: %v", keep, err)
		}
		if err := checkKeep(h, raw, decoded, keep, nil); err != nil {
			t.Errorf("%v: %v", keep, err)
		}
	}
}
