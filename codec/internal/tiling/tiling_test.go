package tiling

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/formats/array"
)

// The boxes of chunks cover each value once, and a slab's box is that of its chunks.
func TestBoxes(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		shape, chunk := make([]int, 1+rng.IntN(4)), []int{}
		for a := range shape {
			shape[a] = 1 + rng.IntN(9)
			chunk = append(chunk, 1+rng.IntN(shape[a]))
		}
		tiles, err := New(shape, chunk, 4)
		if err != nil {
			t.Fatal(err)
		}
		zero := make([]int, len(shape))
		seen := make([]int, array.Product(shape))
		for i := range tiles.Total {
			lo, hi := tiles.Box(i)
			slabLo, slabHi := tiles.SlabBox(i / tiles.SlabChunks)
			for a := range lo {
				if lo[a] < slabLo[a] || hi[a] > slabHi[a] {
					t.Fatalf("%v by %v: chunk %d is not in its slab", shape, chunk, i)
				}
			}
			box := slices.Repeat([]int{1}, array.Product(Extent(lo, hi)))
			CopyBox(seen, zero, shape, box, lo, Extent(lo, hi), lo, hi, 1)
		}
		if slices.Contains(seen, 0) {
			t.Fatalf("%v by %v: %v", shape, chunk, seen)
		}
		values := 0
		for s := range tiles.Slabs() {
			values += array.Product(Extent(tiles.SlabBox(s)))
		}
		if values != len(seen) {
			t.Fatalf("%v by %v: slabs of %d values in all, want %d", shape, chunk, values, len(seen))
		}
	}
}

// CopyBox copies what is in the box, and nothing else; Next visits all of it.
func TestCopyBox(t *testing.T) {
	const rows, columns = 4, 5
	src := make([]byte, rows*columns*2)
	for i := range src {
		src[i] = byte(i + 1)
	}
	lo, hi := []int{1, 2}, []int{3, 5}
	dst := make([]byte, len(src))
	CopyBox(dst, []int{0, 0}, []int{rows, columns}, src, []int{0, 0}, []int{rows, columns}, lo, hi, 2)
	copied := 0
	for c := slices.Clone(lo); ; {
		at := 2 * (c[0]*columns + c[1])
		if !slices.Equal(dst[at:at+2], src[at:at+2]) {
			t.Errorf("element at %v is %v, want %v", c, dst[at:at+2], src[at:at+2])
		}
		clear(dst[at : at+2])
		copied++
		if !Next(c, lo, hi) {
			break
		}
	}
	if copied != 6 || slices.ContainsFunc(dst, func(b byte) bool { return b != 0 }) {
		t.Errorf("%d elements visited, %v besides", copied, dst)
	}
}

func TestChunkShapes(t *testing.T) {
	for _, c := range []struct{ shape, want, chunk []int }{
		{[]int{10, 20}, nil, []int{10, 20}},
		{[]int{0, 20}, nil, []int{1, 20}},
		{[]int{512, 512, 512}, nil, []int{64, 128, 128}},
		{[]int{1 << 30}, nil, []int{1 << 21}},
		{[]int{100, 2000}, []int{200, 100}, []int{100, 100}},
	} {
		chunk, err := ChooseChunk(c.shape, c.want, 4, false)
		if err != nil || !slices.Equal(chunk, c.chunk) {
			t.Errorf("%v: %v (%v), want %v", c.shape, chunk, err, c.chunk)
			continue
		}
		if _, err := New(c.shape, chunk, 4); err != nil {
			t.Errorf("%v by %v: %v", c.shape, chunk, err)
		}
	}
	for _, want := range [][]int{{10}, {0, 10}, {10, 10}, {1 << 20, 1 << 20}} {
		if _, err := ChooseChunk([]int{1 << 20, 1 << 20}, want, 4, false); !errors.Is(err, fault.ErrOptions) {
			t.Errorf("%v: %v", want, err)
		}
	}
	for _, chunk := range [][]int{{1}, {0, 1}, {1, 11}} {
		if _, err := New([]int{10, 10}, chunk, 4); err == nil {
			t.Errorf("an array of 10x10 by %v: no error", chunk)
		}
	}
}
