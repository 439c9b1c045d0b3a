package audit

import (
	"math"
)

// special reports whether cell i takes no part in the figures.
func (f *fields[T]) special(i int) bool { return f.mask != nil && f.mask[i] }

// sameBits compares values as they are stored: NaN payloads and the sign of
// zero count.
func sameBits[T float32 | float64](a, b T) bool {
	switch a := any(a).(type) {
	case float32:
		return math.Float32bits(a) == math.Float32bits(any(b).(float32))
	case float64:
		return math.Float64bits(a) == math.Float64bits(any(b).(float64))
	}
	return false
}

// pointwise fills in the counts and errors that need no neighbours.
func (f *fields[T]) pointwise(r *Report) {
	lo, hi := math.Inf(1), math.Inf(-1)
	worst, ofValue, sum := 0.0, 0.0, 0.0
	n := 0
	for i, x := range f.x {
		y := f.y[i]
		if f.special(i) {
			r.Special++
			if !sameBits(x, y) {
				r.SpecialChanged++
			}
			continue
		}
		n++
		v, w := float64(x), float64(y)
		lo, hi = min(lo, v), max(hi, v)
		e := math.Abs(v - w)
		if w-w != 0 { // NaN or infinite
			r.NonFinite++
			e = math.Inf(1)
		}
		worst = max(worst, e)
		if e > 0 {
			ofValue = max(ofValue, e/math.Abs(v))
		}
		sum += float64(e * e)
	}
	if n == 0 {
		nan := Number(math.NaN())
		r.Min, r.Max, r.Range, r.PSNR = nan, nan, nan, nan
		return
	}
	if math.IsInf(sum, 1) && r.NonFinite == 0 { // squares overflow: scale them
		sum = 0
		for i, x := range f.x {
			if !f.special(i) {
				e := (float64(x)/2 - float64(f.y[i])/2) / worst * 2
				sum += float64(e * e)
			}
		}
		r.RMSE = Number(worst * math.Sqrt(sum/float64(n)))
	} else {
		r.RMSE = Number(math.Sqrt(sum / float64(n)))
	}
	span := hi - lo
	r.Min, r.Max, r.Range = Number(lo), Number(hi), Number(span)
	r.MaxAbsError, r.MaxRelError = Number(worst), Number(worst/span)
	r.MaxPointwiseError = Number(ofValue)
	if worst == 0 {
		r.MaxRelError = 0
	}
	r.PSNR = Number(20 * (math.Log10(span) - math.Log10(float64(r.RMSE))))
	if r.RMSE == 0 {
		r.PSNR = Number(math.Inf(1))
	}
}

// softDSL is the loss over forward differences along all axes.
func (f *fields[T]) softDSL(sharpness, span float64) DSL {
	if sharpness == 0 {
		if sharpness = 100 / span; math.IsInf(sharpness, 0) || math.IsNaN(sharpness) {
			sharpness = 1
		}
	}
	total, pairs := 0.0, 0
	stride := 1
	for axis := len(f.shape) - 1; axis >= 0; axis-- {
		n := f.shape[axis]
		for start := 0; start < len(f.x); start += n * stride {
			sum := 0.0
			for i := start; i < start+(n-1)*stride; i++ {
				j := i + stride
				if f.special(i) || f.special(j) {
					continue
				}
				pairs++
				dx, dy := float64(f.x[j])-float64(f.x[i]), float64(f.y[j])-float64(f.y[i])
				if dx != dy {
					sum += math.Abs(math.Tanh(sharpness*dx) - math.Tanh(sharpness*dy))
				}
			}
			total += sum
		}
		stride *= n
	}
	if pairs > 0 {
		total /= 2 * float64(pairs)
	}
	return DSL{Value: Number(total), Sharpness: Number(sharpness)}
}
