package container

import (
	"math"
	"slices"
	"testing"
)

func TestNumbers(t *testing.T) {
	for name, x := range map[string][]float32{
		"plain":    {1, -2.5, 0, math.MaxFloat32, math.SmallestNonzeroFloat32},
		"shuffled": slices.Repeat([]float32{1, -2.5, 0}, 100),
		"none":     {},
	} {
		b, err := AppendNumbers(nil, x)
		if err != nil {
			t.Fatal(err)
		}
		if shuffled := b[1] == packingShuffled; shuffled != (name == "shuffled") {
			t.Errorf("%s: packing %d", name, b[1])
		}
		f := NewFields(b)
		got, err := f.Numbers().Unpack([]float32{7}, len(x))
		if err != nil || f.End() != nil {
			t.Fatal(err, f.End())
		}
		if !slices.Equal(got, slices.Concat([]float32{7}, x)) {
			t.Errorf("%s: %v came back as %v", name, x, got)
		}
		skippable := []byte{0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0}
		if _, err := NewFields(append(b, skippable...)).Numbers().Unpack(nil, len(x)); err == nil {
			t.Errorf("%s: a skippable frame behind the numbers is no error", name)
		}
	}
	b := shuffle([]float32{1, -2.5})
	if b[3*2] != 0x3f || b[3*2+1] != 0xc0 { // sign and exponent
		t.Errorf("the last plane is %x", b[3*2:])
	}
}
