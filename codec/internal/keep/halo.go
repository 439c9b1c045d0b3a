package keep

import (
	"errors"
	"math"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep/constraint"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/formats/array"
)

// A target asks that the interval of a value be bisected until it lies in lo … hi,
// which holds the original.
type target struct {
	value  int // index in the chunk
	lo, hi int64
}

// Halo is a chunk in a box of the array: with the values around it that the
// guarantees compare it with, across its seams. Outside the chunk the indices are
// those of chunks that are done already, or of the original.
type Halo struct {
	*constraint.Graph         // of the box; its indices are what a reader will see
	original          []int64 // lattice indices
	inChunk           []int32 // index of a value in the chunk, −1 if it is outside
	beside            []bool  // the value is in the chunk, or a neighbour of one that is
	keep              Set
	extrema           *constraint.Extrema
}

// HaloWidth is how many steps outside of a chunk its values can matter: a
// neighbour's being an extremum depends on the neighbours of that.
const HaloWidth = 2

// HaloInput is what a halo is made from.
type HaloInput struct {
	DType             array.DType
	Keep              Set
	Lo, Hi            []int  // where the chunk begins and ends in the array
	BoxLo, BoxHi      []int  // and the box around it, up to HaloWidth wider at each side
	Original, Decoded []byte // elements of the box, row-major
}

// NewHalo returns the halo of a chunk. Decoded says what the values outside are
// compared as; what it holds inside does not matter.
func NewHalo[T array.Float](in *HaloInput, fills special.Fills[T]) (*Halo, error) {
	shape := tiling.Extent(in.BoxLo, in.BoxHi)
	x, y := make([]T, array.Product(shape)), make([]T, array.Product(shape))
	err := errors.Join(special.PromoteAny(x, in.Original, in.DType), special.PromoteAny(y, in.Decoded, in.DType))
	if err != nil {
		return nil, err
	}
	lo, hi := in.Lo, in.Hi
	g := grid.New(shape)
	keep := in.Keep.withoutImplied()
	h := &Halo{Graph: constraint.NewGraph(&g, keep&Order != 0, make([]uint8, g.Size)), keep: keep}
	h.original = make([]int64, g.Size)
	h.inChunk, h.beside = make([]int32, g.Size), make([]bool, g.Size)
	l := quant.NewLattice[T](in.DType)
	c := slices.Clone(in.BoxLo)
	for p, v := range x {
		h.inChunk[p] = -1
		inside, beside, index := true, true, 0
		for a, v := range c {
			inside = inside && v >= lo[a] && v < hi[a]
			beside = beside && v >= lo[a]-1 && v <= hi[a]
			index = index*(hi[a]-lo[a]) + v - lo[a]
		}
		h.beside[p] = beside
		if inside {
			h.inChunk[p] = int32(index)
		}
		if v-v == 0 && !fills.Has(v) {
			h.State[p] = constraint.Ordinary
			h.original[p], h.Index[p] = l.Index(v), l.Index(y[p])
		}
		tiling.Next(c, in.BoxLo, in.BoxHi)
	}
	if keep&Extrema != 0 {
		h.extrema = constraint.NewExtrema(h.Graph, false)
	}
	return h, nil
}

// violations returns targets that mend what the chunk with graph gr breaks around
// it. An edge or an extremum that it breaks is one across the seam: inside the
// chunk all is right already.
func (h *Halo) violations(gr *constraint.Graph) (targets []target) {
	for p, q := range h.inChunk {
		if q >= 0 && h.State[p]&constraint.Ordinary != 0 {
			h.Index[p] = gr.Index[q]
		}
	}
	if h.keep&(Signs|Order) != 0 {
		for i := range h.Dirs {
			d := &h.Dirs[i]
			h.EachEdgeRun(d, func(at, n int) {
				for p := at; p < at+n; p++ {
					q := p + d.Stride
					if h.crossesSeam(p, q) {
						targets = h.requireSign(targets, p, q, constraint.SignOf(h.original[p], h.original[q]))
					}
				}
			})
		}
	}
	if h.extrema == nil {
		return targets
	}
	h.extrema.EachRun(func(at, n int, nb *constraint.Neighbours) {
		for p := at; p < at+n; p++ {
			if !h.beside[p] || h.State[p]&constraint.Ordinary == 0 {
				continue
			}
			for kind := range 2 {
				was, is := h.extrema.IsExtremum(kind, h.original, p, nb), h.extrema.IsExtremum(kind, h.Index, p, nb)
				switch {
				case was && !is:
					for _, stride := range nb.Strides {
						if h.crossesSeam(p, p+stride) {
							targets = h.requireSign(targets, p, p+stride, uint8(constraint.Rising-2*kind))
						}
					}
				case is && !was:
					targets = append(targets, h.forbidExtremum(kind, p, nb))
				}
			}
		}
	})
	return targets
}

// crossesSeam reports whether there is an edge between p and q, one of them in the
// chunk and one outside.
func (h *Halo) crossesSeam(p, q int) bool {
	return h.State[p]&h.State[q]&constraint.Ordinary != 0 && (h.inChunk[p] >= 0) != (h.inChunk[q] >= 0)
}

// requireSign appends the target by which the edge from p to q has the sign, unless
// it has.
func (h *Halo) requireSign(targets []target, p, q int, sign uint8) []target {
	if constraint.SignOf(h.Index[p], h.Index[q]) == sign {
		return targets
	}
	if h.inChunk[p] < 0 {
		p, q, sign = q, p, 2-sign
	}
	t := target{int(h.inChunk[p]), math.MinInt64, math.MaxInt64}
	if sign != constraint.Falling {
		t.hi = h.Index[q] - int64(bitio.Bit(sign == constraint.Rising))
	}
	if sign != constraint.Rising {
		t.lo = h.Index[q] + int64(bitio.Bit(sign == constraint.Falling))
	}
	return append(targets, t)
}

// forbidExtremum returns the target by which p is no extremum of the kind. Across
// the seam there is a neighbour that has forbidden it so far; of several the one is
// taken whose target is widest.
func (h *Halo) forbidExtremum(kind, p int, nb *constraint.Neighbours) target {
	var best target
	var widest uint64
	for _, stride := range nb.Strides {
		q := p + stride
		if !h.crossesSeam(p, q) {
			continue
		}
		inside, outside := p, q
		if h.inChunk[p] < 0 {
			inside, outside = q, p
		}
		original, other := h.original[inside], h.Index[outside]
		t := target{int(h.inChunk[inside]), other, math.MaxInt64}
		room := uint64(original - other)
		if (kind == constraint.Minimum) == (inside == q) {
			t.lo, t.hi = math.MinInt64, other
			room = uint64(other - original)
		}
		if t.lo <= original && original <= t.hi && room >= widest {
			best, widest = t, room
		}
	}
	return best
}
