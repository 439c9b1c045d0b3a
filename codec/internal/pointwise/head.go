package pointwise

import (
	"errors"
	"fmt"

	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/internal/wire"
)

// signsNegative is the flag that some values are negative.
const signsNegative = 1

// head is what a signs block starts with.
type head struct {
	flags, narrowing uint8
	codes            []byte
}

// parseHead takes the payload of a signs block apart.
func parseHead(b []byte, logEps float64) (head, error) {
	f := wire.Fields{B: b}
	h := head{flags: f.U8(), narrowing: f.U8()}
	h.codes = f.B
	switch {
	case f.Err != nil:
		return h, f.Err
	case h.flags&^signsNegative != 0:
		return h, fmt.Errorf("%w: unknown flags %#x", fault.ErrVersion, h.flags)
	case h.flags&signsNegative == 0 && len(h.codes) > 0:
		return h, fmt.Errorf("%d bytes of signs where no value is negative", len(h.codes))
	case logEps == 0:
		return h, errors.New("logarithms without a pointwise relative bound")
	}
	return h, nil
}

// Cost checks the head of a signs block, where the header's δ is logEps. It returns
// the bound of the residual of logarithms, and what decoding takes beside that:
// bytes of memory a value, and about as many nanoseconds.
func Cost(b []byte, logEps float64) (eps, memory, work float64, err error) {
	h, err := parseHead(b, logEps)
	if err != nil {
		return 0, 0, 0, err
	}
	memory, work = 8, 60
	if h.flags&signsNegative != 0 {
		work += 40
	}
	return narrowed(logEps, h.narrowing), memory, work, nil
}
