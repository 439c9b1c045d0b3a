package distance

import (
	"cmp"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/long"
	"github.com/morselcodec/morsel/topo"
	"github.com/morselcodec/morsel/topo/internal/golden"
)

func must[R any](r R, err error) R {
	if err != nil {
		panic(err)
	}
	return r
}

func near(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 1e-9*max(1, math.Abs(a), math.Abs(b))
}

func TestGoldenDistances(t *testing.T) {
	_, comparisons := golden.Read(t)
	for _, c := range comparisons {
		t.Run(c.Name, func(t *testing.T) {
			d, e := goldenDiagram(c.D1), goldenDiagram(c.D2)
			for _, finiteOnly := range []bool{false, true} {
				want := c.With
				if finiteOnly {
					want = c.Finite
				}
				for norm, suffix := range map[Norm]string{LInf: "_linf", Euclidean: "_euclid"} {
					o := &Options{Norm: norm, FiniteOnly: finiteOnly}
					for name, got := range map[string]Distance{
						"bottleneck": must(Bottleneck(t.Context(), d, e, o)),
						"w1":         must(Wasserstein(t.Context(), d, e, 1, o)),
						"w2":         must(Wasserstein(t.Context(), d, e, 2, o)),
					} {
						w := float64(want[name+suffix])
						if !near(got.Value, w) || !got.Exact() {
							t.Errorf("%s%s, finite only %v: got %+v, want %v", name, suffix, finiteOnly, got, w)
						}
					}
				}
			}
		})
	}
}

func goldenDiagram(g golden.Diagram) *topo.Diagram {
	d := &topo.Diagram{Essential: g.Essential}
	for _, p := range g.Pairs {
		d.Pairs = append(d.Pairs, pairs(p[0], p[1])...)
	}
	return d
}

// pairs are of births and deaths, in turn.
func pairs(ends ...float64) (list []topo.Pair) {
	for i := 0; i < len(ends); i += 2 {
		list = append(list, topo.Pair{Birth: ends[i], Death: ends[i+1]})
	}
	return list
}

// randomDiagram has n points, on a coarse lattice (many ties) if levels > 0.
func randomDiagram(r *rand.Rand, n, levels int) *topo.Diagram {
	d := &topo.Diagram{}
	for range n {
		b, l := r.NormFloat64(), r.ExpFloat64()
		if levels > 0 {
			b, l = float64(r.IntN(levels)), float64(1+r.IntN(levels))
		}
		d.Pairs = append(d.Pairs, pairs(b, b+l)...)
	}
	slices.SortFunc(d.Pairs, func(p, q topo.Pair) int { return cmp.Compare(q.Persistence(), p.Persistence()) })
	return d
}

// bruteForce tries every matching: each point of d takes a free point of e or
// the diagonal. combine folds a cost into a total.
func bruteForce(norm Norm, d, e []topo.Pair, combine func(total, cost float64) float64) float64 {
	at := func(p topo.Pair) point { return point{p.Birth, p.Death} }
	used := make([]bool, len(e))
	var try func(i int) float64
	try = func(i int) float64 {
		if i == len(d) {
			total := 0.0
			for j, u := range used {
				if !u {
					total = combine(total, (&metric{norm: norm, unit: 1}).toDiagonal(at(e[j])))
				}
			}
			return total
		}
		best := combine(try(i+1), (&metric{norm: norm, unit: 1}).toDiagonal(at(d[i])))
		for j := range e {
			if !used[j] {
				used[j] = true
				best = min(best, combine(try(i+1), (&metric{norm: norm, unit: 1}).dist(at(d[i]), at(e[j]))))
				used[j] = false
			}
		}
		return best
	}
	return try(0)
}

func TestDistancesAgainstAllMatchings(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for round := range long.Trials(100, 3000) {
		levels := []int{0, 3, 6}[round%3]
		d, e := randomDiagram(r, r.IntN(6), levels), randomDiagram(r, r.IntN(6), levels)
		for _, norm := range []Norm{LInf, Euclidean} {
			o := &Options{Norm: norm}
			want := bruteForce(norm, d.Pairs, e.Pairs, func(t, c float64) float64 { return max(t, c) })
			if got := must(Bottleneck(t.Context(), d, e, o)); !near(got.Value, want) {
				t.Fatalf("bottleneck %v, want %v of %v and %v", got, want, d.Pairs, e.Pairs)
			}
			for _, p := range []float64{1, 1.5, 2, 3} {
				want := math.Pow(bruteForce(norm, d.Pairs, e.Pairs, func(t, c float64) float64 { return t + math.Pow(c, p) }), 1/p)
				if got := must(Wasserstein(t.Context(), d, e, p, o)); !near(got.Value, want) {
					t.Fatalf("W%v %v, want %v of %v and %v", p, got, want, d.Pairs, e.Pairs)
				}
			}
		}
	}
}

// allDistances in a fixed order.
func allDistances(ctx context.Context, d, e *topo.Diagram, o *Options) []Distance {
	return []Distance{must(Bottleneck(ctx, d, e, o)), must(Wasserstein(ctx, d, e, 1, o)), must(Wasserstein(ctx, d, e, 2, o)), must(Wasserstein(ctx, d, e, 2.5, o))}
}

func TestMetric(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for round := range long.Trials(40, 600) {
		levels := []int{0, 5}[round%2]
		var d [3]*topo.Diagram
		for i := range d {
			d[i] = randomDiagram(r, r.IntN(40), levels)
			d[i].Essential = []float64{r.Float64(), r.Float64()}
		}
		for _, norm := range []Norm{LInf, Euclidean} {
			o := &Options{Norm: norm}
			ab, ba := allDistances(t.Context(), d[0], d[1], o), allDistances(t.Context(), d[1], d[0], o)
			bc, ac, aa := allDistances(t.Context(), d[1], d[2], o), allDistances(t.Context(), d[0], d[2], o), allDistances(t.Context(), d[0], d[0], o)
			for k := range ab {
				if !near(ab[k].Value, ba[k].Value) {
					t.Fatalf("distance %d is not symmetric: %v, %v", k, ab[k], ba[k])
				}
				if ac[k].Value > ab[k].Value+bc[k].Value+1e-9 {
					t.Fatalf("distance %d breaks the triangle inequality: %v > %v + %v", k, ac[k], ab[k], bc[k])
				}
				if aa[k].Value != 0 {
					t.Fatalf("distance %d of a diagram to itself: %v", k, aa[k])
				}
				if k > 0 && ab[0].Value > ab[k].Value+1e-9 {
					t.Fatalf("bottleneck %v above Wasserstein %v", ab[0], ab[k])
				}
			}
			if ab[2].Value > ab[1].Value+1e-9 {
				t.Fatalf("W2 %v above W1 %v", ab[2], ab[1])
			}
		}
	}
}

func TestPermutation(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	d, e := randomDiagram(r, 300, 0), randomDiagram(r, 250, 0)
	want := allDistances(t.Context(), d, e, nil)
	r.Shuffle(len(d.Pairs), func(i, j int) { d.Pairs[i], d.Pairs[j] = d.Pairs[j], d.Pairs[i] })
	for k, got := range allDistances(t.Context(), d, e, nil) {
		if !near(got.Value, want[k].Value) {
			t.Errorf("distance %d: %v, shuffled %v", k, want[k], got)
		}
	}
}

// TestStability: max|f−g| bounds the bottleneck distance of any diagrams.
func TestStability(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	for _, shape := range [][]int{{400}, {30, 40}, {9, 10, 11}, {5, 6, 4, 5}} {
		for _, eps := range []float64{1e-3, 0.1, 1} {
			x := noise(r, shape)
			y, moved := slices.Clone(x), 0.0
			for i := range y {
				y[i] += eps * (2*r.Float64() - 1)
				moved = max(moved, math.Abs(y[i]-x[i]))
			}
			check := func(name string, f func(context.Context, []int, []float64, *topo.Options) (*topo.Diagram, error)) {
				for _, conn := range []topo.Connectivity{topo.FullConnectivity, topo.AxisConnectivity} {
					o := &topo.Options{Connectivity: conn}
					got := must(Bottleneck(t.Context(), must(f(t.Context(), shape, x, o)), must(f(t.Context(), shape, y, o)), nil))
					if got.Value > moved || got.Value == 0 {
						t.Errorf("%v %s: bottleneck %v of fields that differ by %v", shape, name, got.Value, moved)
					}
				}
			}
			check("sublevel", topo.Sublevel[float64])
			check("superlevel", topo.Superlevel[float64])
			if len(shape) > 1 {
				check("top", topo.SublevelTop[float64])
			}
		}
	}
}

func noise(r *rand.Rand, shape []int) []float64 {
	x := make([]float64, array.Product(shape))
	for i := range x {
		x[i] = r.NormFloat64()
	}
	return x
}

// TestTruncation: the bounds of truncated diagrams hold the true distance.
func TestTruncation(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	for range long.Trials(10, 400) {
		d, e := randomDiagram(r, 30, 0), randomDiagram(r, 40, 0)
		for _, norm := range []Norm{LInf, Euclidean} {
			for _, most := range []int{1, 10, 35} {
				whole := allDistances(t.Context(), d, e, &Options{Norm: norm})
				for k, got := range allDistances(t.Context(), d, e, &Options{Norm: norm, MaxPairs: most}) {
					if v := whole[k].Value; v < got.Lower-1e-12 || v > got.Upper+1e-12 || got.Value < got.Lower || got.Value > got.Upper {
						t.Fatalf("%d pairs, distance %d: %+v misses %v", most, k, got, v)
					}
					if want := max(0, 30-most) + max(0, 40-most); got.Dropped != want || got.Exact() {
						t.Fatalf("%d pairs: %+v, want %d dropped and not exact", most, got, want)
					}
				}
			}
		}
	}
}

func TestScale(t *testing.T) {
	// Powers and squares of these overflow or vanish.
	for _, s := range []float64{1e-300, 1e-160, 1, 1e160, 1e300} {
		d := &topo.Diagram{Pairs: pairs(0, 3*s, s, 2*s)}
		e := &topo.Diagram{Pairs: pairs(0, 4*s)}
		if got := must(Wasserstein(t.Context(), d, e, 2, nil)); math.Abs(got.Value/s-math.Sqrt(1.25)) > 1e-9 {
			t.Errorf("scale %v: W2 = %v", s, got.Value)
		}
		if got := must(Bottleneck(t.Context(), d, e, &Options{Norm: Euclidean})); math.Abs(got.Value/s-1) > 1e-9 {
			t.Errorf("scale %v: bottleneck = %v", s, got.Value)
		}
	}
}

func TestDistanceErrors(t *testing.T) {
	fine := &topo.Diagram{Pairs: pairs(0, 1)}
	for name, d := range map[string]*topo.Diagram{
		"nan":       {Pairs: pairs(math.NaN(), 1)},
		"infinite":  {Pairs: pairs(0, math.Inf(1))},
		"essential": {Essential: []float64{math.Inf(-1)}},
		"dimension": {Dim: 1},
	} {
		for k, f := range []func(a, b *topo.Diagram) error{
			func(a, b *topo.Diagram) error { _, err := Bottleneck(t.Context(), a, b, nil); return err },
			func(a, b *topo.Diagram) error { _, err := Wasserstein(t.Context(), a, b, 2, nil); return err },
		} {
			if err := errors.Join(f(fine, d), f(d, fine)); !errors.Is(err, ErrDiagram) {
				t.Errorf("%s, distance %d: error %v does not match ErrDiagram", name, k, err)
			}
		}
	}
	for _, p := range []float64{0.5, math.NaN(), -1} {
		if _, err := Wasserstein(t.Context(), fine, fine, p, nil); err == nil {
			t.Errorf("order %v accepted", p)
		}
	}
	if _, err := Bottleneck(t.Context(), fine, fine, &Options{Norm: 7}); err == nil {
		t.Error("unknown norm accepted")
	}
	if got := must(Wasserstein(t.Context(), fine, &topo.Diagram{}, math.Inf(1), nil)); got.Value != 0.5 {
		t.Errorf("W∞ = %v, want 0.5", got)
	}
}

// FuzzDistances: any two small diagrams, bytes taken as births and lifetimes,
// against all matchings.
func FuzzDistances(f *testing.F) {
	f.Add([]byte{0, 4, 0, 4, 1, 2}, []byte{0, 4, 1, 2})
	f.Add([]byte{}, []byte{9, 1})
	f.Add([]byte{0, 40, 0, 42}, []byte{5, 35, 30, 5, 1, 48})
	f.Fuzz(func(t *testing.T, a, b []byte) {
		read := func(b []byte) *topo.Diagram {
			d := &topo.Diagram{}
			for i := 0; i+1 < len(b) && i < 10; i += 2 {
				d.Pairs = append(d.Pairs, pairs(float64(b[i]), float64(b[i])+float64(b[i+1]))...)
			}
			return d
		}
		d, e := read(a), read(b)
		for _, norm := range []Norm{LInf, Euclidean} {
			o := &Options{Norm: norm}
			want := []float64{
				bruteForce(norm, d.Pairs, e.Pairs, func(t, c float64) float64 { return max(t, c) }),
				bruteForce(norm, d.Pairs, e.Pairs, func(t, c float64) float64 { return t + c }),
				math.Sqrt(bruteForce(norm, d.Pairs, e.Pairs, func(t, c float64) float64 { return t + c*c })),
			}
			for k, got := range allDistances(t.Context(), d, e, o)[:3] {
				if !near(got.Value, want[k]) {
					t.Fatalf("distance %d: %v, want %v of %v and %v", k, got, want[k], d.Pairs, e.Pairs)
				}
			}
		}
	})
}
