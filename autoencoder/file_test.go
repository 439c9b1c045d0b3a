package autoencoder

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadRejectsDamage(t *testing.T) {
	file := smallModel(t).file
	for n := range file {
		if _, err := Read(bytes.NewReader(file[:n])); !errors.Is(err, ErrModel) {
			t.Fatalf("truncated to %d of %d bytes: %v", n, len(file), err)
		}
		flipped := slices.Clone(file)
		flipped[n] ^= 1 << (n % 8)
		if _, err := Read(bytes.NewReader(flipped)); !errors.Is(err, ErrModel) {
			t.Fatalf("byte %d flipped: %v", n, err)
		}
	}
	if _, err := Read(bytes.NewReader(append(slices.Clone(file), 0))); !errors.Is(err, ErrModel) {
		t.Errorf("a trailing byte: %v", err)
	}
}

// A failing disk is not a damaged file.
func TestReadPassesErrorsOn(t *testing.T) {
	broken := errors.New("broken")
	_, err := Read(io.MultiReader(strings.NewReader(modelMagic), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || errors.Is(err, ErrModel) {
		t.Errorf("error %v, want %v", err, broken)
	}
}

// forge seals a file around any header and numbers: its hash is right.
func forge(t testing.TB, h any, numbers []float32) []byte {
	t.Helper()
	file, _, err := seal(modelMagic, h, numbers)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// reseal gives changed content a right hash.
func reseal(content []byte) []byte {
	id := sha256.Sum256(content)
	return append(content, id[:]...)
}

func TestReadRejectsForgeries(t *testing.T) {
	m := smallModel(t)
	numbers := slices.Concat(m.weights, m.latent.centre, m.latent.step)
	change := func(f func(h *header)) header { h := m.header; f(&h); return h }
	with := func(i int, v float32) []float32 { n := slices.Clone(numbers); n[i] = v; return n }
	content := m.file[:len(m.file)-32]
	u32 := func(at int, v uint32) []byte {
		b := slices.Clone(content)
		binary.LittleEndian.PutUint32(b[at:], v)
		return reseal(b)
	}
	for name, file := range map[string][]byte{
		"version 0":        u32(8, 0),
		"version 2":        u32(8, 2),
		"huge header":      u32(12, math.MaxUint32),
		"header too long":  u32(12, uint32(len(content))),
		"empty header":     u32(12, 0),
		"not JSON":         forge(t, "text", numbers),
		"unknown field":    forge(t, map[string]any{"spec": m.header.Spec, "surprise": 1}, numbers),
		"no spec":          forge(t, header{Normalisation: m.header.Normalisation}, numbers),
		"zero scale":       forge(t, change(func(h *header) { h.Normalisation.Scale = 0 }), numbers),
		"negative scale":   forge(t, change(func(h *header) { h.Normalisation.Scale = -1 }), numbers),
		"huge window":      forge(t, change(func(h *header) { h.Spec.Window = []int{math.MaxInt / 6, 6} }), numbers),
		"other window":     forge(t, change(func(h *header) { h.Spec.Window = []int{4, 8} }), numbers),
		"a number missing": forge(t, m.header, numbers[1:]),
		"a number more":    forge(t, m.header, append(slices.Clone(numbers), 0)),
		"infinite weight":  forge(t, m.header, with(3, float32(math.Inf(1)))),
		"NaN centre":       forge(t, m.header, with(len(m.weights), float32(math.NaN()))),
		"zero step":        forge(t, m.header, with(len(numbers)-1, 0)),
		"negative step":    forge(t, m.header, with(len(numbers)-1, -1)),
		"no weights":       reseal(slices.Clone(content[:prefixLen+int(binary.LittleEndian.Uint32(content[12:]))])),
		"data after zstd":  reseal(append(slices.Clone(content), "junk"...)),
		"checkpoint":       reseal(append([]byte(checkpointMagic), content[8:]...)),
	} {
		if _, err := Read(bytes.NewReader(file)); !errors.Is(err, ErrModel) {
			t.Errorf("%s: error %v, want %v", name, err, ErrModel)
		}
	}
	if _, err := Read(bytes.NewReader(forge(t, m.header, numbers))); err != nil {
		t.Errorf("an untouched forgery: %v", err)
	}
}

func TestShuffle(t *testing.T) {
	x := []float32{1, -2.5, 0, math.MaxFloat32, math.SmallestNonzeroFloat32}
	b := shuffle(x)
	if b[3*5] != 0x3f || b[3*5+1] != 0xc0 { // sign and exponent of 1 and −2.5
		t.Errorf("the last plane is %x", b[3*5:])
	}
	if got := unshuffle(b); !slices.Equal(got, x) {
		t.Errorf("%v came back as %v", x, got)
	}
}

func FuzzRead(f *testing.F) {
	m := smallModel(f)
	head, err := json.Marshal(m.header)
	if err != nil {
		f.Fatal(err)
	}
	body := m.file[prefixLen+len(head) : len(m.file)-32]
	f.Add(head, body)
	f.Add([]byte(`{"spec":{"window":[8]},"normalisation":{"mean":0,"scale":1}}`), body)
	f.Add([]byte(`{"spec":{"window":[4096,4096],"encoder":[{"kind":"conv","out":1,"kernel":[4000,4000]}]}}`), []byte{})
	f.Fuzz(func(t *testing.T, head, body []byte) {
		// The hash is made right, so that the fuzzer gets past it.
		file := append([]byte(modelMagic), 1, 0, 0, 0)
		file = binary.LittleEndian.AppendUint32(file, uint32(len(head)))
		file = reseal(append(append(file, head...), body...))
		m, err := Read(bytes.NewReader(file))
		if err != nil {
			if !errors.Is(err, ErrModel) {
				t.Fatalf("error %v does not match ErrModel", err)
			}
			return
		}
		if m.nets.encoder.macs+m.nets.decoder.macs > 1<<20 {
			return
		}
		x, q := make([]float32, m.nets.windowLen()), make([]int32, m.LatentLen())
		if err := errors.Join(m.Encode(q, x), m.Decode(x, q)); err != nil {
			t.Fatal(err)
		}
	})
}

func TestIsModel(t *testing.T) {
	for head, want := range map[string]bool{
		modelMagic: true, checkpointMagic: true, modelMagic + "more": true, "\x89MRS": false, "": false, "MRSL\x01\x01\x02\x03": false,
	} {
		if IsModel([]byte(head)) != want {
			t.Errorf("%q: want %v", head, want)
		}
	}
}
