package chunk

import (
	"bytes"
	"errors"
	"fmt"
	"math"

	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// verifyElements returns an error unless e decodes to the elements, bit for bit.
func (c *Codec) verifyElements(e *Encoded, g *grid.Grid, elements []byte) error {
	decoded := make([]byte, len(elements))
	if err := c.decode(decoded, g, &e.Chunk); err != nil {
		return fmt.Errorf("verification: %w", err)
	}
	if !bytes.Equal(decoded, elements) {
		return errors.New("verification: other bits")
	}
	return nil
}

// verifyValues returns an error unless e decodes to the values and, where they are
// special, to the elements of the chunk.
func (in *input[T]) verifyValues(e *Encoded, values []T) error {
	want, size := make([]byte, len(in.Elements)), in.DType.Size()
	array.Demote(want, values, in.DType)
	for i, special := range in.Special {
		if special {
			copy(want[i*size:(i+1)*size], in.Elements[i*size:])
		}
	}
	return in.verifyElements(e, in.grid, want)
}

// largestError returns the largest absolute error of decoded values.
func (in *input[T]) largestError(decoded []T) float64 {
	worst := 0.0
	for i, v := range in.X {
		if d := math.Abs(float64(v) - float64(decoded[i])); d > worst && (in.Special == nil || !in.Special[i]) {
			worst = d
		}
	}
	return worst
}

// verify returns an error unless what e decodes to, which it returns too, is within
// the bound: special values bit for bit. It sets the errors of e.
func (in *input[T]) verify(e *Encoded) ([]byte, error) {
	size := in.DType.Size()
	decoded := make([]byte, len(in.Elements))
	if err := in.decode(decoded, in.grid, &e.Chunk); err != nil {
		return nil, fmt.Errorf("verification: %w", err)
	}
	y := make([]T, len(in.X))
	if err := special.PromoteAny(y, decoded, in.DType); err != nil {
		return nil, fmt.Errorf("verification: %w", err)
	}
	if err := in.checkOrdinary(y); err != nil {
		return nil, err
	}
	e.MaxError, e.Squares = 0, 0
	for i, v := range in.X {
		d := math.Abs(float64(v) - float64(y[i]))
		switch exact := in.Eps == 0 || in.Special != nil && in.Special[i]; {
		case exact && !bytes.Equal(decoded[i*size:(i+1)*size], in.Elements[i*size:(i+1)*size]):
			return nil, fmt.Errorf("verification: value %d of the chunk is %v, decodes to %v", i, v, y[i])
		case exact:
		case !(d <= in.Eps):
			return nil, fmt.Errorf("verification: value %d of the chunk is %v, decodes to %v, bound %v", i, v, y[i], in.Eps)
		default:
			if d > e.MaxError {
				e.MaxError = d
			}
			if in.BoundKind == BoundPSNR {
				d /= in.Eps
				e.Squares += float64(d * d)
			}
		}
	}
	return decoded, nil
}

// checkOrdinary returns an error unless all ordinary values of the chunk decode to
// ordinary ones.
func (in *input[T]) checkOrdinary(decoded []T) error {
	for i, v := range decoded {
		if (v-v != 0 || in.Fills.Has(v)) && (in.Special == nil || !in.Special[i]) {
			return fmt.Errorf("verification: value %d of the chunk is %v, decodes to %v, which is no data", i, in.X[i], v)
		}
	}
	return nil
}

// decodeAgainLevel is the level from which what was encoded is decoded and compared
// with the original. Below, the encoder's own reconstruction is compared, which the
// same code made.
const decodeAgainLevel = 5

// decodesAgain reports whether what was encoded is decoded. For a PSNR it is at
// every level, to count what a reader will see.
func (c *Codec) decodesAgain() bool { return c.Level >= decodeAgainLevel || c.BoundKind == BoundPSNR }
