package audit

import (
	"math"
)

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

// discrepancy is what a look at every cell finds.
type discrepancy struct {
	largest, ofValue, squares float64
	half                      float64 // of the largest, if that overflows
}

// add takes in the error of y for x, both finite.
func (f *fields[T]) add(e *discrepancy, x, y T) {
	d, v := math.Abs(f.minus(y, x)), math.Abs(f.level(x).Hi)
	switch {
	case d == 0:
		return
	case math.IsInf(d, 1):
		g := f.gap(y, x)
		h := math.Abs(math.Ldexp(g.frac, g.exp-1))
		e.half, e.ofValue = max(e.half, h), max(e.ofValue, h/v*2)
	default:
		e.ofValue = max(e.ofValue, d/v)
	}
	e.largest = max(e.largest, d)
	e.squares += d * d
}

// look counts special values and finds the range of the others and the errors.
func (f *fields[T]) look(r *Report) (e discrepancy) {
	squares := 0.0
	for start := 0; start < len(f.x) && !f.stopped(); start += pace {
		e.squares = 0
		for i := start; i < min(start+pace, len(f.x)); i++ {
			x, y := f.x[i], f.y[i]
			if f.special(i) {
				r.Special++
				if !sameBits(x, y) {
					r.SpecialChanged++
				}
				continue
			}
			if f.values++; f.values == 1 {
				f.lo, f.hi = x, x
			}
			f.lo, f.hi = min(f.lo, x), max(f.hi, x)
			f.top = max(f.top, math.Abs(f.level(x).Hi))
			if y-y != 0 { // NaN or infinite
				r.NonFinite++
				continue
			}
			f.top = max(f.top, math.Abs(f.level(y).Hi))
			f.add(&e, x, y)
		}
		squares += e.squares
	}
	e.squares = squares
	return e
}

// pointwise fills in the counts and errors that need no neighbours, and what
// fields keep of them.
func (f *fields[T]) pointwise(r *Report) {
	e := f.look(r)
	if f.values == 0 {
		r.Min, r.Max = Value{Hi: math.NaN()}, Value{Hi: math.NaN()}
		r.Range, r.RMSE, r.PSNR = undefined, undefined, undefined
		return
	}
	f.worst = between(e.largest, 0)
	if e.half > 0 {
		f.worst = between(e.half, -e.half)
	}
	if r.NonFinite > 0 {
		f.worst, e.ofValue = scaled{frac: math.Inf(1)}, math.Inf(1)
	}
	f.span = f.gap(f.hi, f.lo)
	if -1000 < f.span.exp && f.span.exp < 1000 {
		f.unit = math.Ldexp(f.span.frac, f.span.exp)
	}
	r.Min, r.Max, r.Range = Value(f.level(f.lo)), Value(f.level(f.hi)), f.span.number()
	r.MaxAbsError, r.MaxPointwiseError = f.worst.number(), Number(e.ofValue)
	if f.worst.frac == 0 {
		r.PSNR = Number(math.Inf(1))
		return
	}
	r.MaxRelError = Number(f.worst.over(f.span))
	rms := f.rootMeanSquare(e.squares)
	r.RMSE, r.PSNR = rms.number(), Number(f.span.decibels(rms))
}

// rootMeanSquare of the errors, whose squares add up to squares unless they
// over- or underflow.
func (f *fields[T]) rootMeanSquare(squares float64) scaled {
	exp := 0
	switch {
	case math.IsInf(f.worst.frac, 1):
		return f.worst
	case f.worst.exp < -400 || f.worst.exp > 400:
		exp, squares = f.worst.exp, 0
		for i, x := range f.x {
			if !f.special(i) {
				e := f.gap(f.y[i], x).over(scaled{1, exp})
				squares += e * e
			}
		}
	}
	frac, e := math.Frexp(math.Sqrt(squares / float64(f.values)))
	return scaled{frac, e + exp}
}

// softDSL is the loss over forward differences along all axes.
func (f *fields[T]) softDSL(sharpness float64) DSL {
	steepness := func(a, b T) float64 { return 100 * f.inSpans(a, b) }
	shown := Number(scaled{frac: 100}.over(f.span))
	if sharpness != 0 {
		steepness = func(a, b T) float64 {
			g := f.gap(a, b)
			return math.Ldexp(g.frac*sharpness, g.exp)
		}
		shown = Number(sharpness)
	}
	if f.values == 0 {
		return DSL{undefined, undefined}
	}
	total, pairs, stride := 0.0, 0, 1
	for axis := len(f.shape) - 1; axis >= 0; axis-- {
		n := f.shape[axis]
		for start := 0; start < len(f.x); start += n * stride {
			sum := 0.0
			for i := start; i < start+(n-1)*stride; i++ {
				j := i + stride
				if f.special(i) || f.special(j) {
					continue
				}
				if pairs++; pairs%pace == 0 && f.stopped() {
					return DSL{}
				}
				u, v := steepness(f.x[j], f.x[i]), steepness(f.y[j], f.y[i])
				sum += tanhGap(u, v, steepness(f.y[j], f.x[j]), steepness(f.y[i], f.x[i]))
			}
			total += sum
		}
		stride *= n
	}
	return DSL{Value: Number(total / (2 * float64(max(pairs, 1)))), Sharpness: shown}
}

// tanhGap returns |tanh u − tanh v|, where v−u = d−e is a difference of errors.
// A small one, which rounding would lose, is sinh(v−u)/(cosh u·cosh v), and the
// product of cosines half the sum of those of u+v and u−v.
func tanhGap(u, v, d, e float64) float64 {
	gap := d - e
	if max(math.Abs(u), math.Abs(v)) < max(math.Abs(d), math.Abs(e)) {
		gap = v - u
	}
	if math.Abs(gap) < 0.1 {
		s := math.Abs(math.Sinh(gap))
		return 2 * s / (math.Cosh(u+v) + math.Sqrt(1+s*s))
	}
	if u == v { // infinite
		return 0
	}
	return math.Abs(math.Tanh(u) - math.Tanh(v))
}
