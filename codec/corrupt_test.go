package codec

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/container"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/long"
	"github.com/morselcodec/morsel/internal/wire"
)

// samplesByName are small archives by name.
type samplesByName map[string][]byte

func (all samplesByName) add(t testing.TB, name string, h array.Header, raw []byte, o *Options) {
	t.Helper()
	archive, _, err := encodeRaw(h, raw, o)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	all[name] = archive
}

// samples returns small archives that together use every mode, block and
// coder that does not need a model.
func samples(t testing.TB) map[string][]byte {
	all := samplesByName{}
	h, raw := smooth(array.Float32, 7, 5, 3)
	all.add(t, "mixing", h, raw, &Options{})
	all.add(t, "static", h, raw, &Options{Level: 1})
	all.add(t, "chunks", h, raw, &Options{Chunk: []int{4, 3, 3}, tinyChunks: true})
	all.add(t, "signs", h, raw, &Options{Bound: Bound{Rel: 0.3}, Keep: KeepSigns | KeepExtrema, Level: 1})
	all.add(t, "order", h, raw, &Options{Bound: Bound{Rel: 0.3}, Keep: KeepOrder, Chunk: []int{4, 3, 3}, tinyChunks: true, Level: 1})
	all.add(t, "extrema", h, raw, &Options{Bound: Bound{Rel: 0.3}, Keep: KeepExtrema, Level: 1})
	all.addLossless(t)
	h.Name = "a name"
	for i := 0; i < len(raw); i += 28 {
		copy(raw[i:], []byte{byte(i), 0, 0xc0, 0x7f}) // NaN
	}
	all.add(t, "special", h, raw, &Options{})
	far := make([]byte, 8*200)
	for i := range 200 {
		v := math.Sin(float64(i) / 9)
		if i%70 == 50 {
			v *= 1e200
		}
		binary.LittleEndian.PutUint64(far[8*i:], math.Float64bits(v))
	}
	all.add(t, "exact", array.Header{DType: array.Float64, Shape: []int{200}}, far, &Options{Bound: Bound{Abs: 1e-3}})
	h, raw = smooth(array.Int16, 60)
	all.add(t, "integer", h, raw, &Options{Bound: Bound{Abs: 2}})
	h, raw = wavy(array.Float32)
	all.add(t, "pointwise", h, raw, &Options{Bound: Bound{PointwiseRel: 0.1}})
	all.add(t, "pointwise static", h, raw, &Options{Bound: Bound{PointwiseRel: 0.1}, Level: 1})
	h, raw = wavy(array.Uint16)
	all.add(t, "pointwise integers", h, raw, &Options{Bound: Bound{PointwiseRel: 0.1}, Level: 2})
	h.DType, h.Shape = array.Int16, []int{60}
	all.add(t, "constant", h, make([]byte, 120), &Options{})
	all.add(t, "empty", array.Header{DType: array.Float64, Shape: []int{0, 3}}, nil, &Options{})
	return all
}

func (all samplesByName) addLossless(t testing.TB) {
	t.Helper()
	lossless := &Options{Bound: Bound{Lossless: true}}
	h, raw := smooth(array.Float32, 7, 5, 3)
	all.add(t, "lossless", h, raw, lossless)
	all.add(t, "lossless fast", h, raw, &Options{Bound: Bound{Lossless: true}, Level: 1})
	for name, round := range map[string]func(v float64) float64{
		"scan":     func(v float64) float64 { return v },
		"decimals": func(v float64) float64 { return math.Round(v*100) / 100 },
		"table":    func(v float64) float64 { return math.Sqrt(math.Round(math.Abs(v))) },
	} {
		x := make([]float64, 12*20)
		for i := range x {
			x[i] = round(3 * math.Sin(float64(i/20)/4) * math.Cos(float64(i%20)/5))
		}
		x[77] = math.NaN()
		b := make([]byte, 8*len(x))
		array.Demote(b, x, array.Float64)
		all.add(t, name, array.Header{DType: array.Float64, Shape: []int{12, 20}}, b, lossless)
	}
	noise, rng := make([]byte, 160), rand.New(rand.NewPCG(11, 12))
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	all.add(t, "raw", array.Header{DType: array.Uint64, Shape: []int{20}}, noise, lossless)
}

// smooth is a field that is smooth here and there.
func smooth(d array.DType, shape ...int) (array.Header, []byte) {
	x := make([]float64, array.Product(shape))
	for i := range x {
		x[i] = 100 * float64(i%17) / (1 + float64(i%23))
	}
	if d.IsInteger() {
		for i := range x {
			x[i] = float64(int(x[i]))
		}
	}
	raw := make([]byte, len(x)*d.Size())
	array.Demote(raw, x, d)
	return array.Header{DType: d, Shape: shape}, raw
}

// wavy is a field of many magnitudes, of either sign.
func wavy(d array.DType) (array.Header, []byte) {
	x := make([]float64, 70)
	for i := range x {
		x[i] = 1e4 * math.Sin(float64(i)/5) * math.Sin(float64(i)/5)
		if !d.IsInteger() && i%11 > 5 {
			x[i] *= -1e-3
		}
	}
	raw := make([]byte, len(x)*d.Size())
	array.Demote(raw, x, d)
	if d == array.Float32 { // beyond a bin, and no number
		array.Demote(raw[44:], []float64{1e-40, math.NaN()}, d)
	}
	return array.Header{DType: d, Shape: []int{7, 10}}, raw
}

func TestSamplesHoldEverything(t *testing.T) {
	var found contents
	for name, archive := range samples(t) {
		if name != "empty" {
			found.add(t, archive)
		}
	}
	for mode, n := range found.modes {
		if n == 0 && mode != chunk.Latents {
			t.Errorf("no chunk of mode %d", mode)
		}
	}
	for kind, n := range found.blocks[1:] {
		if n == 0 && kind+1 != block.Latents && kind+1 != block.Stencils {
			t.Errorf("no block %d", kind+1)
		}
	}
}

// readAll decodes an archive both ways and wants the same from both.
func readAll(archive []byte) ([]byte, error) {
	streamed, err := decodeRaw(archive, &DecodeOptions{MaxBytes: 1 << 24})
	a, openErr := Open(context.Background(), bytes.NewReader(archive), int64(len(archive)), &DecodeOptions{MaxBytes: 1 << 24})
	if openErr != nil {
		if err == nil {
			return nil, errors.New("the stream decodes, Open fails")
		}
		return nil, err
	}
	_, infoErr := a.Info(context.Background())
	src, openErr := a.Region(context.Background(), make([]int, len(a.Header().Shape)), a.Header().Shape)
	if openErr != nil {
		return nil, openErr
	}
	r, openErr := src.Values()
	if openErr != nil {
		return nil, openErr
	}
	whole, openErr := io.ReadAll(r)
	if err == nil && (openErr != nil || infoErr != nil) {
		return nil, errors.Join(errors.New("the stream decodes, Open does not"), openErr, infoErr)
	}
	if err == nil && !bytes.Equal(streamed, whole) {
		return nil, errors.New("stream and region differ")
	}
	return streamed, err
}

func wantCorrupt(t *testing.T, what string, archive []byte) {
	t.Helper()
	_, err := decodeRaw(archive, &DecodeOptions{MaxBytes: 1 << 24})
	var c *fault.CorruptError
	if !errors.As(err, &c) || !errors.Is(err, fault.ErrCorrupt) {
		t.Errorf("%s: %v", what, err)
	}
}

func TestEveryDamagedByteIsFound(t *testing.T) {
	for name, archive := range samples(t) {
		if _, err := readAll(archive); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i := range archive {
			damaged := bytes.Clone(archive)
			for _, bit := range []byte{1, 0x80, 0xff}[:long.Trials(1, 3)] {
				damaged[i] = archive[i] ^ bit
				wantCorrupt(t, name, damaged)
			}
			wantCorrupt(t, name+" truncated", archive[:i])
		}
		wantCorrupt(t, name+" with a byte more", append(bytes.Clone(archive), 0))
	}
}

func TestUnknownSections(t *testing.T) {
	archive := samples(t)["chunks"]
	s := container.NewReader(bytes.NewReader(archive), 0, container.StreamRead)
	if _, err := s.Prologue(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Next(); err != nil {
		t.Fatal(err)
	}
	at := s.Offset
	insert := func(tag byte) []byte {
		extra := wire.AppendSection(nil, tag, []byte("from the future"))
		return slices.Concat(archive[:at], extra, archive[at:])
	}
	if _, err := decodeRaw(insert(77), nil); !errors.Is(err, fault.ErrVersion) {
		t.Errorf("an unknown critical section: %v", err)
	}
	// The index of such an archive would count from behind the section.
	sec := &Reader{}
	sec.sections = container.NewReader(bytes.NewReader(insert(wire.Ancillary|77)), 0, container.StreamRead)
	if err := sec.start(&DecodeOptions{}); err != nil {
		t.Errorf("an unknown ancillary section: %v", err)
	}
	newer := bytes.Clone(archive)
	newer[len(container.MagicHead)] = container.VersionNewest + 1
	if _, err := decodeRaw(newer, nil); !errors.Is(err, fault.ErrVersion) {
		t.Errorf("a newer version: %v", err)
	}
}

// Chunks that are sound but elsewhere are found by their number.
func TestSwappedChunksAreFound(t *testing.T) {
	raw := make([]byte, 4*64)
	for i := range raw {
		raw[i] = byte(i * 7)
	}
	h := array.Header{DType: array.Uint8, Shape: []int{256}}
	archive, _, err := encodeRaw(h, raw, &Options{Bound: Bound{Lossless: true}, Chunk: []int{64}, tinyChunks: true})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), bytes.NewReader(archive), int64(len(archive)), nil)
	if err != nil {
		t.Fatal(err)
	}
	one, two := a.index.Lengths[0], a.index.Lengths[1]
	at := a.offsets[0]
	swapped := slices.Concat(archive[:at], archive[at+one:at+one+two], archive[at:at+one], archive[at+one+two:])
	wantCorrupt(t, "swapped", swapped)
}

func TestMaxBytes(t *testing.T) {
	archive := samples(t)["mixing"]
	if _, err := decodeRaw(archive, &DecodeOptions{MaxBytes: 100}); !errors.Is(err, fault.ErrLimit) {
		t.Errorf("420 bytes under a limit of 100: %v", err)
	}
}

// Sums of infinities are NaN, with other bits on other machines, so that they
// count as 0.
func TestNoNumberDecodesToZero(t *testing.T) {
	for _, d := range []array.DType{array.Float32, array.Float64, array.Float16, array.Int32} {
		raw := make([]byte, 4000*d.Size())
		x := make([]float64, 4000)
		for i := range x {
			x[i] = float64(i * 7919 % 1009)
		}
		array.Demote(raw, x, d)
		h := array.Header{DType: d, Shape: []int{50, 80}}
		archive, _, err := encodeRaw(h, raw, &Options{Bound: Bound{Abs: 0.5}})
		if err != nil {
			t.Fatal(err)
		}
		r, err := NewReader(t.Context(), bytes.NewReader(archive), nil)
		if err != nil {
			t.Fatal(err)
		}
		rest := archive[r.sections.Offset:]
		r.head.asked = math.MaxFloat64 // the bins are much wider than they were
		wider := append([]byte(container.MagicHead), container.Version)
		wider = append(wire.AppendSection(wider, container.TagHeader, r.head.payload()), rest...)
		decoded, err := decodeRaw(wider, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := array.Promote(x, decoded, d); err != nil {
			t.Fatal(err)
		}
		for i, v := range x {
			if v != v {
				t.Fatalf("%v: value %d is no number", d, i)
			}
		}
	}
}

// FuzzDecode feeds arbitrary bytes, with checksums put right so that the
// decoders behind them are reached.
func FuzzDecode(f *testing.F) {
	for _, archive := range samples(f) {
		f.Add(archive, true)
		f.Add(archive, false)
	}
	f.Fuzz(func(t *testing.T, data []byte, mend bool) {
		if mend {
			data = mendChecksums(data)
		}
		b, err := readAll(data)
		if err == nil && len(b) > 1<<24 {
			t.Errorf("%d bytes beyond the limit", len(b))
		}
	})
}

// mendChecksums rewrites the sections of an archive with right checksums.
func mendChecksums(data []byte) []byte {
	if len(data) < len(container.MagicHead)+1 {
		return data
	}
	out := append([]byte(container.MagicHead), container.Version)
	f := wire.Fields{B: data[len(container.MagicHead)+1:]}
	for len(f.B) > container.FooterLen {
		tag := f.U8()
		payload := f.Bytes(int(f.Uvarint(1 << 20)))
		f.Bytes(4)
		if f.Err != nil {
			return append(out, data[min(len(out), len(data)):]...)
		}
		start := len(out)
		out = wire.AppendSection(out, tag, payload)
		if tag == container.TagIndex {
			return container.AppendFooter(out, len(out)-start)
		}
	}
	return append(out, f.B...)
}

// FuzzRoundTrip encodes arbitrary elements under an arbitrary bound.
func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte("0123456789abcdef0123456789abcdef"), uint8(1), uint8(3), 1e-3, uint8(5))
	f.Add(bytes.Repeat([]byte{0, 0, 0xc0, 0x7f, 1, 2, 3, 4}, 30), uint8(2), uint8(1), 10.0, uint8(1))
	f.Fuzz(func(t *testing.T, raw []byte, dtype, width uint8, bound float64, level uint8) {
		d := allTypes[int(dtype)%len(allTypes)]
		n := min(len(raw), 1<<14) / d.Size()
		w := min(int(width)+1, max(n, 1))
		h := array.Header{DType: d, Shape: []int{n / w, w}}
		raw = raw[:n/w*w*d.Size()]
		o := &Options{Bound: Bound{Abs: bound}, Level: 1 + int(level)%9}
		archive, stats, err := encodeRaw(h, raw, o)
		if errors.Is(err, ErrOptions) || errors.Is(err, array.ErrInexact) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := decodeRaw(archive, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkBound(h, raw, decoded, *stats.BoundAbs, nil); err != nil {
			t.Fatal(err)
		}
	})
}
