package topo

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/long"
	"github.com/morselcodec/morsel/topo/internal/golden"
)

func sameDiagram(t *testing.T, what string, got, want *Diagram) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func must[R any](r R, err error) R {
	if err != nil {
		panic(err)
	}
	return r
}

func TestGoldenDiagrams(t *testing.T) {
	fields, _ := golden.Read(t)
	for _, f := range fields {
		t.Run(f.Name, func(t *testing.T) {
			sameDiagram(t, "sublevel", must(Sublevel(t.Context(), f.Shape, f.Values, nil)), goldenDiagram(f.Full))
			axis := &Options{Connectivity: AxisConnectivity}
			sameDiagram(t, "axis", must(Sublevel(t.Context(), f.Shape, f.Values, axis)), goldenDiagram(f.Axis))
			sameDiagram(t, "superlevel", must(Superlevel(t.Context(), f.Shape, f.Values, nil)), goldenDiagram(f.Superlevel))
		})
	}
}

func goldenDiagram(g golden.Diagram) *Diagram {
	d := &Diagram{Essential: g.Essential}
	for _, p := range g.Pairs {
		d.Pairs = append(d.Pairs, Pair{p[0], p[1]})
	}
	d.sort()
	return d
}

// field makes values with many ties (levels > 0) or hardly any.
func field(r *rand.Rand, shape []int, levels int) []float64 {
	x := make([]float64, array.Product(shape))
	for i := range x {
		if levels > 0 {
			x[i] = float64(r.IntN(levels) - levels/2)
		} else {
			x[i] = r.NormFloat64()
		}
	}
	return x
}

// someMask leaves out about one cell in five.
func someMask(r *rand.Rand, n int) []bool {
	m := make([]bool, n)
	for i := range m {
		m[i] = r.IntN(5) == 0
	}
	return m
}

var shapes = [][]int{{1}, {2}, {17}, {1, 1}, {1, 9}, {9, 1}, {2, 2}, {7, 8}, {13, 5}, {3, 3, 3}, {4, 1, 5}, {5, 4, 6},
	{2, 3, 2, 4}, {3, 3, 3, 3}, {4, 3, 5, 3}, {3, 2, 3, 2, 3}, {3, 3, 3, 3, 3}}

// eachField runs f on random fields, with and without ties and masks.
func eachField(t *testing.T, f func(t *testing.T, shape []int, x []float64, o *Options)) {
	for s, shape := range shapes {
		for _, levels := range []int{0, 3, 12} {
			for _, conn := range []Connectivity{FullConnectivity, AxisConnectivity} {
				for _, masked := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s/%d/%d/%v", array.FormatShape(shape), levels, conn, masked), func(t *testing.T) {
						r := rand.New(rand.NewPCG(uint64(s), uint64(levels)))
						for range long.Trials(1, 15) {
							x := field(r, shape, levels)
							o := &Options{Connectivity: conn}
							if masked {
								o.Mask = someMask(r, len(x))
							}
							f(t, shape, x, o)
						}
					})
				}
			}
		}
	}
}

// neighbourTable remembers findNeighbours, which is quadratic.
var neighbourTable = map[string][][]int{}

// TestBettiNumbers checks every level set against a flood fill: components of
// the set for dimension 0, components of the complement that do not reach
// outside for the top dimension.
func TestBettiNumbers(t *testing.T) {
	eachField(t, func(t *testing.T, shape []int, x []float64, o *Options) {
		d := must(Sublevel(t.Context(), shape, x, o))
		for _, v := range levelsOf(x) {
			if got, want := alive(d, v), len(flood(shape, below(x, o, v), o.Connectivity)); got != want {
				t.Fatalf("components at %v: got %d, want %d", v, got, want)
			}
		}
		if len(shape) < 2 {
			return
		}
		d = must(SublevelTop(t.Context(), shape, x, o))
		if d.Dim != len(shape)-1 {
			t.Fatalf("dimension %d", d.Dim)
		}
		for _, v := range levelsOf(x) {
			out := below(x, o, v)
			for i := range out {
				out[i] = !out[i]
			}
			want := 0
			for _, c := range flood(shape, out, o.Connectivity.dual()) {
				if !slices.ContainsFunc(c, func(i int) bool { return onBoundary(shape, i) }) {
					want++
				}
			}
			if got := alive(d, v); got != want {
				t.Fatalf("voids at %v: got %d, want %d", v, got, want)
			}
		}
	})
}

// TestEulerCharacteristic checks both diagrams of 2-D fields against
// vertices − edges + faces of the closed squares, which knows no components.
func TestEulerCharacteristic(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	shape := []int{9, 11}
	for range 20 {
		x := field(r, shape, 9)
		d0, d1 := must(Sublevel(t.Context(), shape, x, nil)), must(SublevelTop(t.Context(), shape, x, nil))
		for _, v := range levelsOf(x) {
			type cell struct{ y, x int } // odd coordinates: squares; even: corners
			cells := map[cell]bool{}
			for i := range x {
				if x[i] <= v {
					for dy := range 3 {
						for dx := range 3 {
							cells[cell{i/shape[1]*2 + dy, i%shape[1]*2 + dx}] = true
						}
					}
				}
			}
			chi := 0
			for c := range cells {
				if (c.y+c.x)%2 == 0 {
					chi++
				} else {
					chi--
				}
			}
			if got := alive(d0, v) - alive(d1, v); got != chi {
				t.Fatalf("b0-b1 = %d at %v, Euler characteristic %d", got, v, chi)
			}
		}
	}
}

func TestNegation(t *testing.T) {
	eachField(t, func(t *testing.T, shape []int, x []float64, o *Options) {
		neg := make([]float64, len(x))
		for i, v := range x {
			neg[i] = -v
		}
		want := must(Sublevel(t.Context(), shape, neg, o))
		for i, p := range want.Pairs {
			want.Pairs[i] = Pair{-p.Birth, -p.Death}
		}
		for i, b := range want.Essential {
			want.Essential[i] = -b
		}
		want.sort()
		sameDiagram(t, "superlevel", must(Superlevel(t.Context(), shape, x, o)), want)
	})
}

// TestSymmetry: reversing the array flips every axis, and nothing else.
func TestSymmetry(t *testing.T) {
	eachField(t, func(t *testing.T, shape []int, x []float64, o *Options) {
		y := slices.Clone(x)
		slices.Reverse(y)
		p := *o
		p.Mask = slices.Clone(o.Mask)
		slices.Reverse(p.Mask)
		sameDiagram(t, "flipped", must(Sublevel(t.Context(), shape, y, &p)), must(Sublevel(t.Context(), shape, x, o)))

		// Transposed: last axis first.
		last := shape[len(shape)-1]
		rows := len(x) / last
		z, m := make([]float64, len(x)), make([]bool, len(x))
		for i := range x {
			j := i%last*rows + i/last
			z[j] = x[i]
			m[j] = o.Mask != nil && o.Mask[i]
		}
		p.Mask = m
		turned := append([]int{last}, shape[:len(shape)-1]...)
		sameDiagram(t, "transposed", must(Sublevel(t.Context(), turned, z, &p)), must(Sublevel(t.Context(), shape, x, o)))
		if len(shape) > 1 {
			sameDiagram(t, "transposed top", must(SublevelTop(t.Context(), turned, z, &p)), must(SublevelTop(t.Context(), shape, x, o)))
		}
	})
}

func TestFloat32(t *testing.T) {
	eachField(t, func(t *testing.T, shape []int, x []float64, o *Options) {
		f := make([]float32, len(x))
		for i, v := range x {
			f[i] = float32(v)
			x[i] = float64(f[i])
		}
		sameDiagram(t, "sublevel", must(Sublevel(t.Context(), shape, f, o)), must(Sublevel(t.Context(), shape, x, o)))
		if len(shape) > 1 {
			sameDiagram(t, "top", must(SublevelTop(t.Context(), shape, f, o)), must(SublevelTop(t.Context(), shape, x, o)))
		}
	})
}

func TestSpecialCells(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	d := must(Sublevel(t.Context(), []int{9}, []float64{1, 3, 2, nan, 5, inf, -inf, 0, 0}, nil))
	sameDiagram(t, "pieces", d, &Diagram{Pairs: []Pair{{2, 3}}, Essential: []float64{0, 1, 5}})

	x := []float32{1, 9, 4, 4, 9, 2}
	d = must(Sublevel(t.Context(), []int{6}, x, &Options{Mask: Mask(x, elements(t, array.Float64, "9"))}))
	sameDiagram(t, "fill", d, &Diagram{Essential: []float64{1, 2, 4}})

	d = must(Sublevel(t.Context(), []int{2, 2}, []float64{nan, nan, inf, -inf}, nil))
	sameDiagram(t, "nothing left", d, &Diagram{})
	d = must(Sublevel(t.Context(), []int{0, 4}, []float64{}, nil))
	sameDiagram(t, "empty", d, &Diagram{})

	negZero := math.Copysign(0, -1)
	d = must(Sublevel(t.Context(), []int{5}, []float64{negZero, 0, negZero, 0, negZero}, nil))
	sameDiagram(t, "signed zeros", d, &Diagram{Essential: []float64{0}})

	// A hole around a cell that is left out never fills.
	ring := []float64{0, 0, 0, 0, nan, 0, 0, 1, 0}
	d = must(SublevelTop(t.Context(), []int{3, 3}, ring, nil))
	sameDiagram(t, "ring", d, &Diagram{Dim: 1, Essential: []float64{1}})
	ring[4] = 7
	d = must(SublevelTop(t.Context(), []int{3, 3}, ring, nil))
	sameDiagram(t, "filled ring", d, &Diagram{Dim: 1, Pairs: []Pair{{1, 7}}})
}

func TestMask(t *testing.T) {
	if m := Mask([]float32{1, 2, 3}, nil); m != nil {
		t.Errorf("mask of plain data: %v", m)
	}
	got := Mask([]float32{0.1, 1, float32(math.NaN()), float32(math.Inf(-1)), 0.1000001}, elements(t, array.Float32, "7", "0.1"))
	if want := []bool{true, false, true, true, false}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestBadArguments(t *testing.T) {
	for name, err := range map[string]error{
		"count": func() error { _, err := Sublevel(t.Context(), []int{3, 3}, make([]float32, 8), nil); return err }(),
		"rank": func() error {
			_, err := Sublevel(t.Context(), []int{1, 1, 1, 1, 1, 1}, make([]float32, 1), nil)
			return err
		}(),
		"mask": func() error {
			_, err := Superlevel(t.Context(), []int{3}, make([]float32, 3), &Options{Mask: make([]bool, 2)})
			return err
		}(),
		"top of rank 1": func() error { _, err := SublevelTop(t.Context(), []int{3}, make([]float64, 3), nil); return err }(),
	} {
		if !errors.Is(err, array.ErrShape) {
			t.Errorf("%s: error %v does not match ErrShape", name, err)
		}
	}
	if _, err := Sublevel(t.Context(), []int{1}, make([]float64, 1), &Options{Connectivity: 9}); err == nil {
		t.Error("unknown connectivity accepted")
	}
}

func TestCountAbove(t *testing.T) {
	d := &Diagram{Pairs: []Pair{{0, 5}, {0, 3}, {1, 3}, {0, 1}}}
	for _, c := range []struct {
		t    float64
		want int
	}{{0, 4}, {1, 3}, {2, 2}, {3, 1}, {5, 0}, {9, 0}} {
		if got := d.CountAbove(c.t); got != c.want {
			t.Errorf("above %v: got %d, want %d", c.t, got, c.want)
		}
	}
}

// FuzzSublevel compares with the definition: sort all cells, merge one by one.
func FuzzSublevel(f *testing.F) {
	f.Add(uint8(3), []byte{1, 3, 2, 4, 1, 5, 2, 6, 3})
	f.Add(uint8(4), []byte{0, 255, 7, 7, 9, 3, 3, 3, 8, 1, 2, 0})
	f.Add(uint8(4), []byte("0000\xff00 0 "))
	f.Fuzz(func(t *testing.T, width uint8, b []byte) {
		w := int(width%7) + 1
		b = b[:min(len(b), 200)/w*w]
		x := make([]float64, len(b))
		for i, v := range b {
			x[i] = float64(v)
			if v == 255 {
				x[i] = math.NaN()
			}
		}
		shape := []int{len(b) / w, w}
		sameDiagram(t, "sublevel", must(Sublevel(t.Context(), shape, x, nil)), definition(shape, x))
	})
}

func smooth(shape []int) []float32 {
	x := make([]float32, array.Product(shape))
	for i := range x {
		rest, v := i, 0.0
		for k := len(shape) - 1; k >= 0; k-- {
			c := float64(rest % shape[k])
			rest /= shape[k]
			v += math.Sin(c*0.21+float64(k)) + 0.3*math.Cos(c*0.93)
		}
		x[i] = float32(v)
	}
	return x
}

func BenchmarkSublevel(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, shape := range [][]int{{512, 512}, {128, 128, 128}} {
		noise := make([]float32, len(smooth(shape)))
		for i := range noise {
			noise[i] = r.Float32()
		}
		for name, x := range map[string][]float32{"smooth": smooth(shape), "noise": noise} {
			b.Run(array.FormatShape(shape)+"/"+name, func(b *testing.B) {
				b.SetBytes(int64(4 * len(x)))
				for b.Loop() {
					must(Sublevel(b.Context(), shape, x, nil))
				}
			})
			b.Run(array.FormatShape(shape)+"/"+name+"/top", func(b *testing.B) {
				b.SetBytes(int64(4 * len(x)))
				for b.Loop() {
					must(SublevelTop(b.Context(), shape, x, nil))
				}
			})
		}
	}
}

// elements are values of type d, such as fills.
func elements(t *testing.T, d array.DType, values ...string) (list []array.Element) {
	t.Helper()
	for _, s := range values {
		e, err := array.ParseElement(d, s)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	return list
}
