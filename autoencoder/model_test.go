package autoencoder

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/autoencoder/internal/modelfile"
	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/kernel"
)

// smallModel is a model with every kind of layer, without training.
func smallModel(t testing.TB) *Model {
	t.Helper()
	spec := Spec{
		Window: []int{4, 6},
		Encoder: layers.Chain(layers.Conv(3, []int{3, 3}, []int{2, 2}, []int{1, 1}), layers.ReLU, Layer{Kind: "dropout", Rate: 0.1},
			layers.Flatten, layers.Dense(4), layers.SiLU),
		Decoder: layers.Chain(layers.Dense(12), Layer{Kind: "gelu"}, Layer{Kind: "reshape", Shape: []int{2, 3, 2}},
			Layer{Kind: "upsample", Factor: []int{1, 2}}, layers.Conv(2, []int{1, 3}, nil, []int{0, 1}), layers.ReLU,
			layers.Transposed(1, []int{3, 1}, []int{2, 1}, []int{1, 0}, []int{1, 0})),
	}
	nets, err := layers.Build(&spec)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(11, 12))
	w := make([]float32, nets.Weights())
	for i := range w { // uniform only: NormFloat64 is not the same on every machine
		w[i] = float32(rng.Float64() - 0.5)
	}
	q := scaling.Quantiser{Centre: []float32{0.1, -0.2, 0.3, 0}, Step: []float32{0.01, 0.02, 0.03, 0.04}}
	m, err := newModel(&modelfile.Contents{
		Spec: spec, Nets: nets, Weights: w, Normalisation: Normalisation{Mean: 3, Scale: 2, PerWindow: true}, Latent: q,
	}, Record{Preset: "test", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func hashOf(x []float32) string {
	h := sha256.New()
	if err := binary.Write(h, binary.LittleEndian, x); err != nil {
		panic(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// someLatents covers small codes, and the largest.
func someLatents(m *Model, n int) []int32 {
	rng := rand.New(rand.NewPCG(3, 4))
	q := make([]int32, n*m.LatentLen())
	for i := range q {
		q[i] = int32(rng.IntN(201) - 100)
	}
	q[0], q[1] = math.MaxInt32, math.MinInt32
	return q
}

// A file of format version 1 must stay readable, and decode to these very bits
// on every machine. From the first release on it is never written again.
func TestGoldenModel(t *testing.T) {
	const path, want = "testdata/golden_v1.mrsm", "8e16bab6a7d97627a18aedefec4294b6dad50333402c20513853bf31d426c40e"
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := Read(f)
	if err != nil {
		t.Fatal(err)
	}
	y := make([]float32, 50*24)
	if err := m.Decode(y, someLatents(m, 50)); err != nil {
		t.Fatal(err)
	}
	if got := hashOf(y); got != want {
		t.Errorf("the decoded values hash to %s, want %s", got, want)
	}
	if !slices.Equal(m.contents.Weights, smallModel(t).contents.Weights) {
		t.Error("the weights are not those that were written")
	}
}

func TestDecodeIsTheSameForAnyWorkers(t *testing.T) {
	m := smallModel(t)
	const n = 1000
	q := someLatents(m, n)
	want := make([]float32, n*24)
	if err := m.WithWorkers(1).Decode(want, q); err != nil {
		t.Fatal(err)
	}
	for _, workers := range []int{2, 3, 8} {
		got := make([]float32, len(want))
		if err := m.WithWorkers(workers).Decode(got, q); err != nil {
			t.Fatal(err)
		}
		if hashOf(got) != hashOf(want) {
			t.Errorf("%d workers decode to other bits than one", workers)
		}
	}
	// One window at a time, from several goroutines.
	got := make([]float32, len(want))
	var wg sync.WaitGroup
	for part := range 4 {
		wg.Go(func() {
			for i := part; i < n; i += 4 {
				if err := m.Decode(got[i*24:][:24], q[i*m.LatentLen():][:m.LatentLen()]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if hashOf(got) != hashOf(want) {
		t.Error("windows decoded apart have other bits than together")
	}
}

// Encode and Decode against the network run by hand.
func TestEncodeAndDecodeDefinition(t *testing.T) {
	m := smallModel(t)
	x := normal(rand.New(rand.NewPCG(5, 5)), 24)
	codes := make([]int32, m.LatentLen())
	if err := m.Encode(codes, x); err != nil {
		t.Fatal(err)
	}
	var mean float64
	for _, v := range x {
		mean += float64(v) / 24
	}
	shift := int32(math.RoundToEven((mean - 3) / 2 * 64))
	if codes[4] != shift {
		t.Fatalf("window mean %v has code %d, want %d", mean, codes[4], shift)
	}
	offset := 3 + float64(shift)*2/64
	normalised := make([]float32, 24)
	for i, v := range x {
		normalised[i] = float32((float64(v) - offset) / 2)
	}
	p := layers.Pass{Pool: kernel.NewPool(1), N: 1}
	var encoder, decoder layers.Tape
	z := m.contents.Nets.Encoder.Forward(p, m.contents.Weights, normalised, &encoder)
	for i, v := range z {
		want := math.RoundToEven(float64((v - m.contents.Latent.Centre[i]) / m.contents.Latent.Step[i]))
		if float64(codes[i]) != want {
			t.Errorf("latent %d is %d, want %v", i, codes[i], want)
		}
		z[i] = m.contents.Latent.Centre[i] + float32(float32(codes[i])*m.contents.Latent.Step[i])
	}
	want := slices.Clone(m.contents.Nets.Decoder.Forward(p, m.contents.Weights[m.contents.Nets.Encoder.Weights:], z, &decoder))
	for i, v := range want {
		want[i] = float32(offset + float64(v)*2)
	}
	got := make([]float32, 24)
	if err := m.Decode(got, codes); err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if math.Abs(float64(got[i]-want[i])) > 1e-6*max(1, math.Abs(float64(want[i]))) {
			t.Errorf("decoded value %d is %v, want %v", i, got[i], want[i])
		}
	}
}

func TestLengthsAreChecked(t *testing.T) {
	m := smallModel(t)
	for _, c := range []struct{ values, codes int }{{24, 4}, {23, 5}, {48, 5}, {0, 5}, {24, 10}} {
		if err := m.Encode(make([]int32, c.codes), make([]float32, c.values)); !errors.Is(err, array.ErrShape) {
			t.Errorf("Encode of %d values to %d latents: %v", c.values, c.codes, err)
		}
		if err := m.Decode(make([]float32, c.values), make([]int32, c.codes)); !errors.Is(err, array.ErrShape) {
			t.Errorf("Decode of %d latents to %d values: %v", c.codes, c.values, err)
		}
	}
	if err := m.Decode(nil, nil); err != nil {
		t.Errorf("Decode of nothing: %v", err)
	}
}

// Weights and latents as large as they get still decode to finite values.
func TestOverflowStaysFinite(t *testing.T) {
	m := smallModel(t)
	big := slices.Repeat([]float32{math.MaxFloat32, -math.MaxFloat32}, len(m.contents.Weights))[:len(m.contents.Weights)]
	c := *m.contents
	c.Normalisation, c.Weights = Normalisation{Mean: 1e308, Scale: 1e308}, big
	hostile, err := newModel(&c, m.training)
	if err != nil {
		t.Fatal(err)
	}
	y, q := make([]float32, 24), []int32{math.MaxInt32, math.MinInt32, 7, 0}
	if err := hostile.Decode(y, q); err != nil {
		t.Fatal(err)
	}
	for i, v := range y {
		if scaling.IsSpecial(v) {
			t.Fatalf("value %d is %v", i, v)
		}
	}
	if err := hostile.Encode(q, slices.Repeat([]float32{float32(math.NaN()), math.MaxFloat32}, 12)); err != nil {
		t.Fatal(err)
	}
}

func TestInfo(t *testing.T) {
	m := smallModel(t)
	i := m.Info()
	id := m.ID()
	if i.ID != hex.EncodeToString(id[:]) || i.LatentLen != 5 || !slices.Equal(i.Window, []int{4, 6}) || i.Bytes != len(m.file) ||
		i.Parameters != len(m.contents.Weights) || i.Training.Preset != "test" {
		t.Errorf("info %+v", i)
	}
	// conv: 6 positions of 9 taps to 3 filters; dense: 18 to 4.
	if want := float64(6*9*3+18*4) / 24; i.EncodeMACs != want {
		t.Errorf("%v multiplications per value to encode, want %v", i.EncodeMACs, want)
	}
}

func FuzzDecode(f *testing.F) {
	m := smallModel(f)
	f.Add([]byte("\x00\x00\x00\x80\xff\xff\xff\x7f\x01\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		q := make([]int32, len(b)/4/m.LatentLen()*m.LatentLen())
		for i := range q {
			q[i] = int32(binary.LittleEndian.Uint32(b[4*i:]))
		}
		y := make([]float32, len(q)/m.LatentLen()*24)
		if err := m.Decode(y, q); err != nil {
			t.Fatal(err)
		}
		if i := slices.IndexFunc(y, scaling.IsSpecial); i >= 0 {
			t.Fatalf("value %d is %v", i, y[i])
		}
	})
}

func TestWriteAndReadRoundTrip(t *testing.T) {
	m := smallModel(t)
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	got, err := Read(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := got.Write(&again); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.Bytes(), b.Bytes()) || got.ID() != m.ID() {
		t.Error("a model that was read writes another file")
	}
	if got.ID() != sha256.Sum256(b.Bytes()[:b.Len()-32]) {
		t.Error("the ID is not the SHA-256 of the content")
	}
	q := someLatents(m, 9)
	x, y := make([]float32, 9*24), make([]float32, 9*24)
	if err := errors.Join(m.Decode(x, q), got.Decode(y, q)); err != nil {
		t.Fatal(err)
	}
	if hashOf(x) != hashOf(y) {
		t.Error("a model that was read decodes to other bits")
	}
}

func normal(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}
