package codec

import (
	"fmt"
	"slices"

	"github.com/morselcodec/morsel/formats"
)

// seams makes what an archive keeps hold between chunks.
//
// Chunks are settled in their order in the archive. What stands beside a chunk
// is then, of those before it, what they decode to, and the original of those
// behind it. At the start that is the original everywhere and all is right.
// Each chunk that is put in the place of its original must leave it right, and
// it can: with values pinned it is the original again where they stand. So a
// chunk never changes again, and a Writer needs to hold only what one chunk
// can touch: reach bytes of values before its slab and behind it.
type seams struct {
	head  *header
	reach int // bytes; 0 if there are no seams or there is nothing to keep
	slabs int // bytes of the slabs to settle

	before, decoded []byte // the last values before the slabs: original, decoded
}

func newSeams(h *header) (seams, error) {
	s := seams{head: h}
	if h.keep == 0 || h.eps == 0 || h.tiles.total < 2 {
		return s, nil
	}
	values := 0
	for a := range h.Shape {
		stride := 1
		for _, n := range h.Shape[a+1:] {
			if stride *= n; stride > maxSlabValues {
				return s, fmt.Errorf("%w: with Keep, the values behind axis %d of %s must fit in memory (%d); transpose the array",
					ErrOptions, a, formats.FormatShape(h.Shape), maxSlabValues)
			}
		}
		values += haloWidth * stride
	}
	s.reach = values * h.DType.Size()
	return s, nil
}

// haloWidth is how many places beyond a chunk its values can matter: the
// neighbours, and the neighbours of those.
const haloWidth = 2

// settle settles the chunks from number first on, whose values and those that
// follow are in buf, and codes them.
func (s *seams) settle(c *chunkCodec, first int, results []encoded, buf []byte, workers int) error {
	if s.reach > 0 {
		if err := s.join(first, results, buf); err != nil {
			return err
		}
	}
	parallel(len(results), workers, func(i int) {
		if e := &results[i]; e.err == nil && e.keeper != nil {
			e.err = e.keeper.seal(e)
		}
	})
	return nil
}

// join settles the chunks beside each other.
func (s *seams) join(first int, results []encoded, buf []byte) error {
	size := s.head.DType.Size()
	lo, _ := s.head.tiles.box(first)
	start := 0
	for a, n := range s.head.Shape {
		start = start*n + lo[a]
	}
	original := append(s.before, buf...)
	decoded := append(s.decoded, buf...)
	base := start - len(s.before)/size
	for i := range results {
		e := &results[i]
		if e.err != nil {
			return e.err
		}
		if e.keeper == nil {
			continue // exact
		}
		lo, hi := s.head.tiles.box(first + i)
		if s.head.DType.NeedsFloat64() {
			e.err = settleBeside[float64](s.head, e.keeper, lo, hi, original, decoded, base)
		} else {
			e.err = settleBeside[float32](s.head, e.keeper, lo, hi, original, decoded, base)
		}
		if e.err != nil {
			return e.err
		}
		shape := extent(lo, hi)
		s.copy(decoded, base, e.keeper.elements(), lo, shape, lo, hi, false)
	}
	end := len(s.before) + s.slabs
	from := max(0, end-s.reach)
	s.before, s.decoded = slices.Clone(original[from:end]), slices.Clone(decoded[from:end])
	return nil
}

// copy copies the box from lo to hi between a part of the array's values,
// which starts at base, and a buffer of the box from at with the given shape.
func (s *seams) copy(part []byte, base int, box []byte, at, shape, lo, hi []int, out bool) {
	size := s.head.DType.Size()
	rank := len(lo)
	row := (hi[rank-1] - lo[rank-1]) * size
	c := slices.Clone(lo)
	for {
		p, b := 0, 0
		for a := range c {
			p = p*s.head.Shape[a] + c[a]
			b = b*shape[a] + c[a] - at[a]
		}
		inPart, inBox := part[(p-base)*size:][:row], box[b*size:][:row]
		if out {
			copy(inBox, inPart)
		} else {
			copy(inPart, inBox)
		}
		a := rank - 2
		for ; a >= 0; a-- {
			if c[a]++; c[a] < hi[a] {
				break
			}
			c[a] = lo[a]
		}
		if a < 0 {
			return
		}
	}
}

// halo is a chunk with what stands around it.
type halo struct {
	*relations         // key holds what a reader will see
	original   []int64 // keys
	own        []int32 // where a value lies in the chunk's arrays; −1: it is not in the chunk
	near       []bool  // it is in the chunk, or beside a value that is
	keep       Keep
	extrema    *extrema
}

func settleBeside[T formats.Float](h *header, k keeper, lo, hi []int, original, decoded []byte, base int) error {
	outerLo, outerHi := slices.Clone(lo), slices.Clone(hi)
	for a := range lo {
		outerLo[a], outerHi[a] = max(lo[a]-haloWidth, 0), min(hi[a]+haloWidth, h.Shape[a])
	}
	shape := extent(outerLo, outerHi)
	s := seams{head: h}
	load := func(part []byte) ([]T, error) {
		box := make([]byte, product(shape)*h.DType.Size())
		s.copy(part, base, box, outerLo, shape, outerLo, outerHi, true)
		v := make([]T, product(shape))
		return v, formats.Promote(v, box, h.DType)
	}
	x, err := load(original)
	if err != nil {
		return err
	}
	y, err := load(decoded)
	if err != nil {
		return err
	}
	g := newGrid(shape)
	out := &halo{relations: newRelations(&g, h.keep&KeepOrder != 0), keep: h.keep.needed()}
	fill := make([]T, 1)
	if h.fill != nil {
		if err := formats.Promote(fill, h.fill, h.DType); err != nil {
			return err
		}
	}
	l := newLattice[T](h.DType)
	out.original = make([]int64, out.size)
	out.own, out.near = make([]int32, out.size), make([]bool, out.size)
	inner := k.places()
	c := slices.Clone(outerLo)
	out.rows(func(from, at, n int, _ *[maxRank]int) {
		for i := range n {
			p := at + i
			out.own[p] = -1
			inside, near := true, true
			index := 0
			for a := range c {
				inside = inside && c[a] >= lo[a] && c[a] < hi[a]
				near = near && c[a] >= lo[a]-1 && c[a] <= hi[a]
				index = index*(hi[a]-lo[a]) + c[a] - lo[a]
			}
			if inside {
				out.own[p] = inner[index]
			}
			out.near[p] = near
			if v := x[from+i]; v-v == 0 && (h.fill == nil || v != fill[0]) {
				out.state[p] = alive
				out.original[p], out.key[p] = l.key(v), l.key(y[from+i])
			}
			for a := len(c) - 1; a >= 0; a-- {
				if c[a]++; c[a] < outerHi[a] {
					break
				}
				c[a] = outerLo[a]
			}
		}
	})
	if h.keep.needed()&KeepExtrema != 0 {
		out.extrema = newExtrema(out.relations, false)
	}
	return k.settle(out)
}

// check returns which values of the chunk, whose state r is, to pin so that
// what stands around it stays right.
func (h *halo) check(r *relations) (wrong []int) {
	for p, q := range h.own {
		if q >= 0 && h.state[p]&alive != 0 {
			h.key[p] = r.key[q]
		}
	}
	pins := map[int32]bool{}
	pin := func(p int) {
		if q := h.own[p]; q >= 0 && h.state[p]&alive != 0 && r.state[q]&pinned == 0 && !pins[q] {
			pins[q] = true
			wrong = append(wrong, int(q))
		}
	}
	if h.keep&(KeepSigns|KeepOrder) != 0 {
		for _, d := range h.dirs {
			h.rows(func(_, at, n int, _ *[maxRank]int) {
				for p := at; p < at+n; p++ {
					q := p + d.off
					if h.state[p]&h.state[q]&alive == 0 || (h.own[p] >= 0) == (h.own[q] >= 0) {
						continue
					}
					if signBetween(h.key[p], h.key[q]) != signBetween(h.original[p], h.original[q]) {
						pin(p)
						pin(q)
					}
				}
			})
		}
	}
	if h.extrema == nil {
		return wrong
	}
	h.rows(func(_, at, n int, _ *[maxRank]int) {
		for p := at; p < at+n; p++ {
			if !h.near[p] || h.state[p]&alive == 0 {
				continue
			}
			for kind := range 2 {
				if h.extrema.is(kind, h.key, p) == h.extrema.is(kind, h.original, p) {
					continue
				}
				pin(p)
				for _, n := range h.extrema.around {
					pin(p + n.off)
				}
			}
		}
	})
	return wrong
}
