package modelfile

import (
	"bytes"
	"errors"
	"io"
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/morselcodec/morsel/autoencoder/internal/container"
	"github.com/morselcodec/morsel/autoencoder/internal/fail"
	"github.com/morselcodec/morsel/autoencoder/internal/layers"
	"github.com/morselcodec/morsel/autoencoder/internal/scaling"
)

func TestReadRejectsDamage(t *testing.T) {
	file := sealed(t, small(t))
	for n := range file {
		if _, err := read(bytes.NewReader(file[:n])); !errors.Is(err, fail.ErrModel) {
			t.Fatalf("truncated to %d of %d bytes: %v", n, len(file), err)
		}
		flipped := slices.Clone(file)
		flipped[n] ^= 1 << (n % 8)
		if _, err := read(bytes.NewReader(flipped)); !errors.Is(err, fail.ErrModel) {
			t.Fatalf("byte %d flipped: %v", n, err)
		}
	}
	if _, err := read(bytes.NewReader(append(slices.Clone(file), 0))); !errors.Is(err, fail.ErrModel) {
		t.Errorf("a trailing byte: %v", err)
	}
}

// A failing disk is not a damaged file.
func TestReadPassesErrorsOn(t *testing.T) {
	broken := errors.New("broken")
	_, err := read(io.MultiReader(strings.NewReader(container.ModelMagic), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || errors.Is(err, fail.ErrModel) {
		t.Errorf("error %v, want %v", err, broken)
	}
}

// A reader that gives nothing and never ends is an error of its own, wherever it
// begins to.
func TestReadOfAStuckReader(t *testing.T) {
	for _, start := range []string{"", "\x89MR", string(sealed(t, small(t)))} {
		_, err := read(io.MultiReader(iotest.OneByteReader(strings.NewReader(start)), stuck{}))
		if !errors.Is(err, io.ErrNoProgress) || errors.Is(err, fail.ErrModel) {
			t.Errorf("after %d bytes: %v, want %v", len(start), err, io.ErrNoProgress)
		}
	}
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

// small are the contents of a model with every kind of layer.
func small(t testing.TB) *Contents {
	t.Helper()
	c := &Contents{
		Spec: layers.Spec{
			Window: []int{4, 6},
			Encoder: layers.Chain(layers.Conv(3, []int{3, 3}, []int{2, 2}, []int{1, 1}), layers.ReLU,
				layers.Layer{Kind: "dropout", Rate: 0.1}, layers.Flatten, layers.Dense(4), layers.SiLU),
			Decoder: layers.Chain(layers.Dense(12), layers.Layer{Kind: "gelu"}, layers.Layer{Kind: "reshape", Shape: []int{2, 3, 2}},
				layers.Layer{Kind: "upsample", Factor: []int{1, 2}}, layers.Transposed(1, []int{3, 1}, []int{2, 1}, []int{1, 0}, []int{1, 0})),
		},
		Normalisation: scaling.Normalisation{Mean: 3, Scale: 2, PerWindow: true},
		Latent:        scaling.Quantiser{Centre: []float32{0.1, -0.2, 0.3, 0}, Step: []float32{0.01, 0.02, 0.03, 0.04}},
		Training:      &record{"test"},
	}
	var err error
	if c.Nets, err = layers.Build(&c.Spec); err != nil {
		t.Fatal(err)
	}
	for i := range c.Nets.Weights() {
		c.Weights = append(c.Weights, float32(i%100)/100-0.5)
	}
	return c
}

type record struct{ Name string }

func sealed(t testing.TB, c *Contents) []byte {
	t.Helper()
	file, _, err := c.Seal()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func read(r io.Reader) (*Contents, error) {
	c := &Contents{Training: new(record)}
	_, err := c.Read(r, math.MaxInt64)
	return c, err
}

// asStored returns contents as their file has them, to be changed.
func asStored(t testing.TB) *stored {
	t.Helper()
	c := small(t)
	split := c.Nets.Encoder.Weights
	return &stored{c, []storedNetwork{
		{input: c.Nets.Encoder.In, layers: c.Spec.Encoder, weights: c.Weights[:split:split]},
		{input: c.Nets.Decoder.In, layers: c.Spec.Decoder, weights: c.Weights[split:]},
	}}
}

// forge seals any sections: checksums and hash are right.
func forge(sections []container.Section) []byte {
	file, _ := container.Seal(container.ModelMagic, sections)
	return file
}

func TestReadRejectsForgeries(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for name, change := range map[string]func(c *stored){
		"zero scale":     func(c *stored) { c.Normalisation.Scale = 0 },
		"negative scale": func(c *stored) { c.Normalisation.Scale = -1 },
		"NaN mean":       func(c *stored) { c.Normalisation.Mean = math.NaN() },
		"huge window":    func(c *stored) { c.Spec.Window = []int{1 << 30, 6} },
		"other window":   func(c *stored) { c.Spec.Window = []int{4, 8} },
		"no window":      func(c *stored) { c.Spec.Window = nil },
		"other input":    func(c *stored) { c.networks[useDecoder].input = []int{5} },
		"no layers":      func(c *stored) { c.networks[useEncoder].layers = nil },
		"too many layers": func(c *stored) {
			c.networks[useEncoder].layers = slices.Repeat(layers.Chain(layers.ReLU), layers.MaxLayers+1)
		},
		"huge kernel":       func(c *stored) { c.networks[useEncoder].layers[0].Kernel = []int{1 << 30, 1 << 30} },
		"negative filters":  func(c *stored) { c.networks[useEncoder].layers[0].Out = -1 },
		"a number missing":  func(c *stored) { n := &c.networks[useDecoder]; n.weights = n.weights[1:] },
		"a number more":     func(c *stored) { n := &c.networks[useDecoder]; n.weights = append(n.weights, 0) },
		"no weights":        func(c *stored) { c.networks[useDecoder].weights = nil },
		"infinite weight":   func(c *stored) { c.networks[useEncoder].weights[3] = inf },
		"NaN centre":        func(c *stored) { c.Latent.Centre[0] = nan },
		"zero step":         func(c *stored) { c.Latent.Step[3] = 0 },
		"negative step":     func(c *stored) { c.Latent.Step[3] = -1 },
		"infinite step":     func(c *stored) { c.Latent.Step[3] = inf },
		"a channel missing": func(c *stored) { c.Latent = scaling.Quantiser{Centre: c.Latent.Centre[1:], Step: c.Latent.Step[1:]} },
		"no decoder":        func(c *stored) { c.networks = c.networks[:1] },
		"a third network":   func(c *stored) { c.networks = append(c.networks, c.networks[1]) },
	} {
		c := asStored(t)
		change(c)
		sections, err := c.sections()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := read(bytes.NewReader(forge(sections))); !errors.Is(err, fail.ErrModel) {
			t.Errorf("%s: error %v, want %v", name, err, fail.ErrModel)
		}
	}
}

func TestReadRejectsSections(t *testing.T) {
	file := sealed(t, small(t))
	u, err := container.Open(container.ModelMagic, bytes.NewReader(file))
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
		"checkpoint":        {append([]byte(container.CheckpointMagic), file[8:]...), "does not start with"},
		"another ancillary": {forge(with(last, container.Section{Tag: 200, Payload: []byte("news")}, container.Section{Tag: 200})), ""},
		"no record":         {forge(without(last - 1)), ""},
		"unknown key":       {forge(append(without(last-1), container.Section{Tag: u.Sections[last-1].Tag, Payload: []byte(`{"surprise":1}`)})), ""},
	} {
		_, err := read(bytes.NewReader(c.file))
		if c.want == "" && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if c.want != "" && (!errors.Is(err, fail.ErrModel) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

// An architecture is taken at its word only as far as its numbers are there.
func TestReadAllocatesWhatIsThere(t *testing.T) {
	c := asStored(t)
	c.Spec.Window = []int{1 << 12}
	c.networks = []storedNetwork{
		{input: []int{1 << 12, 1}, layers: layers.Chain(layers.Flatten, layers.Dense(1<<12), layers.Dense(4))},
		{input: []int{4}, layers: layers.Chain(layers.Dense(1 << 12))},
	}
	sections, err := c.sections()
	if err != nil {
		t.Fatal(err)
	}
	file := forge(sections)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = read(bytes.NewReader(file))
	runtime.ReadMemStats(&after)
	if !errors.Is(err, fail.ErrModel) {
		t.Errorf("error %v, want %v", err, fail.ErrModel)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 16<<20 {
		t.Errorf("%d bytes are allocated for a file of %d", n, len(file))
	}
}

// Contents are written and read with everything that they say.
func TestRoundTrip(t *testing.T) {
	c := small(t)
	file := sealed(t, c)
	back, err := read(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	back.Nets, c.Nets = nil, nil
	if !reflect.DeepEqual(back, c) {
		t.Errorf("%+v came back as %+v", c, back)
	}
	if back, err = read(bytes.NewReader(file)); err != nil || !bytes.Equal(sealed(t, back), file) {
		t.Errorf("what was read is written as other bytes, error %v", err)
	}
}
