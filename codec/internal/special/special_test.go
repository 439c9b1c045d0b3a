package special

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/formats/array"
)

func elements(x []float32) (b []byte) {
	for _, v := range x {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// What is special, and only that, comes back from the blocks bit for bit, though
// a mask runs out of classes.
func TestSpecialValuesComeBack(t *testing.T) {
	g := grid.New([]int{40, 50})
	x := make([]float32, g.Size)
	special := make([]bool, g.Size)
	for i := range x {
		x[i] = float32(i)
		if special[i] = i%3 == 1; special[i] {
			x[i] = math.Float32frombits(0x7fc00000 + uint32(i%maxClasses*2)) // several NaNs
		}
	}
	x[7], special[7] = -9999, true // fill
	raw := elements(x)
	v := Find(array.Float32, x, raw, Fills[float32]{-9999}, false)
	if v.Largest != float64(g.Size-2) {
		t.Errorf("largest value %v, want %d", v.Largest, g.Size-2)
	}
	var b block.List
	const unpredictable = 3
	v.Blocks(&b, &g, []int{unpredictable})
	m, list, err := Parse(&g, 4, b[block.Mask], b[block.Unpredictable])
	if err != nil {
		t.Fatal(err)
	}
	special[unpredictable] = true
	out := make([]byte, len(raw))
	Restore(out, m, list, 4)
	for i, uncoded := range Uncoded(g.Size, m, list) {
		if uncoded != special[i] {
			t.Fatalf("value %d: special is %v", i, uncoded)
		}
		if uncoded && !bytes.Equal(out[4*i:4*i+4], raw[4*i:4*i+4]) {
			t.Fatalf("value %d comes back as % x, was % x", i, out[4*i:4*i+4], raw[4*i:4*i+4])
		}
	}
}

// Sentinels are told by how often they are repeated and how far they are.
func TestSentinels(t *testing.T) {
	x := make([]float32, 1000)
	for i := range x {
		x[i] = float32(i % 7)
	}
	if v := Find(array.Float32, x, elements(x), nil, false); v.Special != nil {
		t.Error("special values where there are none")
	}
	for i := range 10 {
		x[90*i] = -1e30
	}
	v := Find(array.Float32, x, elements(x), nil, false)
	if v.Mask == nil || len(v.Mask.Classes) != 1 || v.Largest != 6 {
		t.Errorf("−1e30 is not told apart: %+v, largest %v", v.Mask, v.Largest)
	}
}
