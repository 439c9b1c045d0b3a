package residual

import (
	"errors"
	"fmt"
	"math"

	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/internal/wire"
)

// head is what a residual block starts with.
type head struct {
	coder     uint8  // its number
	narrowing uint8  // the quantiser byte
	order     int    // of axes, see grid.AxisOrder
	codes     []byte // what follows
}

func (h *head) append(b []byte) []byte { return append(b, h.coder, h.narrowing, byte(h.order)) }

func parseHead(b []byte, rank int, eps float64) (head, error) {
	f := wire.Fields{B: b}
	h := head{coder: f.U8(), narrowing: f.U8(), order: int(f.U8())}
	h.codes = f.B
	switch {
	case f.Err != nil:
		return h, f.Err
	case int(h.coder) >= len(coders):
		return h, fmt.Errorf("%w: unknown residual coder %d", fault.ErrVersion, h.coder)
	case h.order >= grid.AxisOrders(rank):
		return h, fmt.Errorf("axis order %d of %d", h.order, grid.AxisOrders(rank))
	case h.narrowing > quant.MaxNarrowing && h.narrowing != quant.Lossless:
		return h, fmt.Errorf("unknown quantiser %d", h.narrowing)
	case h.narrowing != quant.Lossless && !(eps > 0 && eps < math.Inf(1)):
		return h, errors.New("bins without a bound")
	}
	return h, nil
}

// Cost checks the head of a residual block of a chunk of so many axes, at the
// absolute bound eps, and returns the nanoseconds that decoding a value takes,
// roughly.
func Cost(b []byte, rank int, eps float64) (work float64, err error) {
	h, err := parseHead(b, rank, eps)
	if err != nil {
		return 0, err
	}
	return coders[h.coder].work, nil
}

// LineMemory is how many bytes decoding holds for each value of a line.
const LineMemory = 32
