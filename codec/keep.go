package codec

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/keep"
	"github.com/morselcodec/morsel/internal/wire"
)

// Keep says what an archive guarantees beside the bound; its flags may be
// combined; its method Names lists those that are set, as [ParseKeep] reads them.
// NaN, ±Inf and fill compare with nothing. GUARANTEES.md states each guarantee as a
// theorem.
type Keep = keep.Set

const (
	// KeepExtrema keeps every strict local minimum and maximum among its 3^d−1
	// neighbours: none is false, missed or moved.
	KeepExtrema = keep.Extrema
	// KeepSigns keeps the sign of every difference of neighbours along an axis,
	// ties included.
	KeepSigns = keep.Signs
	// KeepOrder keeps the sign of the difference to each of the 3^d−1
	// neighbours, and so the other two; for arrays of rank 1 to 3.
	KeepOrder = keep.Order
)

// ParseKeep reads a comma list of extrema, signs and order.
func ParseKeep(s string) (Keep, error) {
	var k Keep
next:
	for _, part := range strings.Split(s, ",") {
		for i, name := range keep.Guarantees {
			if strings.TrimSpace(part) == name {
				k |= 1 << i
				continue next
			}
		}
		return 0, fmt.Errorf("%w: keep %q (want a comma list of %s)", fault.ErrOptions, part, strings.Join(keep.Guarantees, ", "))
	}
	return k, nil
}

// checkGuarantees refuses what cannot be guaranteed.
func checkGuarantees(k Keep, b Bound, rank int) error {
	switch {
	case k&^keep.All != 0:
		return fmt.Errorf("%w: unknown flag in Keep %#x", fault.ErrOptions, uint8(k))
	case k != 0 && b.None:
		return fmt.Errorf("%w: keeping %v needs an error bound; without one only a model's latents are stored", fault.ErrOptions, k)
	case k != 0 && b.PointwiseRel != 0:
		return fmt.Errorf("%w: keeping %v needs one bound for all values; a pointwise relative bound is none", fault.ErrOptions, k)
	case k&KeepOrder != 0 && rank > keep.MaxOrderRank:
		return fmt.Errorf("%w: order is kept for rank 1 to %d, the array has rank %d; keep signs,extrema", fault.ErrOptions, keep.MaxOrderRank, rank)
	}
	return nil
}

// maxGuarantee is the greatest number that a header may name.
const maxGuarantee = 1<<16 - 1

// appendGuarantees appends the list of the flags that are set; flag i is
// guarantee i+1.
func appendGuarantees(b []byte, k Keep) []byte {
	b = binary.AppendUvarint(b, uint64(bits.OnesCount8(uint8(k))))
	for i := range keep.Guarantees {
		if k>>i&1 == 1 {
			b = binary.AppendUvarint(b, uint64(i+1))
		}
	}
	return b
}

// parseGuarantees reads a list of guarantees. What it names is a note for readers:
// decoding needs none of it, so that numbers without a flag are no error.
func parseGuarantees(f *wire.Fields) (k Keep, others []int) {
	last := 0
	for left := f.Uvarint(maxGuarantee); left > 0 && f.Err == nil; left-- {
		n := int(f.Uvarint(maxGuarantee))
		switch {
		case f.Err != nil:
		case n <= last:
			f.Fail("guarantee %d behind guarantee %d", n, last)
		case n <= len(keep.Guarantees):
			k |= 1 << (n - 1)
		default:
			others = append(others, n)
		}
		last = n
	}
	if last == 0 {
		f.Fail("a list of no guarantees")
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
