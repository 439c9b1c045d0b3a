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

// A pin asks that a value be known to lie between two places. To that end the
// archive tells in which half of its interval the original is, then in which
// half of that, until what is left lies between them. If only one place is
// left, the value is known exactly.
type target struct {
	value  int // in the arrays
	lo, hi int64
}

// Halo is a chunk with what stands around it.
type Halo struct {
	*constraint.Graph         // key holds what a reader will see
	original          []int64 // keys
	inChunk           []int32 // where a value lies in the chunk; −1: it is not in it
	beside            []bool  // it is in the chunk, or beside a value that is
	keep              Set
	extrema           *constraint.Extrema
}

// HaloWidth is how many places beyond a chunk its values can matter: the
// neighbours, and the neighbours of those.
const HaloWidth = 2

// HaloInput holds the elements around a chunk, and in it, in a box of the array.
type HaloInput struct {
	DType             array.DType
	Keep              Set
	Lo, Hi            []int  // where the chunk is
	BoxLo, BoxHi      []int  // where the box is
	Original, Decoded []byte // elements of the box
}

// NewHalo returns the halo of a chunk.
func NewHalo[T array.Float](in *HaloInput, fills special.Fills[T]) (*Halo, error) {
	shape := tiling.Extent(in.BoxLo, in.BoxHi)
	x, y := make([]T, tiling.Product(shape)), make([]T, tiling.Product(shape))
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
			h.original[p], h.Index[p] = l.Key(v), l.Key(y[p])
		}
		tiling.Next(c, in.BoxLo, in.BoxHi)
	}
	if keep&Extrema != 0 {
		h.extrema = constraint.NewExtrema(h.Graph, false)
	}
	return h, nil
}

// violations returns the pins by which the chunk, whose state r is, leaves what
// stands around it right. An edge or an extremum that it breaks is one across
// the seam: inside the chunk all is right already.
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
	h.extrema.EachRun(func(at, n int, gr *constraint.Neighbours) {
		for p := at; p < at+n; p++ {
			if !h.beside[p] || h.State[p]&constraint.Ordinary == 0 {
				continue
			}
			for kind := range 2 {
				was, is := h.extrema.IsExtremum(kind, h.original, p, gr), h.extrema.IsExtremum(kind, h.Index, p, gr)
				switch {
				case was && !is:
					for _, off := range gr.Strides {
						if h.crossesSeam(p, p+off) {
							targets = h.requireSign(targets, p, p+off, uint8(constraint.Rising-2*kind))
						}
					}
				case is && !was:
					targets = append(targets, h.forbidExtremum(kind, p, gr))
				}
			}
		}
	})
	return targets
}

// crossesSeam reports whether there is an edge across the seam between p and q.
func (h *Halo) crossesSeam(p, q int) bool {
	return h.State[p]&h.State[q]&constraint.Ordinary != 0 && (h.inChunk[p] >= 0) != (h.inChunk[q] >= 0)
}

// requireSign appends the pin that the sign of the edge from p to q asks for, if it
// is another one now.
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

// forbidExtremum returns the pin by which p is no extremum of the kind. Across the seam
// there is a neighbour that has forbidden it so far; of several the one is
// taken whose pin says least.
func (h *Halo) forbidExtremum(kind, p int, nb *constraint.Neighbours) target {
	var best target
	var widest uint64
	for _, off := range nb.Strides {
		q := p + off
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
