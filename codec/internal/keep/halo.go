package keep

import (
	"errors"
	"math"
	"slices"

	"github.com/morselcodec/morsel/codec/internal/bitio"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/formats/array"
)

// Halo is a chunk with what stands around it.
type Halo struct {
	*relations         // key holds what a reader will see
	original   []int64 // keys
	own        []int32 // where a value lies in the chunk; −1: it is not in it
	near       []bool  // it is in the chunk, or beside a value that is
	keep       Set
	extrema    *extrema
}

// HaloWidth is how many places beyond a chunk its values can matter: the
// neighbours, and the neighbours of those.
const HaloWidth = 2

// Neighbourhood holds the elements around a chunk, and in it, in a box of the array.
type Neighbourhood struct {
	DType             array.DType
	Keep              Set
	Lo, Hi            []int  // where the chunk is
	BoxLo, BoxHi      []int  // where the box is
	Original, Decoded []byte // elements of the box
}

// NewHalo returns the halo of a chunk.
func NewHalo[T array.Float](s *Neighbourhood, fills special.Fills[T]) (*Halo, error) {
	shape := tiling.Extent(s.BoxLo, s.BoxHi)
	x, y := make([]T, tiling.Product(shape)), make([]T, tiling.Product(shape))
	err := errors.Join(special.PromoteAny(x, s.Original, s.DType), special.PromoteAny(y, s.Decoded, s.DType))
	if err != nil {
		return nil, err
	}
	lo, hi := s.Lo, s.Hi
	g := grid.New(shape)
	keep := s.Keep.needed()
	h := &Halo{relations: newRelations(&g, keep&Order != 0, make([]uint8, g.Size)), keep: keep}
	h.original = make([]int64, g.Size)
	h.own, h.near = make([]int32, g.Size), make([]bool, g.Size)
	l := quant.NewLattice[T](s.DType)
	c := slices.Clone(s.BoxLo)
	for p, v := range x {
		h.own[p] = -1
		inside, near, index := true, true, 0
		for a, v := range c {
			inside = inside && v >= lo[a] && v < hi[a]
			near = near && v >= lo[a]-1 && v <= hi[a]
			index = index*(hi[a]-lo[a]) + v - lo[a]
		}
		h.near[p] = near
		if inside {
			h.own[p] = int32(index)
		}
		if v-v == 0 && !fills.Has(v) {
			h.state[p] = alive
			h.original[p], h.key[p] = l.Key(v), l.Key(y[p])
		}
		tiling.Next(c, s.BoxLo, s.BoxHi)
	}
	if keep&Extrema != 0 {
		h.extrema = newExtrema(h.relations, false)
	}
	return h, nil
}

// check returns the pins by which the chunk, whose state r is, leaves what
// stands around it right. An edge or an extremum that it breaks is one across
// the seam: inside the chunk all is right already.
func (h *Halo) check(r *relations) (wrong []pin) {
	for p, q := range h.own {
		if q >= 0 && h.state[p]&alive != 0 {
			h.key[p] = r.key[q]
		}
	}
	if h.keep&(Signs|Order) != 0 {
		for i := range h.dirs {
			d := &h.dirs[i]
			h.edges(d, func(at, n int) {
				for p := at; p < at+n; p++ {
					q := p + d.off
					if h.crosses(p, q) {
						wrong = h.compare(wrong, p, q, signBetween(h.original[p], h.original[q]))
					}
				}
			})
		}
	}
	if h.extrema == nil {
		return wrong
	}
	h.extrema.eachRun(func(at, n int, r *ring) {
		for p := at; p < at+n; p++ {
			if !h.near[p] || h.state[p]&alive == 0 {
				continue
			}
			for kind := range 2 {
				was, is := h.extrema.is(kind, h.original, p, r), h.extrema.is(kind, h.key, p, r)
				switch {
				case was && !is:
					for _, off := range r.offsets {
						if h.crosses(p, p+off) {
							wrong = h.compare(wrong, p, p+off, uint8(rising-2*kind))
						}
					}
				case is && !was:
					wrong = append(wrong, h.forbid(kind, p, r))
				}
			}
		}
	})
	return wrong
}

// crosses reports whether there is an edge across the seam between p and q.
func (h *Halo) crosses(p, q int) bool {
	return h.state[p]&h.state[q]&alive != 0 && (h.own[p] >= 0) != (h.own[q] >= 0)
}

// compare appends the pin that the sign of the edge from p to q asks for, if it
// is another one now.
func (h *Halo) compare(wrong []pin, p, q int, sign uint8) []pin {
	if signBetween(h.key[p], h.key[q]) == sign {
		return wrong
	}
	if h.own[p] < 0 {
		p, q, sign = q, p, 2-sign
	}
	w := pin{int(h.own[p]), math.MinInt64, math.MaxInt64}
	if sign != falling {
		w.hi = h.key[q] - int64(bitio.Bit(sign == rising))
	}
	if sign != rising {
		w.lo = h.key[q] + int64(bitio.Bit(sign == falling))
	}
	return append(wrong, w)
}

// forbid returns the pin by which p is no extremum of the kind. Across the seam
// there is a neighbour that has forbidden it so far; of several the one is
// taken whose pin says least.
func (h *Halo) forbid(kind, p int, r *ring) pin {
	var best pin
	var widest uint64
	for _, off := range r.offsets {
		q := p + off
		if !h.crosses(p, q) {
			continue
		}
		inside, outside := p, q
		if h.own[p] < 0 {
			inside, outside = q, p
		}
		x, y := h.original[inside], h.key[outside]
		w := pin{int(h.own[inside]), y, math.MaxInt64}
		room := uint64(x - y)
		if (kind == minimum) == (inside == q) {
			w.lo, w.hi = math.MinInt64, y
			room = uint64(y - x)
		}
		if w.lo <= x && x <= w.hi && room >= widest {
			best, widest = w, room
		}
	}
	return best
}
