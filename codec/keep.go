package codec

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/morselcodec/morsel/codec/internal/rangecoder"
	"github.com/morselcodec/morsel/formats"
)

// Keep says what an archive guarantees beside the bound; its flags may be
// combined. NaN, ±Inf and fill compare with nothing. GUARANTEES.md states each
// guarantee as a theorem.
type Keep uint8

const (
	// KeepExtrema keeps every strict local minimum and maximum among its 3^d−1
	// neighbours: none is false, missed or moved.
	KeepExtrema Keep = 1 << iota
	// KeepSigns keeps the sign of every difference of neighbours along an axis,
	// ties included.
	KeepSigns
	// KeepOrder keeps the sign of the difference to each of the 3^d−1
	// neighbours, and so the other two; for arrays of rank 1 to 3.
	KeepOrder
	keepAll = KeepExtrema | KeepSigns | KeepOrder
)

var keepNames = []string{"extrema", "signs", "order"}

// Names lists the flags that are set.
func (k Keep) Names() []string {
	names := []string{}
	for i, name := range keepNames {
		if k>>i&1 == 1 {
			names = append(names, name)
		}
	}
	return names
}

func (k Keep) String() string { return strings.Join(k.Names(), ",") }

// ParseKeep reads a comma list of extrema, signs and order.
func ParseKeep(s string) (Keep, error) {
	var k Keep
next:
	for _, part := range strings.Split(s, ",") {
		for i, name := range keepNames {
			if strings.TrimSpace(part) == name {
				k |= 1 << i
				continue next
			}
		}
		return 0, fmt.Errorf("%w: keep %q (want a comma list of %s)", ErrOptions, part, strings.Join(keepNames, ", "))
	}
	return k, nil
}

// maxOrderRank is the largest rank that KeepOrder takes.
const maxOrderRank = 3

// check refuses what cannot be guaranteed.
func (k Keep) check(b Bound, rank int) error {
	switch {
	case k&^keepAll != 0:
		return fmt.Errorf("%w: unknown flag in Keep %#x", ErrOptions, uint8(k))
	case k != 0 && b.None:
		return fmt.Errorf("%w: keeping %v needs an error bound; without one only a model's latents are stored", ErrOptions, k)
	case k != 0 && b.PointwiseRel != 0:
		return fmt.Errorf("%w: keeping %v needs one bound for all values; a pointwise relative bound is none", ErrOptions, k)
	case k&KeepOrder != 0 && rank > maxOrderRank:
		return fmt.Errorf("%w: order is kept for rank 1 to %d, the array has rank %d; keep signs,extrema", ErrOptions, maxOrderRank, rank)
	}
	return nil
}

// needed drops the flags that others imply.
func (k Keep) needed() Keep {
	if k&KeepOrder != 0 {
		return KeepOrder
	}
	return k
}

// The first byte of a keep block: the Keep flags, and
const (
	keepTies = 1 << 3 // equal neighbours are coded
	keepPins = 1 << 4 // values are pinned
	keepMask = 1<<5 - 1
)

// keepHead is the number of bytes before the range coded part: flags, bound
// and order of axes.
const keepHead = 3

// tightest is the second byte's denominator: a chunk is coded with the bound
// ε·(byte+1)/256.
const tightest = 256

// tightened returns the bound that a chunk is coded with.
func tightened(eps float64, step uint8) float64 {
	return float64(eps * ((float64(step) + 1) / tightest))
}

// bound returns the bound that the residual of a chunk is coded with.
func (c *chunkCodec) bound(data *chunkData) (float64, error) {
	b := data.block[blockKeep]
	if b == nil {
		return c.eps, nil
	}
	if len(b) < keepHead {
		return 0, fmt.Errorf("keep block: expected %d bytes or more, found %d", keepHead, len(b))
	}
	if !(c.eps > 0 && c.eps < math.Inf(1)) {
		return 0, errors.New("keep block: an archive without a bound keeps nothing")
	}
	return tightened(c.eps, b[1]), nil
}

// topology is a chunk's decoded field with what is known about its order.
type topology[T formats.Float] struct {
	*relations
	keep    Keep
	lattice lattice[T]
	values  []T     // decoded, before the projection
	status  []uint8 // of each value; nil: all are alive and not pinned
	eps     float64
	pins    []int      // values pinned by the archive, as indices of the arrays
	extrema *extrema   // nil if none are kept
	extra   []relation // of extrema
	axes    int        // order in which signs are coded, as index of axisOrder
	scratch projection
}

func newTopology[T formats.Float](g *grid, d formats.DType, keep Keep, values []T, status []uint8, eps float64) *topology[T] {
	t := &topology[T]{
		relations: newRelations(g, keep&KeepOrder != 0), keep: keep, lattice: newLattice[T](d),
		values: values, status: status, eps: eps,
	}
	t.reset()
	if keep&KeepExtrema != 0 {
		t.extrema = newExtrema(t.relations, keep&KeepSigns != 0)
	}
	return t
}

// reset makes the field what it was decoded to.
func (t *topology[T]) reset() { set(t.relations, &t.lattice, t.values, t.status, t.eps) }

// statuses tells which values a chunk's special values leave alive and which
// are pinned, and puts the latter into values.
func statuses[T formats.Float](c *chunkCodec, values []T, m *mask, list *exact) ([]uint8, error) {
	if m == nil && len(list.at) == 0 {
		return nil, nil
	}
	fill := T(math.NaN())
	if c.fill != nil {
		v := make([]T, 1)
		if err := formats.Promote(v, c.fill, c.DType); err != nil {
			return nil, err
		}
		fill = v[0]
	}
	status := make([]uint8, len(values))
	for i := range status {
		status[i] = alive
	}
	put := func(i int, v T) {
		status[i] = 0
		if v-v == 0 && v != fill {
			status[i], values[i] = alive|pinned, v
		}
	}
	if m != nil {
		v := make([]T, len(m.classes))
		for k, e := range m.classes {
			if err := formats.Promote(v[k:k+1], e, c.DType); err != nil {
				return nil, err
			}
		}
		for i, k := range m.class {
			if k > 0 {
				put(i, v[k-1])
			}
		}
	}
	v := make([]T, len(list.at))
	if err := formats.Promote(v, list.elements, c.DType); err != nil {
		return nil, err
	}
	for k, i := range list.at {
		put(i, v[k])
	}
	return status, nil
}

// code codes pins, signs and extrema: those of original and x, or what is in
// the archive where original is nil.
func (t *topology[T]) code(rc *rangecoder.Coder, flags uint8, original []int64, want []uint8) error {
	if flags&keepPins != 0 {
		if err := codePins(rc, t, original); err != nil {
			return err
		}
	}
	t.measure()
	if t.keep&(KeepSigns|KeepOrder) != 0 {
		t.average()
		if open := t.compare(); open > 0 {
			newSignCoder(t.relations, rc, flags&keepTies != 0, open).code(original, axisOrder(t.grid.rank, t.axes))
		}
	}
	if t.extrema != nil {
		newExtremaCoder(t.extrema, rc).code(want, original)
	}
	return nil
}

// each calls yield with every relation that the projection is to satisfy.
func (t *topology[T]) each(yield func(relation)) {
	if t.keep&(KeepSigns|KeepOrder) != 0 {
		for k, d := range t.dirs {
			for p, s := range t.sign[k] {
				if s&openEdge == 0 {
					continue
				}
				from, to := int32(p), int32(p+d.off)
				switch s & signMask {
				case rising:
					yield(relation{less: from, more: to})
				case falling:
					yield(relation{less: to, more: from})
				case tied:
					yield(relation{less: from, more: to, equal: true})
				}
			}
		}
	}
	for _, e := range t.extra {
		yield(e)
	}
}

// project moves the field into order.
func (t *topology[T]) project() error {
	if err := t.scratch.run(t.relations, t.each); err != nil {
		return err
	}
	if t.keep == KeepExtrema {
		t.extrema.flatten() // no other relations could break
	}
	return nil
}

// store puts the field into values.
func (t *topology[T]) store(values []T) {
	t.rows(func(from, at, n int, _ *[maxRank]int) {
		for i := range n {
			p := at + i
			// −0 stays where the place did not change.
			if t.state[p]&alive != 0 && t.lattice.key(values[from+i]) != t.key[p] {
				values[from+i] = t.lattice.value(t.key[p])
			}
		}
	})
}

// restore decodes a keep block: it moves values, as the residual left them,
// into the order of the original.
func restore[T formats.Float](c *chunkCodec, g *grid, values []T, m *mask, list *exact, data *chunkData) error {
	b := data.block[blockKeep]
	if b == nil {
		return nil
	}
	eps, err := c.bound(data)
	if err != nil {
		return err
	}
	flags := b[0]
	keep := Keep(flags) & keepAll
	switch {
	case flags&^keepMask != 0:
		return fmt.Errorf("%w: unknown flags %#x", ErrVersion, flags)
	case keep.needed() != keep || keep&KeepOrder != 0 && g.rank > maxOrderRank:
		return fmt.Errorf("it keeps %v, which does not go with rank %d", keep, g.rank)
	}
	status, err := statuses(c, values, m, list)
	if err != nil {
		return err
	}
	for i, v := range values {
		if v-v != 0 && (status == nil || status[i]&alive != 0) {
			return fmt.Errorf("value %d is %v", i, v)
		}
	}
	t := newTopology(g, c.DType, keep, values, status, eps)
	if t.axes = int(b[2]); t.axes >= axisOrders(t.grid.rank) {
		return fmt.Errorf("axis order %d of %d", t.axes, axisOrders(t.grid.rank))
	}
	if err := t.code(rangecoder.NewDecoder(b[keepHead:]), flags, nil, nil); err != nil {
		return err
	}
	if t.extrema != nil {
		t.extra = t.extrema.list()
	}
	if err := t.project(); err != nil {
		return err
	}
	t.store(values)
	return nil
}
