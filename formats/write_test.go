package formats

import (
	"bytes"
	"errors"
	"testing"

	"github.com/morselcodec/morsel/formats/internal/golden"
)

func TestWriteErrors(t *testing.T) {
	two := []Source{golden.Ramp("", 2), golden.Ramp("", 2)}
	for _, f := range []Format{Raw, NPY, PNG, PGM} {
		if err := Write(&bytes.Buffer{}, f, two, nil); err == nil {
			t.Errorf("%v took two arrays", f)
		}
	}
	for _, f := range []Format{0, IDX, 99} {
		if err := Write(&bytes.Buffer{}, f, two[:1], nil); err == nil {
			t.Errorf("%v was written", f)
		}
	}
	for f := Raw; f.Valid(); f++ {
		if err := Write(&bytes.Buffer{}, f, nil, nil); err == nil {
			t.Errorf("%v of nothing was written", f)
		}
		if err := Write(&bytes.Buffer{}, f, []Source{{}}, nil); !errors.Is(err, ErrFormat) {
			t.Errorf("%v of an invalid header: %v", f, err)
		}
	}
	half := FromArray(&Array[float64]{DType: Int8, Shape: []int{1}, Data: []float64{0.5}})
	if err := Write(&bytes.Buffer{}, NPY, []Source{half}, nil); !errors.Is(err, ErrValue) {
		t.Errorf("half as an integer: written, %v", err)
	}
}
