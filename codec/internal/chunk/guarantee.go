package chunk

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/interrupt"
	"github.com/morselcodec/morsel/codec/internal/keep"
	"github.com/morselcodec/morsel/codec/internal/pack"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
)

// keeper makes guarantees hold, see keep.Keeper.
type keeper interface {
	// Enforce changes what the chunk decodes to until the guarantees hold in it and,
	// unless h is nil, across its seams.
	Enforce(h *keep.Halo) error
	// Elements returns the chunk as decoded.
	Elements() []byte
	// finish codes what Enforce changed since the chunk was coded, and verifies it.
	finish(e *Encoded) error
}

// withGuarantees adds a keep block to e, so that the guarantees hold in the chunk
// by itself.
func (in *input[T]) withGuarantees(e Encoded) Encoded {
	k, err := newKeeper(in, &e)
	if err == nil {
		err = k.Enforce(nil)
	}
	if err != nil {
		return Encoded{Err: err}
	}
	e.keeper = k
	e.Blocks[block.Keep] = k.Block()
	return e
}

// keepInput is the chunk whose residual decodes to values.
func (in *input[T]) keepInput(values []T) *keep.Input[T] {
	return &keep.Input[T]{Grid: in.grid, DType: in.DType, Fills: in.Fills, Eps: in.Eps, Values: values}
}

// chunkKeeper is the keeper of an encoded chunk.
type chunkKeeper[T array.Float] struct {
	*keep.Keeper[T]
	in *input[T]
}

// newKeeper returns the keeper of e, whose residual is coded.
func newKeeper[T array.Float](in *input[T], e *Encoded) (*chunkKeeper[T], error) {
	list := &special.Unpredictable{}
	if b := e.Blocks[block.Unpredictable]; b != nil {
		var err error
		if list, err = special.ParseUnpredictable(b, len(in.X), in.DType.Size()); err != nil {
			return nil, err
		}
	}
	k, err := keep.New(in.keepInput(e.values.([]T)), in.Keep, in.Values, list, in.Level)
	return &chunkKeeper[T]{k, in}, err
}

// finish implements keeper.
func (k *chunkKeeper[T]) finish(e *Encoded) error {
	decoded := k.Elements()
	if k.Changed() {
		e.Blocks[block.Keep] = k.Block()
		// Bisections for the sake of neighbouring chunks may leave nothing to gain.
		raw := Encoded{Chunk: Chunk{Ordinal: e.Ordinal, Mode: Raw}}
		raw.Blocks[block.Raw] = pack.AppendRaw(nil, decoded, k.in.DType.Size(), k.in.Level, k.in.grid.Watch)
		if raw.Blocks.Size() < e.Blocks.Size() {
			e.Chunk = raw.Chunk
		}
	}
	return k.check(e, decoded)
}

// check compares what the chunk decodes to with the bound and the guarantees and,
// where the level says so, with what a decoder makes of e.
func (k *chunkKeeper[T]) check(e *Encoded, decoded []byte) error {
	values := make([]T, len(k.in.X))
	if err := special.PromoteAny(values, decoded, k.in.DType); err != nil {
		return err
	}
	if err := k.in.checkOrdinary(values); err != nil {
		return err
	}
	if e.MaxError = k.in.largestError(values); !(e.MaxError <= k.in.Eps) {
		return fmt.Errorf("verification: an error of %v in the chunk as decoded, bound %v", e.MaxError, k.in.Eps)
	}
	if err := k.Verify(values); err != nil {
		return err
	}
	if !k.in.decodesAgain() {
		return nil
	}
	again, err := k.in.verify(e)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, decoded) {
		return errors.New("verification: the chunk decodes to something else than its constraints were checked on")
	}
	return nil
}

// Keeps reports whether there are guarantees to enforce across seams.
func (e *Encoded) Keeps() bool { return e.keeper != nil }

// Enforce makes the guarantees hold across the chunk's seams, and returns its
// elements as decoded then. Only for chunks that Keep.
func (e *Encoded) Enforce(h *keep.Halo) ([]byte, error) {
	if err := e.keeper.Enforce(h); err != nil {
		return nil, err
	}
	return e.keeper.Elements(), nil
}

// Finish codes what Enforce changed, and verifies the chunk; e.Err is the error if
// it does not hold.
func (e *Encoded) Finish() {
	defer interrupt.Recover(&e.Err)
	if e.Err == nil && e.keeper != nil {
		e.Err = e.keeper.finish(e)
	}
}
