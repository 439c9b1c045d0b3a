package codec

import (
	"fmt"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/interrupt"
	"github.com/morselcodec/morsel/codec/internal/keep"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/formats/array"
)

// seams makes what an archive keeps hold between chunks.
//
// Guarantees are enforced chunk by chunk, in the archive's order. What stands
// beside a chunk is then, of those before it, what they decode to, and the
// original of those behind it. At the start that is the original everywhere and
// all is right. Each chunk that is put in the place of its original must leave it
// right, and it can: with intervals narrowed far enough it is as good as the
// original where they stand. So a chunk never changes again, and a Writer needs to
// hold only what one chunk can touch: reach bytes of values before its slab and
// behind it.
type seams struct {
	head  *header
	reach int // bytes; 0 if there are no seams or there is nothing to keep
	slabs int // bytes of the slabs whose chunks are next

	before, decoded []byte // the last values before the slabs: original, decoded
}

// hasSeams reports whether something is kept across chunks.
func (h *header) hasSeams() bool { return h.keep != 0 && h.eps != 0 && h.tiles.Total > 1 }

func newSeams(h *header) (seams, error) {
	s := seams{head: h}
	if !h.hasSeams() {
		return s, nil
	}
	values := 0
	for a := range h.Shape {
		stride := 1
		for _, n := range h.Shape[a+1:] {
			if stride *= n; stride > tiling.MaxSlabValues {
				return s, fmt.Errorf("%w: with Keep, the values behind axis %d of %s must fit in memory (%d); transpose the array",
					fault.ErrOptions, a, array.FormatShape(h.Shape), tiling.MaxSlabValues)
			}
		}
		values += keep.HaloWidth * stride
	}
	s.reach = values * h.DType.Size()
	return s, nil
}

// enforce makes the chunks from number first on keep what they are to, and
// finishes them. Their values and those that follow are in buf.
func (s *seams) enforce(first int, results []chunk.Encoded, buf []byte, workers int) (err error) {
	defer interrupt.Recover(&err)
	if s.reach > 0 {
		if err := s.join(first, results, buf); err != nil {
			return err
		}
	}
	parallel(len(results), workers, func(i int) { results[i].Finish() })
	return nil
}

// join makes the chunks right beside each other.
func (s *seams) join(first int, results []chunk.Encoded, buf []byte) error {
	size := s.head.DType.Size()
	lo, _ := s.head.tiles.Box(first)
	start := 0
	for a, n := range s.head.Shape {
		start = start*n + lo[a]
	}
	original := part{s.head, start - len(s.before)/size, slices.Concat(s.before, buf)}
	decoded := part{s.head, original.base, slices.Concat(s.decoded, buf)}
	for i := range results {
		e := &results[i]
		if e.Err != nil {
			return e.Err
		}
		if !e.Keeps() {
			continue // exact
		}
		lo, hi := s.head.tiles.Box(first + i)
		h, err := s.halo(original, decoded, lo, hi)
		if err != nil {
			return err
		}
		box, err := e.Enforce(h)
		if err != nil {
			return err
		}
		decoded.set(box, lo, hi)
	}
	end := len(s.before) + s.slabs
	from := max(0, end-s.reach)
	s.before, s.decoded = slices.Clone(original.elements[from:end]), slices.Clone(decoded.elements[from:end])
	return nil
}

// halo surrounds the chunk from lo to hi.
func (s *seams) halo(original, decoded part, lo, hi []int) (*keep.Halo, error) {
	boxLo, boxHi := slices.Clone(lo), slices.Clone(hi)
	for a := range lo {
		boxLo[a], boxHi[a] = max(lo[a]-keep.HaloWidth, 0), min(hi[a]+keep.HaloWidth, s.head.Shape[a])
	}
	around := &keep.HaloInput{
		DType: s.head.DType, Keep: s.head.keep, Lo: lo, Hi: hi, BoxLo: boxLo, BoxHi: boxHi,
		Original: original.get(boxLo, boxHi), Decoded: decoded.get(boxLo, boxHi),
	}
	if s.head.DType.NeedsFloat64() {
		return keep.NewHalo(around, special.FillsAs[float64](s.head.DType, s.head.fills))
	}
	return keep.NewHalo(around, special.FillsAs[float32](s.head.DType, s.head.fills))
}

// part is a run of an array's elements, in row-major order.
type part struct {
	head     *header
	base     int // index of the first one in the array
	elements []byte
}

// get returns the elements of the box from lo to hi.
func (p part) get(lo, hi []int) []byte {
	box := make([]byte, 0, array.Product(tiling.Extent(lo, hi))*p.head.DType.Size())
	p.rows(lo, hi, func(row []byte) { box = append(box, row...) })
	return box
}

// set replaces the elements of the box from lo to hi.
func (p part) set(box []byte, lo, hi []int) {
	p.rows(lo, hi, func(row []byte) { box = box[copy(row, box):] })
}

// rows calls f for each row of the box from lo to hi.
func (p part) rows(lo, hi []int, f func(row []byte)) {
	size := p.head.DType.Size()
	last := len(lo) - 1
	n := (hi[last] - lo[last]) * size
	c := slices.Clone(lo)
	for {
		at := 0
		for a, v := range c {
			at = at*p.head.Shape[a] + v
		}
		f(p.elements[(at-p.base)*size:][:n])
		if !tiling.Next(c[:last], lo, hi) {
			return
		}
	}
}
