package codec

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

// keeper is a chunk with what makes it keep what the archive guarantees.
type keeper interface {
	// Settle pins until the chunk is right, by itself and, unless h is nil,
	// beside its neighbours.
	Settle(h *keep.Halo) error
	// Elements returns the chunk as decoded.
	Elements() []byte
	// seal codes what settling changed since the chunk was coded, and checks
	// what a decoder makes of it.
	seal(e *encoded) error
}

// guaranteed adds a keep block to e.
func (in *chunkInput[T]) guaranteed(e encoded) encoded {
	k, err := newKept(in, &e)
	if err == nil {
		err = k.Settle(nil)
	}
	if err != nil {
		return encoded{err: err}
	}
	e.keeper = k
	e.block[block.Keep] = k.Block()
	return e
}

// kept is the chunk with values as the residual decodes them.
func (in *chunkInput[T]) kept(values []T) *keep.Input[T] {
	return &keep.Input[T]{Grid: in.grid, DType: in.DType, Fills: in.Fills, Eps: in.eps, Values: values}
}

// keptChunk is a chunk with its keeper.
type keptChunk[T array.Float] struct {
	*keep.Keeper[T]
	in *chunkInput[T]
}

func newKept[T array.Float](in *chunkInput[T], e *encoded) (*keptChunk[T], error) {
	list := &special.Exact{}
	if b := e.block[block.Exact]; b != nil {
		var err error
		if list, err = special.ParseExact(b, len(in.X), in.DType.Size()); err != nil {
			return nil, err
		}
	}
	k, err := keep.New(in.kept(e.values.([]T)), in.keep, in.Values, list, in.level)
	return &keptChunk[T]{k, in}, err
}

// seal implements keeper.
func (k *keptChunk[T]) seal(e *encoded) error {
	decoded := k.Elements()
	if k.Changed() {
		e.block[block.Keep] = k.Block()
		// Pins for the sake of neighbours may leave nothing to gain.
		raw := encoded{chunkData: chunkData{ordinal: e.ordinal, mode: modeRaw}}
		raw.block[block.Raw] = pack.AppendRaw(nil, decoded, k.in.DType.Size(), k.in.level, k.in.grid.Watch)
		if raw.block.Size() < e.block.Size() {
			e.chunkData = raw.chunkData
		}
	}
	return k.check(e, decoded)
}

// check compares what the chunk decodes to with the bound, what it is to keep,
// and, where the level says so, what a decoder makes of it.
func (k *keptChunk[T]) check(e *encoded, decoded []byte) error {
	values := make([]T, len(k.in.X))
	if err := special.PromoteAny(values, decoded, k.in.DType); err != nil {
		return err
	}
	if err := k.in.ordinary(values); err != nil {
		return err
	}
	if e.maxError = k.in.error(values); !(e.maxError <= k.in.eps) {
		return fmt.Errorf("verification: an error of %v in the chunk as decoded, bound %v", e.maxError, k.in.eps)
	}
	if err := k.Verify(values); err != nil {
		return err
	}
	if !k.in.verifies() {
		return nil
	}
	again, err := k.in.verify(e)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, decoded) {
		return errors.New("verification: the chunk decodes to something else than its relations were checked on")
	}
	return nil
}

// seal has what is kept sealed.
func (e *encoded) seal() {
	defer interrupt.Recover(&e.err)
	if e.err == nil && e.keeper != nil {
		e.err = e.keeper.seal(e)
	}
}
