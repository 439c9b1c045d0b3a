package autoencoder

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// withHoles are waves of which every seventh value is v, under a name.
func withHoles(name string, v float32) *array.Array[float32] {
	a := waves(6, 30, 40)
	a.Name = name
	for i := 0; i < len(a.Data); i += 7 {
		a.Data[i] = v
	}
	return a
}

func TestUndeclaredFill(t *testing.T) {
	for _, c := range []struct {
		value           string
		spoils, suspect bool
	}{{"1e20", true, true}, {"9.96921e36", true, true}, {"-9999", true, true}, {"-77777", true, true}, {"-999", false, true}, {"-77", false, false}, {"100", false, false}} {
		v := element(t, array.Float32, c.value)
		a := withHoles("holes", float32(v.Float64()))
		var told []Suspects
		options := func(p array.FillPolicy) *TrainOptions {
			told = nil
			o := quick()
			o.InitOnly, o.FillPolicy = true, p
			o.Suspect = func(s Suspects) { told = append(told, s) }
			return o
		}

		m, err := Train(t.Context(), setOf(waves(6, 30, 40), a), options(array.FillDeclared))
		var refused *FillError
		switch {
		case errors.As(err, &refused) != c.spoils || errors.Is(err, ErrOptions) != c.spoils || (m != nil) == c.spoils:
			t.Errorf("%s: model %v, error %v", c.value, m != nil, err)
		case c.spoils && (refused.Array != "holes" || len(refused.Values) != 1 || refused.Values[0].Value != v || refused.Values[0].Count != 1029):
			t.Errorf("%s: error %+v", c.value, refused)
		case !c.spoils && (len(told) > 0) != c.suspect:
			t.Errorf("%s: told of %v", c.value, told)
		}

		m = train(t, options(array.FillNone), waves(6, 30, 40), a)
		if d := m.Info().Training.Data; len(told) > 0 || d.Missing != 0 {
			t.Errorf("%s is none: told of %v, record %+v", c.value, told, d)
		}

		// What is found in one array is fill in all of them.
		once := waves(6, 30, 40)
		once.Data[3] = float32(v.Float64())
		m = train(t, options(array.FillAuto), once, a)
		d := m.Info().Training.Data
		if c.suspect {
			if len(told) != 1 || !told[0].AsFill || d.Missing != 1030 || d.Fills[0] != (FillRecord{DType: "f32", Value: v.String(), Count: 1030}) || math.Abs(m.contents.Normalisation.Mean-100) > 1 {
				t.Errorf("%s is found: told of %v, record %+v", c.value, told, d)
			}
		} else if len(told) > 0 || d.Missing != 0 {
			t.Errorf("%s is data: told of %v, record %+v", c.value, told, d)
		}
	}
	_, err := Train(t.Context(), setOf(withHoles("holes.npy", 1e20)), quick())
	for _, want := range []string{"holes.npy", "1e+20", "1029 times", "FillAuto", "FillNone"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the message %q lacks %q", err, want)
		}
	}
}
