package audit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/long"
)

// near compares to 1e-9, or to the last bit of a subnormal number.
func near(got, want float64) bool {
	return got == want || math.Abs(got-want) <= 1e-9*math.Abs(want)+math.SmallestNonzeroFloat64
}

// agree compares a report with what is exact.
func agree(t *testing.T, name string, r *Report, e *exact) {
	t.Helper()
	check := func(figure string, got Number, want float64) {
		t.Helper()
		if !near(float64(got), want) && !(math.IsNaN(want) && math.IsNaN(float64(got))) {
			t.Errorf("%s: %s is %v, want %v", name, figure, float64(got), want)
		}
	}
	worst, rel, ofValue, rmse, psnr := e.errors()
	check("range", r.Range, narrow(e.span()))
	check("max_abs_error", r.MaxAbsError, worst)
	check("max_rel_error", r.MaxRelError, rel)
	check("max_pwrel_error", r.MaxPointwiseError, ofValue)
	check("rmse", r.RMSE, rmse)
	check("psnr_db", r.PSNR, psnr)
	check("ssim", r.SSIM+1, e.ssim()+1)
	n, mismatches, opposite, soft := e.order(false)
	if math.Abs(float64(r.DSL.Value)-soft) > 1e-15 { // of a mean of terms up to 1, whose rounding is no less
		check("dsl", r.DSL.Value, soft)
	}
	if r.SignComparisons != n || r.SignMismatches != mismatches || r.SignOpposite != opposite {
		t.Errorf("%s: %d signs, %d changed, %d reversed; want %d, %d, %d", name, r.SignComparisons, r.SignMismatches, r.SignOpposite, n, mismatches, opposite)
	}
	if n, mismatches, _, _ = e.order(true); *r.OrderComparisons != n || *r.OrderMismatches != mismatches {
		t.Errorf("%s: %d of order, %d changed; want %d, %d", name, *r.OrderComparisons, *r.OrderMismatches, n, mismatches)
	}
	p := r.Persistence[0]
	if max(p.PairsOriginal, p.PairsOther) > 5 {
		return
	}
	d, _ := e.distances()
	check("bottleneck", p.Bottleneck, d[0])
	check("wasserstein_1", p.Wasserstein1, d[1])
	check("wasserstein_2", p.Wasserstein2, d[2])
}

// fieldPair makes two fields of values that a half float holds, so that many
// powers of two only scale them.
type fieldPair struct {
	shape []int
	x, y  []float64
}

func halves(seed uint64, shape []int, noise float64) fieldPair {
	r := rand.New(rand.NewPCG(seed, 3))
	p := fieldPair{shape: shape}
	n, _ := array.CheckShape(shape)
	half := func(v float64) float64 { return float64(array.Float16To32(array.Float32To16(float32(v)))) }
	for range n {
		v := half(r.NormFloat64())
		p.x, p.y = append(p.x, v), append(p.y, half(v+noise*r.NormFloat64()))
	}
	return p
}

// scaledBy compares the fields times 2^exp, in the type d.
func scaledBy[T array.Float](t *testing.T, name string, p fieldPair, d array.DType, exp int) {
	t.Helper()
	x, y := &array.Array[T]{DType: d, Shape: p.shape}, &array.Array[T]{DType: d, Shape: p.shape}
	e := &exact{shape: p.shape}
	rounded := func(v float64) T {
		if v = math.Ldexp(v, exp); d == array.Float16 {
			v = float64(array.Float16To32(array.Float32To16(float32(v))))
		}
		return T(v)
	}
	for i, v := range p.x {
		a, b := rounded(v), rounded(p.y[i])
		x.Data, y.Data = append(x.Data, a), append(y.Data, b)
		if a-a != 0 {
			e.x, e.y = append(e.x, nil), append(e.y, nil)
			continue
		}
		if b-b != 0 {
			return // beyond the type
		}
		e.x, e.y = append(e.x, wide(float64(a))), append(e.y, wide(float64(b)))
	}
	r := compare(t, x, y, nil)
	agree(t, fmt.Sprintf("%s, %v times 2^%d", name, d, exp), r, e)
}

// Every figure is right at every scale that a type has.
func TestFiguresAtAnyScale(t *testing.T) {
	constant := halves(4, []int{9}, 1)
	for i := range constant.x {
		constant.x[i] = 1.5
	}
	same := halves(5, []int{10, 8}, 0)
	holes := halves(6, []int{9, 9}, 0.1)
	holes.x[3], holes.x[40] = math.NaN(), math.Inf(1)
	fields := map[string]fieldPair{
		"line": halves(1, []int{11}, 0.2), "plane": halves(2, []int{4, 5}, 0.5), "windows": halves(3, []int{9, 10}, 0.05),
		"constant": constant, "identical": same, "holes": holes,
		"zero": {[]int{8}, make([]float64, 8), constant.y[:8]},
	}
	for name, p := range fields {
		for exp := -24; exp <= 13; exp += long.Trials(12, 1) {
			scaledBy[float32](t, name, p, array.Float16, exp)
		}
		for exp := -149; exp <= 126; exp += long.Trials(55, 5) {
			scaledBy[float32](t, name, p, array.Float32, exp)
		}
		for exp := -1074; exp <= 1022; exp += long.Trials(262, 11) {
			scaledBy[float64](t, name, p, array.Float64, exp)
		}
	}
}

// Values of very different scales meet.
func TestFiguresAcrossScales(t *testing.T) {
	const huge = math.MaxFloat64
	for name, p := range map[string]fieldPair{
		"one huge value":  {[]int{6}, []float64{0, 1e170, 1, 3, 2, 5}, []float64{0, 1e170, 1, 4, 2, 5}},
		"the widest":      {[]int{6}, []float64{-huge, huge, 1, 3, 2, 5}, []float64{-huge, huge, 1, 4, 2, 5}},
		"the worst":       {[]int{4}, []float64{-huge, huge, 0, huge / 2}, []float64{huge, -huge, 1e-300, huge / 4}},
		"a small range":   {[]int{8}, []float64{1e300, 1e300, 1e300 * (1 + 0x1p-52), 1e300, 1e300, 1e300, 1e300, 1e300}, []float64{1e300, 1e300, 1e300, 1e300, 1e300, 1e300 * (1 + 0x1p-51), 1e300, 1e300}},
		"a huge error":    {[]int{9}, []float64{1, 2, 1, 2, 1, 3, 1, 2, 1}, []float64{1, 2, 1, 2, 1e300, 3, 1, 2, 1}},
		"a tiny error":    {[]int{9}, []float64{1e300, 0, 1, 2, 0, 3e-300, 1, 2, 1}, []float64{1e300, 0, 1, 2, 0, 4e-300, 1, 2, 1}},
		"smallest":        {[]int{4}, []float64{0, 5e-324, 0, 1e-323}, []float64{0, 1e-323, 5e-324, 1e-323}},
		"shifted":         {[]int{9}, []float64{1, 2, 1, 2, 1, 3, 1, 2, 1}, []float64{1e9 + 1, 1e9 + 2, 1e9 + 1, 1e9 + 2, 1e9 + 1, 1e9 + 3, 1e9, 1e9 + 2, 1e9 + 1}},
		"a constant lost": {[]int{8}, []float64{2, 2, 2, 2, 2, 2, 2, 2}, []float64{2, 2, 2, 2 + 0x1p-51, 2, 2, 2, 1e200}},
	} {
		scaledBy[float64](t, name, p, array.Float64, 0)
	}
}
