package codec

import (
	"errors"
	"slices"

	"github.com/morselcodec/morsel/formats"
)

// halo is a chunk with what stands around it.
type halo struct {
	*relations         // key holds what a reader will see
	original   []int64 // keys
	own        []int32 // where a value lies in the chunk's arrays; −1: it is not in the chunk
	near       []bool  // it is in the chunk, or beside a value that is
	keep       Keep
	extrema    *extrema
}

// newHalo surrounds the chunk from lo to hi.
func newHalo[T formats.Float](k keeper, original, decoded part, lo, hi []int) (*halo, error) {
	head := original.head
	outerLo, outerHi := slices.Clone(lo), slices.Clone(hi)
	for a := range lo {
		outerLo[a], outerHi[a] = max(lo[a]-haloWidth, 0), min(hi[a]+haloWidth, head.Shape[a])
	}
	shape := extent(outerLo, outerHi)
	x, y, fill := make([]T, product(shape)), make([]T, product(shape)), make([]T, 1)
	err := errors.Join(
		formats.Promote(x, original.get(outerLo, outerHi), head.DType),
		formats.Promote(y, decoded.get(outerLo, outerHi), head.DType))
	if head.fill != nil {
		err = errors.Join(err, formats.Promote(fill, head.fill, head.DType))
	}
	if err != nil {
		return nil, err
	}
	g := newGrid(shape)
	keep := head.keep.needed()
	h := &halo{relations: newRelations(&g, keep&KeepOrder != 0), keep: keep}
	h.original = make([]int64, h.size)
	h.own, h.near = make([]int32, h.size), make([]bool, h.size)
	l := newLattice[T](head.DType)
	places := k.places()
	c := slices.Clone(outerLo)
	h.rows(func(from, at, n int, _ *[maxRank]int) {
		for i := range n {
			p := at + i
			h.own[p] = -1
			inside, near, index := true, true, 0
			for a, v := range c {
				inside = inside && v >= lo[a] && v < hi[a]
				near = near && v >= lo[a]-1 && v <= hi[a]
				index = index*(hi[a]-lo[a]) + v - lo[a]
			}
			h.near[p] = near
			if inside {
				h.own[p] = places[index]
			}
			if v := x[from+i]; v-v == 0 && (head.fill == nil || v != fill[0]) {
				h.state[p] = alive
				h.original[p], h.key[p] = l.key(v), l.key(y[from+i])
			}
			next(c, outerLo, outerHi)
		}
	})
	if keep&KeepExtrema != 0 {
		h.extrema = newExtrema(h.relations, false)
	}
	return h, nil
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
				for _, off := range h.extrema.offsets {
					pin(p + off)
				}
			}
		}
	})
	return wrong
}
