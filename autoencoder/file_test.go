package autoencoder

import (
	"bytes"
	"errors"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/morselcodec/morsel/autoencoder/internal/container"
	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
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
	_, err := Read(io.MultiReader(strings.NewReader(container.ModelMagic), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || errors.Is(err, ErrModel) {
		t.Errorf("error %v, want %v", err, broken)
	}
}

// A reader that gives nothing and never ends is an error of its own, wherever it
// begins to.
func TestReadOfAStuckReader(t *testing.T) {
	for _, start := range []string{"", "\x89MR", string(smallModel(t).file)} {
		_, err := Read(io.MultiReader(iotest.OneByteReader(strings.NewReader(start)), stuck{}))
		if !errors.Is(err, io.ErrNoProgress) || errors.Is(err, ErrModel) {
			t.Errorf("after %d bytes: %v, want %v", len(start), err, io.ErrNoProgress)
		}
	}
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

// stored returns what the sections of m's file hold.
func stored(t testing.TB, m *Model) *contents {
	t.Helper()
	u, err := container.Open(container.ModelMagic, bytes.NewReader(m.file))
	if err != nil {
		t.Fatal(err)
	}
	var c contents
	if err := c.readSections(u.Sections); err != nil {
		t.Fatal(err)
	}
	split := m.nets.Encoder.Weights
	c.networks[useEncoder].weights = slices.Clone(m.weights[:split])
	c.networks[useDecoder].weights = slices.Clone(m.weights[split:])
	c.Spec = m.description.Spec
	return &c
}

// forge seals any sections: checksums and hash are right.
func forge(sections []container.Section) []byte {
	file, _ := container.Seal(container.ModelMagic, sections)
	return file
}

func TestReadRejectsForgeries(t *testing.T) {
	m := smallModel(t)
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for name, change := range map[string]func(c *contents){
		"zero scale":     func(c *contents) { c.Normalisation.Scale = 0 },
		"negative scale": func(c *contents) { c.Normalisation.Scale = -1 },
		"NaN mean":       func(c *contents) { c.Normalisation.Mean = math.NaN() },
		"huge window":    func(c *contents) { c.Spec.Window = []int{1 << 40, 6} },
		"other window":   func(c *contents) { c.Spec.Window = []int{4, 8} },
		"no window":      func(c *contents) { c.Spec.Window = nil },
		"other input":    func(c *contents) { c.networks[useDecoder].input = []int{5} },
		"no layers":      func(c *contents) { c.networks[useEncoder].layers = nil },
		"too many layers": func(c *contents) {
			c.networks[useEncoder].layers = slices.Repeat(layers.Chain(layers.ReLU), layers.MaxLayers+1)
		},
		"huge kernel":       func(c *contents) { c.networks[useEncoder].layers[0].Kernel = []int{1 << 30, 1 << 30} },
		"negative filters":  func(c *contents) { c.networks[useEncoder].layers[0].Out = -1 },
		"a number missing":  func(c *contents) { n := &c.networks[useDecoder]; n.weights = n.weights[1:] },
		"a number more":     func(c *contents) { n := &c.networks[useDecoder]; n.weights = append(n.weights, 0) },
		"no weights":        func(c *contents) { c.networks[useDecoder].weights = nil },
		"infinite weight":   func(c *contents) { c.networks[useEncoder].weights[3] = inf },
		"NaN centre":        func(c *contents) { c.latent.Centre[0] = nan },
		"zero step":         func(c *contents) { c.latent.Step[3] = 0 },
		"negative step":     func(c *contents) { c.latent.Step[3] = -1 },
		"infinite step":     func(c *contents) { c.latent.Step[3] = inf },
		"a channel missing": func(c *contents) { c.latent = scaling.Quantiser{Centre: c.latent.Centre[1:], Step: c.latent.Step[1:]} },
		"no decoder":        func(c *contents) { c.networks = c.networks[:1] },
		"a third network":   func(c *contents) { c.networks = append(c.networks, c.networks[1]) },
	} {
		c := stored(t, m)
		change(c)
		sections, err := c.sections()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Read(bytes.NewReader(forge(sections))); !errors.Is(err, ErrModel) {
			t.Errorf("%s: error %v, want %v", name, err, ErrModel)
		}
	}
}

func TestReadRejectsSections(t *testing.T) {
	m := smallModel(t)
	u, err := container.Open(container.ModelMagic, bytes.NewReader(m.file))
	if err != nil {
		t.Fatal(err)
	}
	with := func(i int, s ...container.Section) []container.Section {
		return slices.Insert(slices.Clone(u.Sections), i, s...)
	}
	without := func(i int) []container.Section { return slices.Delete(slices.Clone(u.Sections), i, i+1) }
	longer := func(i int, more ...byte) []container.Section {
		s := slices.Clone(u.Sections)
		s[i].Payload = append(slices.Clone(s[i].Payload), more...)
		return s
	}
	last := len(u.Sections)
	for name, c := range map[string]struct {
		file []byte
		want string // in the error
	}{
		"reserved":          {forge(with(3, container.Section{Tag: 3})), "section 3 (template)"},
		"unknown":           {forge(with(3, container.Section{Tag: 77})), "section 77 (unknown)"},
		"out of order":      {forge(with(2, container.Section{Tag: 200})), "behind section 200"},
		"two autoencoders":  {forge(with(1, u.Sections[0])), "two of them"},
		"two records":       {forge(with(last, u.Sections[last-1])), "two of them"},
		"two encoders":      {forge(with(1, u.Sections[1])), "use 0"},
		"no autoencoder":    {forge(without(0)), "no autoencoder"},
		"no encoder":        {forge(without(1)), "use 1"},
		"no decoder":        {forge(without(2)), "1 networks"},
		"nothing":           {forge(nil), "no autoencoder"},
		"longer":            {forge(longer(0, 0)), "1 bytes are left over"},
		"data after zstd":   {forge(longer(2, 1, 2, 3)), "network of use 1"},
		"not JSON":          {forge(longer(last-1, '}')), "(training)"},
		"huge record":       {forge(longer(last-1, make([]byte, container.MaxJSON)...)), "at most"},
		"version 0":         {append([]byte(container.ModelMagic), 0), "version 0"},
		"version 2":         {append([]byte(container.ModelMagic), 2), "version 2"},
		"huge length":       {append([]byte(container.ModelMagic), 1, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1), "truncated"},
		"no length":         {append([]byte(container.ModelMagic), 1, 1), "truncated"},
		"endless length":    {append([]byte(container.ModelMagic), append([]byte{1, 1}, bytes.Repeat([]byte{0x80}, 60)...)...), "length"},
		"checkpoint":        {append([]byte(container.CheckpointMagic), m.file[8:]...), "does not start with"},
		"another ancillary": {forge(with(last, container.Section{Tag: 200, Payload: []byte("news")}, container.Section{Tag: 200})), ""},
		"no record":         {forge(without(last - 1)), ""},
		"unknown key":       {forge(append(without(last-1), container.Section{Tag: u.Sections[last-1].Tag, Payload: []byte(`{"surprise":1}`)})), ""},
	} {
		_, err := Read(bytes.NewReader(c.file))
		if c.want == "" && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if c.want != "" && (!errors.Is(err, ErrModel) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

// A description is written and read with everything that it says.
func TestSectionsRoundTrip(t *testing.T) {
	m := smallModel(t)
	back, err := Read(bytes.NewReader(m.file))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back.description, m.description) || !reflect.DeepEqual(back.latent, m.latent) {
		t.Errorf("%+v %v came back as %+v %v", m.description, m.latent, back.description, back.latent)
	}
	again, err := newModel(back.description, back.nets, back.weights, back.latent)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.file, m.file) {
		t.Error("what was read is written as other bytes")
	}
}

func FuzzRead(f *testing.F) {
	u, err := container.Open(container.ModelMagic, bytes.NewReader(smallModel(f).file))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(u.Sections[0].Payload, u.Sections[1].Payload, u.Sections[2].Payload, u.Sections[3].Payload)
	f.Fuzz(func(t *testing.T, autoencoder, encoder, decoder, training []byte) {
		// Checksums and hash are right, so that the fuzzer gets past them.
		m, err := Read(bytes.NewReader(forge([]container.Section{{Tag: 1, Payload: autoencoder}, {Tag: 2, Payload: encoder}, {Tag: 2, Payload: decoder}, {Tag: 129, Payload: training}})))
		if err != nil {
			if !errors.Is(err, ErrModel) {
				t.Fatalf("error %v does not match ErrModel", err)
			}
			return
		}
		if m.nets.Encoder.MACs+m.nets.Decoder.MACs > 1<<20 {
			return
		}
		x, q := make([]float32, m.nets.WindowLen()), make([]int32, m.LatentLen())
		if err := errors.Join(m.Encode(q, x), m.Decode(x, q)); err != nil {
			t.Fatal(err)
		}
	})
}
