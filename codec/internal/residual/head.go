package residual

import (
	"errors"
	"fmt"
	"math"

	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/quant"
	"github.com/morselcodec/morsel/codec/internal/wire"
)

// head is what a residual block starts with.
type head struct {
	coder, shrink uint8
	order         int // of axes
	codes         []byte
}

func (h *head) append(b []byte) []byte { return append(b, h.coder, h.shrink, byte(h.order)) }

func parseHead(b []byte, rank int, eps float64) (head, error) {
	f := wire.Fields{B: b}
	h := head{coder: f.U8(), shrink: f.U8(), order: int(f.U8())}
	h.codes = f.B
	switch {
	case f.Err != nil:
		return h, f.Err
	case int(h.coder) >= len(coders):
		return h, fmt.Errorf("%w: unknown residual coder %d", fault.ErrVersion, h.coder)
	case h.order >= grid.AxisOrders(rank):
		return h, fmt.Errorf("axis order %d of %d", h.order, grid.AxisOrders(rank))
	case h.shrink > quant.MaxShrink && h.shrink != quant.ShrinkLossless:
		return h, fmt.Errorf("unknown quantiser %d", h.shrink)
	case h.shrink != quant.ShrinkLossless && !(eps > 0 && eps < math.Inf(1)):
		return h, errors.New("bins without a bound")
	}
	return h, nil
}

// Cost checks the head of a residual block and returns the nanoseconds that
// decoding a value takes, roughly.
func Cost(b []byte, rank int, eps float64) (work float64, err error) {
	h, err := parseHead(b, rank, eps)
	if err != nil {
		return 0, err
	}
	return coders[h.coder].work, nil
}

// LineMemory is how many bytes decoding holds for each value of a line.
const LineMemory = 32
