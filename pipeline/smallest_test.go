package pipeline

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats/array"
)

// trained is a small model of waves, with windows of a shape.
func trained(t *testing.T, seed uint64, window ...int) *autoencoder.Model {
	t.Helper()
	set := func(yield func(array.Source, error) bool) { yield(array.FromArray(wave(40, 32)), nil) }
	m, err := autoencoder.Train(t.Context(), set, &autoencoder.TrainOptions{Preset: "dense", Window: window, Steps: 20, Batch: 8, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The stats tell of each model that was tried, and why none was used.
func TestEncodeSmallestTellsOfModels(t *testing.T) {
	a, b := trained(t, 1, 4, 8), trained(t, 2, 8, 8)
	plain := array.FromArray(wave(40, 32))
	line := array.FromArray(wave(300))
	for _, c := range []struct {
		name   string
		src    array.Source
		models []*autoencoder.Model
		o      codec.Options
		note   string
		tried  int
	}{
		{"none", plain, nil, codec.Options{}, "none was given", 0},
		{"one", plain, []*autoencoder.Model{a}, codec.Options{Bound: codec.Bound{Rel: 1e-7}}, "with it the archive would take", 1},
		{"one inline", plain, []*autoencoder.Model{a}, codec.Options{InlineModel: true}, "with it the archive would take", 1},
		{"two", plain, []*autoencoder.Model{a, b}, codec.Options{Bound: codec.Bound{Rel: 1e-7}}, "with the best of 2 the archive would take", 2},
		{"rank", line, []*autoencoder.Model{a}, codec.Options{}, "its window 4x8 has more axes", 0},
		{"ranks", line, []*autoencoder.Model{a, b}, codec.Options{}, "the windows of all 2 models", 0},
	} {
		s, err := EncodeSmallest(t.Context(), io.Discard, c.src, c.models, &c.o)
		if err != nil || s.Model != nil || !strings.HasPrefix(s.ModelNote, c.note) || len(s.ModelTried) != c.tried {
			t.Errorf("%s: model %v, %q, tried %v (%v); want %q and %d tried", c.name, s.Model, s.ModelNote, s.ModelTried, err, c.note, c.tried)
		}
		for _, trial := range s.ModelTried {
			if trial.Bytes < s.ArchiveBytes {
				t.Errorf("%s: %d bytes with %s, %d without any", c.name, trial.Bytes, trial.ID, s.ArchiveBytes)
			}
		}
	}
}

// The archive is the smallest of all, and its stats are those of its model.
func TestEncodeSmallest(t *testing.T) {
	models := []*autoencoder.Model{trained(t, 1, 4, 8), trained(t, 2, 8, 8)}
	src := array.FromArray(wave(40, 32))
	if _, err := EncodeSmallest(t.Context(), io.Discard, src, models, &codec.Options{Bound: codec.Bound{None: true}}); !errors.Is(err, codec.ErrOptions) {
		t.Errorf("two models and no bound: %v", err)
	}
	for _, rel := range []float64{0.3, 1e-2, 1e-4} {
		o := &codec.Options{Bound: codec.Bound{Rel: rel}}
		var smallest bytes.Buffer
		stats, err := EncodeSmallest(t.Context(), &smallest, src, models, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range append(models, nil) {
			o.Model = m
			other, err := Encode(t.Context(), io.Discard, src, o)
			if err != nil || int64(smallest.Len()) > other.ArchiveBytes || stats.ArchiveBytes != int64(smallest.Len()) {
				t.Errorf("rel %v: %d bytes (%d by the stats), %d with %v (%v)", rel, smallest.Len(), stats.ArchiveBytes, other.ArchiveBytes, m, err)
			}
		}
	}
}
