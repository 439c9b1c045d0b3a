package codec

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/morselcodec/morsel/codec/internal/pack"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/long"
)

// structured returns random elements of type d with the structure that lossless
// coding looks for, on shape rows by columns.
func structured(rng *rand.Rand, d array.DType, rows, columns int) (kind string, raw []byte) {
	x := make([]float64, rows*columns)
	smooth := func(i int) float64 {
		return 100 * (math.Sin(float64(i/columns)/5) + math.Cos(float64(i%columns)/9))
	}
	kinds := []string{"decimals", "binaries", "few values", "classes", "single in double", "runs", "mirrored", "integers"}
	kind = kinds[rng.IntN(len(kinds))]
	scale := math.Ldexp(1, rng.IntN(12)-6)
	digits := math.Pow(10, float64(rng.IntN(5)))
	for i := range x {
		v := smooth(i) + rng.NormFloat64()
		switch kind {
		case "decimals":
			v = math.Round(v*digits) / digits
		case "binaries":
			v = math.Round(v/scale) * scale
		case "few values":
			v = math.Sqrt(float64(rng.IntN(9)))
		case "classes":
			v = math.Sqrt(math.Round(math.Abs(v) / 20))
		case "single in double":
			v = float64(float32(v))
		case "runs":
			if i%7 > 0 {
				v = x[i-1]
			}
		case "mirrored":
			if r := i / columns; r >= rows/2 {
				v = -x[(rows-1-r)*columns+i%columns]
			}
		case "integers":
			v = math.Round(v)
		}
		x[i] = v
	}
	if !d.IsInteger() && rng.IntN(2) == 0 {
		for range 1 + rng.IntN(5) {
			x[rng.IntN(len(x))] = []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), 0, -9999, 5e-324}[rng.IntN(7)]
		}
	}
	if d.IsInteger() {
		lo, hi := quant.IntegerRange(d)
		for i, v := range x {
			x[i] = math.Round(min(max(v, lo), hi))
		}
	}
	raw = make([]byte, len(x)*d.Size())
	array.Demote(raw, x, d)
	return kind, raw
}

// Every bit survives, whatever the structure, type and level.
func TestLosslessStructures(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	for trial := range 200 {
		d := allTypes[rng.IntN(len(allTypes))]
		rows, columns := 1+rng.IntN(40), 1+rng.IntN(40)
		kind, raw := structured(rng, d, rows, columns)
		if rng.IntN(4) == 0 { // any bits at a few places: NaN payloads, integers no float holds
			for range 3 {
				raw[rng.IntN(len(raw))] = byte(rng.Uint32())
			}
		}
		o := &Options{Bound: Bound{Lossless: true}, Level: 1 + rng.IntN(9)}
		name := fmt.Sprintf("trial %d: %s, %v %dx%d level %d", trial, kind, d, rows, columns, o.Level)
		archive, _, err := encodeRaw(array.Header{DType: d, Shape: []int{rows, columns}}, raw, o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		back, err := decodeRaw(archive, nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !bytes.Equal(back, raw) {
			t.Fatalf("%s: other bits", name)
		}
	}
}

// shuffledSize returns what zstd makes of the elements after a byte shuffle.
func shuffledSize(t *testing.T, raw []byte, size int) int {
	t.Helper()
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		t.Fatal(err)
	}
	return len(e.EncodeAll(pack.Shuffle(raw, size), nil))
}

// Data of no structure take more bytes than shuffled and compressed by zstd, but
// for the archive around them.
func TestLosslessBeatsShuffle(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	for trial := range long.Trials(10, 200) {
		for _, d := range []array.DType{array.Float32, array.Float64, array.Int32} {
			kind, raw := structured(rng, d, 60, 80)
			archive, _, err := encodeRaw(array.Header{DType: d, Shape: []int{60, 80}}, raw, &Options{Bound: Bound{Lossless: true}})
			if err != nil {
				t.Fatal(err)
			}
			if size := shuffledSize(t, raw, d.Size()); len(archive) > size+96 {
				t.Errorf("trial %d: %s, %v: %d bytes, zstd %d", trial, kind, d, len(archive), size)
			}
		}
	}
}

// Integers beyond 2⁵³ are predicted, too.
func TestLosslessWideIntegers(t *testing.T) {
	for _, d := range []array.DType{array.Int64, array.Uint64} {
		raw := make([]byte, 8*2000)
		for i := range 2000 {
			v := uint64(1)<<62 + uint64(i*i)*1e9
			if d == array.Uint64 {
				v += 1 << 63 // half way to wrapping around
			}
			binary.LittleEndian.PutUint64(raw[8*i:], v+uint64(i%3))
		}
		archive, _, err := encodeRaw(array.Header{DType: d, Shape: []int{2000}}, raw, &Options{Bound: Bound{Lossless: true}})
		if err != nil {
			t.Fatal(err)
		}
		back, err := decodeRaw(archive, nil)
		if err != nil || !bytes.Equal(back, raw) {
			t.Fatalf("%v: other bits (%v)", d, err)
		}
		if len(archive) > len(raw)/3 {
			t.Errorf("%v: a parabola of %d bytes takes %d", d, len(raw), len(archive))
		}
	}
}

// FuzzLossless encodes arbitrary elements.
func FuzzLossless(f *testing.F) {
	rng := rand.New(rand.NewPCG(25, 26))
	for _, d := range allTypes {
		_, raw := structured(rng, d, 6, 9)
		f.Add(raw, uint8(d)-1, uint8(8), uint8(4))
	}
	f.Fuzz(func(t *testing.T, raw []byte, dtype, width, level uint8) {
		d := allTypes[int(dtype)%len(allTypes)]
		n := min(len(raw), 1<<13) / d.Size()
		w := min(int(width)+1, max(n, 1))
		raw = raw[:n/w*w*d.Size()]
		archive, _, err := encodeRaw(array.Header{DType: d, Shape: []int{n / w, w}}, raw, &Options{Bound: Bound{Lossless: true}, Level: 1 + int(level)%9})
		if err != nil {
			t.Fatal(err)
		}
		back, err := decodeRaw(archive, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(back, raw) {
			t.Fatal("other bits")
		}
	})
}
