package chunk

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/fault"
)

// A chunk comes back, without the blocks that a reader skips; cut off it is an
// error.
func TestParse(t *testing.T) {
	c := &Chunk{Ordinal: 300, Mode: Residual}
	c.Blocks[block.Mask] = []byte{1, 2, 3}
	c.Blocks[block.Stencils] = []byte{}
	c.Blocks[block.Residual] = bytes.Repeat([]byte{9}, 200)
	b := c.Append(nil)
	got, err := Parse(b, 300)
	if err != nil || got.Mode != c.Mode || !slices.EqualFunc(got.Blocks[:], c.Blocks[:], func(a, b []byte) bool { return bytes.Equal(a, b) && (a == nil) == (b == nil) }) {
		t.Errorf("%+v comes back as %+v (%v)", c, got, err)
	}
	start := len(b) - len(c.Blocks[block.Residual])
	for i := range start { // what is cut off the last block is its own matter
		if _, err := Parse(b[:i], 300); err == nil {
			t.Errorf("cut off at byte %d: no error", i)
		}
	}
	if _, err := Parse(b, 301); err == nil {
		t.Error("another number: no error")
	}
}

func TestForbiddenChunks(t *testing.T) {
	const last = lastBlock
	for name, c := range map[string]struct {
		payload []byte
		want    error // nil: sound
		any     bool  // any error
	}{
		"raw":                {payload: []byte{0, Raw, block.Raw | last, 5}},
		"no bytes in it":     {payload: []byte{0, Raw, block.Raw | last}},
		"ancillary block":    {payload: []byte{0, Raw, block.Raw, 1, 5, 0x80 | 9 | last}},
		"unknown mode":       {payload: []byte{0, Modes, block.Raw | last}, want: fault.ErrVersion},
		"unknown block":      {payload: []byte{0, Raw, block.Raw, 0, block.Kinds | last}, want: fault.ErrVersion},
		"block 0":            {payload: []byte{0, Raw, 0 | last}, any: true},
		"no blocks":          {payload: []byte{0, Raw}, any: true},
		"no last block":      {payload: []byte{0, Raw, block.Raw, 1, 5}, any: true},
		"descending":         {payload: []byte{0, Residual, block.Residual, 0, block.Mask | last}, any: true},
		"twice":              {payload: []byte{0, Residual, block.Residual, 0, block.Residual | last}, any: true},
		"of another mode":    {payload: []byte{0, Scan, block.Raw | last}, any: true},
		"with too much":      {payload: []byte{0, Constant, block.Raw, 0, block.Mask | last}, any: true},
		"length beyond end":  {payload: []byte{0, Residual, block.Mask, 9, 1, block.Residual | last}, any: true},
		"something missing":  {payload: []byte{0, Pointwise, block.Residual | last}, any: true},
		"nothing whatsoever": {any: true},
	} {
		switch _, err := Parse(c.payload, 0); {
		case c.any && err == nil:
			t.Errorf("%s: no error", name)
		case !c.any && !errors.Is(err, c.want):
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
