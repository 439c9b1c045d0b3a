package loss

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/morselcodec/morsel/formats/array"
)

// SharpnessOptions are the limits of [FindSharpness]. The zero value works.
type SharpnessOptions struct {
	// Steps is the largest number of batches looked at; 0 means 200.
	Steps int
	// Max caps the sharpness; 0 means 1024, far beyond use for data of unit
	// variance.
	Max float64
	// Tolerance ends the search once the two losses, averaged over the last
	// batches, are this close relatively, or as close as the noise of the
	// batches shows, and the sharpness has settled within the same fraction; 0
	// means 0.02.
	Tolerance float64
	// Reference is the loss to be matched; nil means the zero MSE.
	Reference Loss[float32]
}

// Sharpness is what [FindSharpness] found.
type Sharpness struct {
	Value float64
	// Converged is whether DSL matched Reference within the tolerance.
	Converged bool
	// Capped is whether the search ran into the cap, which it does when the
	// reference exceeds what the DSL can reach at any sharpness: then no
	// sharpness matches, and one has to be chosen by hand.
	Capped bool
	Steps  int // batches looked at
	// DSL and Reference are the two losses, averaged over the last batches.
	DSL, Reference float64
}

// FindSharpness looks for the sharpness at which unrelated examples are as far
// apart by d as by a reference loss, Algorithm 2 of the DSL paper: it halves a
// random batch, takes both losses between the halves, and descends on the
// square of their difference, with Adam on the sharpness's logarithm.
// d.Sharpness is ignored, the rest of d sets the units; a halved, normalised
// DSL lies between 0 and 1.
//
// Shape is [batch, ...], with an even batch. Next fills its argument with a
// batch of examples drawn at random, see [RandomBatches]; with the same batches
// the result is the same.
func FindSharpness(d DSL[float32], shape []int, next func(batch []float32) error, o *SharpnessOptions) (Sharpness, error) {
	opt, err := o.withDefaults()
	if err != nil {
		return Sharpness{}, err
	}
	if len(shape) == 0 || shape[0] < 2 || shape[0]%2 != 0 {
		return Sharpness{}, fmt.Errorf("%w: loss: batch shape %v (want an even number of examples first)", array.ErrShape, shape)
	}
	half := append([]int{shape[0] / 2}, shape[1:]...)
	n, err := array.CheckShape(half)
	if err != nil {
		return Sharpness{}, err
	}
	values := make([]float32, 2*n)

	search := newSharpnessSearch(opt)
	for !search.done() {
		if err := next(values); err != nil {
			return Sharpness{}, err
		}
		d.Sharpness = search.sharpness()
		v, slope, err := d.SharpnessGradient(values[:n], values[n:], half)
		if err != nil {
			return Sharpness{}, err
		}
		ref, err := opt.Reference.Value(values[:n], values[n:], half)
		if err != nil {
			return Sharpness{}, err
		}
		if math.IsNaN(v-ref) || math.IsInf(ref, 0) {
			return Sharpness{}, fmt.Errorf("loss: sharpness search met losses %v and %v (want finite examples)", v, ref)
		}
		search.step(v, slope, ref)
	}
	return search.result(), nil
}

func (o *SharpnessOptions) withDefaults() (SharpnessOptions, error) {
	var opt SharpnessOptions
	if o != nil {
		opt = *o
	}
	if opt.Steps == 0 {
		opt.Steps = 200
	}
	if opt.Max == 0 {
		opt.Max = 1024
	}
	if opt.Tolerance == 0 {
		opt.Tolerance = 0.02
	}
	if opt.Reference == nil {
		opt.Reference = MSE[float32]{}
	}
	if opt.Steps < 0 || !(opt.Max > minSharpness) || math.IsInf(opt.Max, 1) || !(opt.Tolerance > 0) {
		return opt, fmt.Errorf("loss: sharpness search with %d steps up to %v, tolerance %v (want positive, finite numbers)", opt.Steps, opt.Max, opt.Tolerance)
	}
	return opt, nil
}

const (
	minSharpness = 1e-6
	// searchWindow is how many batches an average is taken over.
	searchWindow = 16
	// searchRate is the first step of the logarithm; it falls to 0 as a cosine,
	// so that the noise of the batches averages out.
	searchRate = 0.3
)

// sharpnessSearch is Adam on θ = log s.
type sharpnessSearch struct {
	SharpnessOptions
	theta, m, v float64
	t           int
	// The last batches' losses and θ, as rings.
	dsl, ref, thetas [searchWindow]float64
	converged        bool
}

func newSharpnessSearch(o SharpnessOptions) *sharpnessSearch {
	return &sharpnessSearch{SharpnessOptions: o, theta: math.Log(min(1, o.Max))}
}

func (a *sharpnessSearch) sharpness() float64 { return min(math.Exp(a.theta), a.Max) }
func (a *sharpnessSearch) done() bool         { return a.converged || a.t >= a.Steps }

func (a *sharpnessSearch) step(dsl, slope, ref float64) {
	i := a.t % searchWindow
	a.dsl[i], a.ref[i], a.thetas[i] = dsl, ref, a.theta
	rate := searchRate / 2 * (1 + math.Cos(math.Pi*float64(a.t)/float64(a.Steps)))
	a.t++
	if a.converged = a.settled(); a.converged {
		return
	}

	// Divided by the reference squared, which leaves the minimum where it is
	// and makes Adam's epsilon the same in all units.
	g := 2 * (dsl - ref) * slope * a.sharpness()
	if ref > 0 {
		g /= ref * ref
	}
	const beta1, beta2, epsilon = 0.8, 0.95, 1e-12
	a.m = beta1*a.m + (1-beta1)*g
	a.v = beta2*a.v + (1-beta2)*g*g
	mean := a.m / (1 - math.Pow(beta1, float64(a.t)))
	spread := math.Sqrt(a.v / (1 - math.Pow(beta2, float64(a.t))))
	a.theta -= rate * mean / (spread + epsilon)
	a.theta = max(math.Log(minSharpness), min(a.theta, math.Log(a.Max)))
}

// settled reports whether over a full window both the losses' means and θ's
// ends are within the tolerance.
func (a *sharpnessSearch) settled() bool {
	if a.t < searchWindow || a.capped() {
		return false
	}
	lo, hi := slices.Min(a.thetas[:]), slices.Max(a.thetas[:])
	return hi-lo <= 2*a.Tolerance && a.matched()
}

// matched reports whether the mean difference of the losses over the last
// batches is within the tolerance, or within two of its standard errors.
func (a *sharpnessSearch) matched() bool {
	n := min(a.t, searchWindow)
	var sum, squares float64
	for i := range n {
		d := a.dsl[i] - a.ref[i]
		sum += d
		squares += d * d
	}
	m := sum / float64(n)
	standardError := math.Sqrt(max(0, squares/float64(n)-m*m) / float64(n))
	return math.Abs(m) <= max(a.Tolerance*mean(a.ref[:n]), 2*standardError)
}

func (a *sharpnessSearch) capped() bool { return a.theta >= math.Log(a.Max) }

func (a *sharpnessSearch) result() Sharpness {
	n := min(a.t, searchWindow)
	r := Sharpness{
		Value:     a.sharpness(),
		Capped:    a.capped(),
		Steps:     a.t,
		DSL:       mean(a.dsl[:n]),
		Reference: mean(a.ref[:n]),
	}
	// Out of steps with the losses matched, if only noise kept θ from settling,
	// is as good.
	if r.Converged = !r.Capped && a.matched(); r.Converged {
		r.Value = math.Exp(mean(a.thetas[:n]))
	}
	return r
}

func mean(v []float64) float64 {
	var sum float64
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// RandomBatches returns a function for [FindSharpness] that draws examples at
// random, each at most once per batch, from data of shape [examples, ...].
// There must be as many examples as a batch has. The same seed gives the same
// batches.
func RandomBatches(data []float32, shape []int, seed uint64) (func(batch []float32) error, error) {
	b, err := newBatch(shape, len(data))
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, fmt.Errorf("%w: loss: no examples in %v", array.ErrShape, shape)
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	order := make([]int, b.examples)
	for i := range order {
		order[i] = i
	}
	return func(batch []float32) error {
		n := len(batch) / b.size
		if n > b.examples || n*b.size != len(batch) {
			return fmt.Errorf("%w: loss: a batch of %d values from %d examples of %d", array.ErrShape, len(batch), b.examples, b.size)
		}
		for i := range n { // the first n of a Fisher–Yates shuffle
			j := i + rng.IntN(b.examples-i)
			order[i], order[j] = order[j], order[i]
			copy(batch[i*b.size:], data[order[i]*b.size:(order[i]+1)*b.size])
		}
		return nil
	}, nil
}
