package array

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// bytesOf lays out values as elements of type d.
func bytesOf(d DType, x []float64) []byte {
	b := make([]byte, len(x)*d.Size())
	Demote(b, x, d)
	return b
}

// takeCensus adds the values in pieces of odd lengths.
func takeCensus(t *testing.T, d DType, b []byte, fills ...Element) *Census {
	t.Helper()
	c, err := NewCensus(d, fills)
	if err != nil {
		t.Fatal(err)
	}
	for k := 1; len(b) > 0; k = k*3 + 1 {
		n := min(len(b), k*d.Size())
		c.Add(b[:n])
		b = b[n:]
	}
	return c
}

func element(t *testing.T, d DType, s string) Element {
	t.Helper()
	e, err := ParseElement(d, s)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// waves is a field of values from -2 to 34, none of which is repeated often.
func waves(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(float32(16 + 18*math.Sin(float64(i)/100+float64(i*i%97)/1000)))
	}
	return x
}

// candidates are fields, most of them waves, of which some values are put elsewhere.
var candidates = []struct {
	name string
	d    DType
	put  map[float64]int // value and how often
	base func(i int) float64
	want string // value×count, ! if it spoils
}{
	{"plain", Float32, nil, nil, ""},
	{"1e20", Float32, map[float64]int{1e20: 3000}, nil, "1e+20×3000!"},
	{"netCDF", Float32, map[float64]int{9.969209968386869e36: 2}, nil, "9.96921e+36×2!"},
	{"netCDF in double", Float64, map[float64]int{9.969209968386869e36: 2, float64(float32(1e20)): 2}, nil, "9.969209968386869e+36×2! 1.0000000200408773e+20×2!"},
	{"once", Float32, map[float64]int{1e20: 1}, nil, ""},
	{"-9999", Float32, map[float64]int{-9999: 50}, nil, "-9999×50"},
	{"-999 in half", Float16, map[float64]int{-999: 50}, nil, "-999×50"},
	{"-9999 in half", Float16, map[float64]int{-10000: 50}, nil, "-10000×50"},
	{"two ends", Float32, map[float64]int{-9999: 50, 1e20: 20}, nil, "1e+20×20! -9999×50"},
	{"one behind the other", Float64, map[float64]int{1e20: 20, 9.969209968386869e36: 9}, nil, "9.969209968386869e+36×9! 1e+20×20!"},
	{"three at an end", Float64, map[float64]int{-999: 20, -9999: 20, -32768: 3}, nil, "-32768×3 -9999×20 -999×20"},
	{"no name", Float32, map[float64]int{-77777: 50}, nil, "-77777×50!"},
	{"no name and near", Float32, map[float64]int{-7777: 50}, nil, ""},
	{"no name and rare", Float32, map[float64]int{-77777: 9}, nil, ""},
	{"no name behind another", Float32, map[float64]int{-77777: 50, -999999: 30, 888888: 20}, nil, "-999999×30! 888888×20! -77777×50!"},
	{"an outlier beyond", Float32, map[float64]int{-77777: 50, -999999: 1}, nil, ""},
	{"beyond the range of the rest", Float64, map[float64]int{math.MaxFloat64: 50, -math.MaxFloat64: 50}, nil, "-1.7976931348623157e+308×50! 1.7976931348623157e+308×50!"},
	{"beyond a tiny range", Float64, map[float64]int{1e20: 50}, func(i int) float64 { return float64(i%300) * 1e-300 }, "1e+20×50!"},
	{"inside", Float32, map[float64]int{-9999: 50}, func(i int) float64 { return float64(i*40 - 200000) }, ""},
	{"short", Int16, map[float64]int{-32768: 50}, func(i int) float64 { return float64(i % 300) }, "-32768×50"},
	{"end of unsigned", Uint16, map[float64]int{65535: 50}, func(i int) float64 { return float64(i % 300) }, "65535×50"},
	{"zero of unsigned", Uint16, map[float64]int{0: 5000}, func(i int) float64 { return 30000 + float64(i%300) }, ""},
	{"bytes", Uint8, map[float64]int{255: 5000}, func(i int) float64 { return float64(i % 20) }, ""},
	{"mask", Float32, nil, func(i int) float64 { return float64(i % 2) }, ""},
	{"mask with fill", Float32, map[float64]int{-9999: 50}, func(i int) float64 { return float64(i % 2) }, ""},
	{"15 classes", Float32, map[float64]int{-9999: 50}, func(i int) float64 { return float64(i % 15) }, ""},
	{"16 classes", Float32, map[float64]int{-9999: 50}, func(i int) float64 { return float64(i % 16) }, "-9999×50"},
	{"rain", Float32, map[float64]int{0: 6000}, func(i int) float64 { return math.Exp(float64(i%1000)/100 - 6) }, ""},
	{"clipped", Float32, nil, func(i int) float64 { return min(max(float64(i-5000), -700), 900) }, ""},
}

func TestCandidates(t *testing.T) {
	for _, c := range candidates {
		t.Run(c.name, func(t *testing.T) {
			x := waves(10000)
			if c.base != nil {
				for i := range x {
					x[i] = c.base(i)
				}
			}
			at := rand.New(rand.NewPCG(3, 4)).Perm(len(x))
			for v, n := range c.put {
				for range n {
					x[at[0]], at = v, at[1:]
				}
			}
			b := bytesOf(c.d, x)
			census := takeCensus(t, c.d, b)
			found, rest := census.Candidates()
			got, fills := "", []Element{}
			if _, err := json.Marshal(found); err != nil {
				t.Error(err)
			}
			for _, f := range found {
				spoils := ""
				if f.Spoils() {
					spoils = "!"
				}
				got += fmt.Sprintf(" %v×%d%s", f.Value, f.Count, spoils)
				fills = append(fills, f.Value)
			}
			sorted := func(s string) []string { f := strings.Fields(s); slices.Sort(f); return f }
			if !slices.Equal(sorted(got), sorted(c.want)) {
				t.Errorf("found %s, want %s", got, c.want)
			}
			if lo, hi, ok := census.Ends(fills); !ok || lo.Float64() != rest.Min || hi.Float64() != rest.Max {
				t.Errorf("the rest has the range %v, without the candidates it ends with %v and %v", rest, lo, hi)
			}
			again := takeCensus(t, c.d, b, fills...)
			if r := again.Range(); r != rest {
				t.Errorf("the rest has the range %v, without the candidates it is %v", rest, r)
			}
			for i, n := range again.FillCounts() {
				if n != found[i].Count {
					t.Errorf("%v occurs %d times, was found %d times", fills[i], n, found[i].Count)
				}
			}
			if more, _ := again.Candidates(); len(more) > 0 {
				t.Errorf("found more: %v", more)
			}
		})
	}
}

// TestCensusCounts compares with what sorting tells, for every type.
func TestCensusCounts(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for d := Float32; d.Valid(); d++ {
		for range 30 {
			b := make([]byte, (1+rng.IntN(300))*d.Size())
			for i := range b {
				b[i] = byte(rng.Uint32())
			}
			if rng.IntN(2) == 0 { // few different ones
				for i := d.Size(); i < len(b); i += d.Size() {
					k := rng.IntN(i) / d.Size() * d.Size()
					copy(b[i:i+d.Size()], b[k:k+d.Size()])
				}
			}
			var fills []Element
			if e := ElementAt(d, b); CheckFill(d, e) == nil {
				fills = append(fills, e)
			}
			c := takeCensus(t, d, b, fills...)
			special, filled := int64(0), int64(0)
			lo, hi := math.Inf(1), math.Inf(-1)
			for i := 0; i < len(b); i += d.Size() {
				e := ElementAt(d, b[i:])
				switch v := e.Float64(); {
				case v-v != 0:
					special++
				case fills != nil && (e == fills[0] || v == 0 && fills[0].Float64() == 0):
					filled++
				default:
					lo, hi = min(lo, v), max(hi, v)
				}
			}
			if hi < lo {
				lo, hi = 0, -1
			}
			if c.Special() != special || c.Range() != (Range{lo, hi}) || c.Values() != int64(len(b)/d.Size()) {
				t.Fatalf("%v: %d special, range %v; want %d, %v to %v", d, c.Special(), c.Range(), special, lo, hi)
			}
			if fills != nil && c.FillCounts()[0] != filled {
				t.Fatalf("%v: %d fill, want %d", d, c.FillCounts()[0], filled)
			}
		}
	}
}

func TestKeys(t *testing.T) {
	for d := Float32; d.Valid(); d++ {
		for _, s := range []string{"0", "1", "100", "-1", "-100", "127", "65535", "-9223372036854775808", "18446744073709551615", "1e-5"} {
			e, err := ParseElement(d, s)
			if err != nil {
				continue
			}
			if back := elementOf(d, keyOf(e)); back != e {
				t.Errorf("%v %v comes back as %v", d, e, back)
			}
		}
	}
	minus := element(t, Float32, "-0")
	if keyOf(minus) != keyOf(element(t, Float32, "0")) || minus.Bits == 0 {
		t.Error("zeros have different keys")
	}
}

func TestFillsNotTaken(t *testing.T) {
	for _, e := range []Element{{Float64, 0}, {Float32, 0x7fc00000}, {Float32, 0xff800000}, {}} {
		if _, err := NewCensus(Float32, []Element{e}); err == nil {
			t.Errorf("%v of type %v was taken", e, e.DType)
		}
	}
}

func BenchmarkCensus(b *testing.B) {
	smooth := waves(1 << 20)
	masked := slices.Clone(smooth)
	classes, ramp := make([]float64, 1<<20), make([]float64, 1<<20)
	for i := range masked {
		if i/1000%3 == 0 {
			masked[i] = -9999
		}
		classes[i] = float64(i * 7919 % 10)
		ramp[i] = float64(i)
	}
	for name, x := range map[string][]float64{"smooth": smooth, "masked": masked, "classes": classes, "ramp": ramp} {
		for _, d := range []DType{Float32, Float64, Uint8} {
			raw := bytesOf(d, x)
			b.Run(fmt.Sprintf("%s/%v", name, d), func(b *testing.B) {
				b.SetBytes(int64(len(raw)))
				for b.Loop() {
					c, _ := NewCensus(d, nil)
					c.Add(raw)
				}
			})
		}
	}
}
