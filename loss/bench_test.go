package loss

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// randomPair returns a smooth-ish random target and a noisy prediction of it.
func randomPair[T array.Float](n int, seed uint64) (pred, target []T) {
	rng := rand.New(rand.NewPCG(seed, 0))
	pred, target = make([]T, n), make([]T, n)
	var v float64
	for i := range target {
		v = 0.9*v + 0.1*rng.NormFloat64()
		target[i] = T(v)
		pred[i] = T(v + 0.05*rng.NormFloat64())
	}
	return pred, target
}

var benchShape = []int{64, 8, 64, 64}

// BenchmarkStream reads two arrays and writes a third: what DSLGradient would
// take if memory were its limit. Its arithmetic is: see DSLResident, whose
// example stays in the second-level cache.
func BenchmarkStream(b *testing.B) {
	pred, target := randomPair[float32](64*8*64*64, 1)
	grad := make([]float32, len(pred))
	m := MSE[float32]{Workers: 1}
	b.SetBytes(int64(4 * len(pred)))
	for b.Loop() {
		if _, err := m.Gradient(grad, pred, target, benchShape); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDSLResident(b *testing.B) {
	shape := []int{1, 8, 64, 64}
	pred, target := randomPair[float32](8*64*64, 1)
	grad := make([]float32, len(pred))
	d := DSL[float32]{Workers: 1}
	for b.Loop() {
		if _, err := d.Gradient(grad, pred, target, shape); err != nil {
			b.Fatal(err)
		}
	}
	perVector := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / float64(Comparisons(shape[1:])) * 16
	b.ReportMetric(perVector, "ns/16comparisons")
}

func BenchmarkDSLGradient(b *testing.B) {
	pred, target := randomPair[float32](64*8*64*64, 1)
	grad := make([]float32, len(pred))
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			d := DSL[float32]{Normalize: true, Workers: workers}
			b.SetBytes(int64(4 * len(pred)))
			for b.Loop() {
				if _, err := d.Gradient(grad, pred, target, benchShape); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDSLValue(b *testing.B) {
	pred, target := randomPair[float32](64*8*64*64, 1)
	d := DSL[float32]{Workers: 1}
	b.SetBytes(int64(4 * len(pred)))
	for b.Loop() {
		if _, err := d.Value(pred, target, benchShape); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSharpnessGradient(b *testing.B) {
	pred, target := randomPair[float32](64*8*64*64, 1)
	d := DSL[float32]{Workers: 1}
	b.SetBytes(int64(4 * len(pred)))
	for b.Loop() {
		if _, _, err := d.SharpnessGradient(pred, target, benchShape); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMixGradient(b *testing.B) {
	pred, target := randomPair[float32](1024*2048, 1)
	grad := make([]float32, len(pred))
	m := Mix[float32]{MSEWeight: 1, DSLWeight: 0.1, Workers: 1}
	shape := []int{1024, 2048}
	b.SetBytes(int64(4 * len(pred)))
	for b.Loop() {
		if _, err := m.Gradient(grad, pred, target, shape); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkExact(b *testing.B) {
	pred, target := randomPair[float32](64*8*64*64, 1)
	b.SetBytes(int64(4 * len(pred)))
	for b.Loop() {
		if _, err := (DSL[float32]{}).Exact(pred, target, benchShape); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTanh32(b *testing.B) {
	src, _ := randomPair[float32](chunk, 1)
	buf := make([]float32, chunk)
	b.SetBytes(4 * chunk)
	for b.Loop() {
		copy(buf, src)
		tanh(buf)
	}
}
