package codec

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"
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

// maxGuarantee is the greatest number that a header may name.
const maxGuarantee = 1<<16 - 1

// appendGuarantees appends the list of the flags that are set; flag i is
// guarantee i+1.
func appendGuarantees(b []byte, k Keep) []byte {
	b = binary.AppendUvarint(b, uint64(bits.OnesCount8(uint8(k))))
	for i := range keepNames {
		if k>>i&1 == 1 {
			b = binary.AppendUvarint(b, uint64(i+1))
		}
	}
	return b
}

// guarantees reads a list of guarantees. What it names is a note for readers:
// decoding needs none of it, so that numbers without a flag are no error.
func (f *fields) guarantees() (k Keep, others []int) {
	last := 0
	for left := f.uvarint(maxGuarantee); left > 0 && f.err == nil; left-- {
		n := int(f.uvarint(maxGuarantee))
		switch {
		case f.err != nil:
		case n <= last:
			f.fail("guarantee %d behind guarantee %d", n, last)
		case n <= len(keepNames):
			k |= 1 << (n - 1)
		default:
			others = append(others, n)
		}
		last = n
	}
	if last == 0 {
		f.fail("a list of no guarantees")
	}
	return k, others
}

// guarantees names what the header says is kept: what this program does not
// know by its number.
func (h *header) guarantees() []string {
	names := h.keep.Names()
	for _, n := range h.others {
		names = append(names, strconv.Itoa(n))
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

// The first byte of a keep block: its level, and
const (
	keepTies    = 1 << 3 // equal neighbours are coded
	keepPins    = 1 << 4 // intervals are narrowed by pins
	keepRefutes = 1 << 5 // false extrema are refuted
)

// keepLevels lists by number what a keep block may hold. Bits 0 to 2 of its
// first byte are the low ones of the number, 6 and 7 the high ones.
var keepLevels = [...]Keep{1: KeepExtrema, 2: KeepSigns, 3: KeepSigns | KeepExtrema, 4: KeepOrder}

// levelOf returns the level of what is needed; it takes bits 0 to 2.
func levelOf(k Keep) byte { return byte(slices.Index(keepLevels[:], k)) }

// maxDepth is the greatest depth of the tables of signs.
const maxDepth = 18

// keepHead is what a keep block starts with.
type keepHead struct {
	flags uint8
	keep  Keep
	axes  int   // order in which signs are coded
	depth uint8 // of their tables
	codes []byte
}

func (c *chunkCodec) parseKeepHead(b []byte, g *grid) (keepHead, error) {
	f := fields{b: b}
	h := keepHead{flags: f.u8(), axes: int(f.u8()), depth: f.u8()}
	h.codes = f.b
	level := int(h.flags&7 | h.flags>>6<<3)
	if level > 0 && level < len(keepLevels) {
		h.keep = keepLevels[level]
	}
	rank := len(extended(g.shape[:g.rank]))
	switch {
	case f.err != nil:
		return h, f.err
	case !(c.eps > 0 && c.eps < math.Inf(1)):
		return h, errors.New("an archive without a bound keeps nothing")
	case h.keep == 0:
		return h, fmt.Errorf("%w: unknown keep level %d in an archive of version %d", ErrVersion, level, versionWritten)
	case h.keep&KeepOrder != 0 && g.rank > maxOrderRank:
		return h, fmt.Errorf("it keeps %v, which does not go with rank %d", h.keep, g.rank)
	case h.axes >= axisOrders(rank):
		return h, fmt.Errorf("axis order %d of %d", h.axes, axisOrders(rank))
	case h.depth > maxDepth:
		return h, fmt.Errorf("tables of depth %d, at most %d expected", h.depth, maxDepth)
	}
	return h, nil
}

// topology is a chunk's decoded field with what is known about its order.
type topology[T formats.Float] struct {
	*relations
	keep    Keep
	lattice lattice[T]
	values  []T // decoded, before the projection
	eps     float64
	// halvings counts, for the encoder, how often the archive halves the interval of each value; nil: never.
	halvings []uint8
	extrema  *extrema // nil if none are kept
	axes     int      // order in which signs are coded, as index of axisOrder
	depth    uint8    // logarithm of how many rows the hashed tables of signs have at most
	scratch  projection
}

// newTopology takes the states of values, nil for all alive, as its own.
func newTopology[T formats.Float](g *grid, d formats.DType, keep Keep, values []T, state []uint8, eps float64) *topology[T] {
	t := &topology[T]{
		relations: newRelations(g, keep&KeepOrder != 0, state), keep: keep, lattice: newLattice[T](d),
		values: values, eps: eps,
	}
	t.reset()
	if keep&KeepExtrema != 0 {
		t.extrema = newExtrema(t.relations, keep&KeepSigns != 0)
	}
	return t
}

// reset makes the field what it was decoded to.
func (t *topology[T]) reset() { set(t.relations, &t.lattice, t.values, t.eps) }

// statuses tells which values a chunk's special values leave alive and which
// are pinned, and puts the latter into values.
func statuses[T formats.Float](c *chunkCodec, values []T, m *mask, list *exact) ([]uint8, error) {
	if m == nil && len(list.at) == 0 {
		return nil, nil
	}
	fills := fillsAs[T](c.header)
	status := make([]uint8, len(values))
	for i := range status {
		status[i] = alive
	}
	put := func(i int, v T) {
		status[i] = 0
		if v-v == 0 && !fills.has(v) {
			status[i], values[i] = alive|pinned, v
		}
	}
	if m != nil {
		v := make([]T, len(m.classes))
		for k, e := range m.classes {
			if err := promoteSpecial(v[k:k+1], e, c.DType); err != nil {
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
	if err := promoteSpecial(v, list.elements, c.DType); err != nil {
		return nil, err
	}
	for k, i := range list.at {
		put(i, v[k])
	}
	return status, nil
}

// code codes pins, signs and extrema: those of original and x, or what is in
// the archive where original is nil.
func (t *topology[T]) code(rc *rangecoder.Coder, flags uint8, original []int64, want []uint8) {
	if flags&keepPins != 0 {
		codePins(rc, t, original)
	}
	t.measure()
	if t.keep&(KeepSigns|KeepOrder) != 0 {
		t.average()
		if t.compare(); t.open > 0 {
			newSignCoder(t.relations, rc, flags&keepTies != 0, t.depth).code(original, axisOrder(t.grid.rank, t.axes))
		}
	}
	if t.extrema != nil {
		newExtremaCoder(t.extrema, rc, flags&keepRefutes != 0).code(want, original)
	}
}

// project moves the field into order.
func (t *topology[T]) project() error {
	if err := t.scratch.run(t.relations, t.extrema); err != nil {
		return err
	}
	if t.keep == KeepExtrema {
		t.extrema.flatten() // no other relations could break
	}
	return nil
}

// storeRow is how many values are stored at a time.
const storeRow = 1 << 10

// store puts the field into values.
func (t *topology[T]) store(values []T) {
	var before [storeRow]int64 // keys of values
	for at := 0; at < len(values); at += storeRow {
		row := values[at:min(at+storeRow, len(values))]
		t.lattice.places(before[:len(row)], row)
		for i, k := range t.key[at : at+len(row)] {
			// −0 stays where the place did not change.
			if k != before[i] && t.state[at+i]&alive != 0 {
				row[i] = t.lattice.value(k)
			}
		}
	}
}

// restore decodes a keep block: it moves values, as the residual left them,
// into the order of the original.
func restore[T formats.Float](c *chunkCodec, g *grid, values []T, m *mask, list *exact, data *chunkData) error {
	b := data.block[blockKeep]
	if b == nil {
		return nil
	}
	h, err := c.parseKeepHead(b, g)
	if err != nil {
		return err
	}
	state, err := statuses(c, values, m, list)
	if err != nil {
		return err
	}
	for i, v := range values {
		if v-v != 0 && (state == nil || state[i]&alive != 0) {
			return fmt.Errorf("value %d is %v", i, v)
		}
	}
	t := newTopology(g, c.DType, h.keep, values, state, c.eps)
	t.axes, t.depth = h.axes, h.depth
	rc := rangecoder.NewDecoder(h.codes)
	if t.code(rc, h.flags, nil, nil); rc.Ended() {
		return rc.Err()
	}
	// What contexts were made of is memory for the projection.
	for _, field := range []*[]int32{&t.field, &t.smooth, &t.work} {
		if *field != nil {
			t.scratch.spare, *field = append(t.scratch.spare, *field), nil
		}
	}
	if err := t.project(); err != nil {
		return err
	}
	t.store(values)
	return nil
}
