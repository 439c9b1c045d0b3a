package codec

import (
	"context"
	"fmt"

	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/pointwise"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/codec/internal/tiling"
	"github.com/morselcodec/morsel/formats/array"
)

// plan says how an array is encoded: what holds for the whole archive, and what
// the options ask for beside it.
type plan struct {
	head    *header
	level   int
	workers int
	options Options
}

// newPlan refuses what cannot be encoded, or what no reader with default options
// would take.
func newPlan(h array.Header, o *Options) (*plan, error) {
	if o == nil {
		o = &Options{}
	}
	values, err := h.Check()
	if err != nil {
		return nil, err
	}
	if o.FillPolicy == FillAuto && o.survey == nil {
		return nil, fmt.Errorf("%w: a Writer cannot look for fill values before it gets them; see Prepare", ErrOptions)
	}
	if o.survey != nil {
		if err := o.survey.suits(o); err != nil {
			return nil, err
		}
	}
	level, err := o.level()
	if err != nil {
		return nil, err
	}
	head, err := newHeader(h, o)
	if err != nil {
		return nil, err
	}
	if head.kind == chunk.BoundNone && values > 0 {
		switch {
		case o.Model == nil:
			return nil, fmt.Errorf("%w: without a bound only a model's latents are stored; give a model (-m FILE)", ErrOptions)
		case len(o.Model.Window()) > len(h.Shape):
			return nil, fmt.Errorf("%w: the model's window %s has more axes than the array %s",
				ErrOptions, array.FormatShape(o.Model.Window()), array.FormatShape(h.Shape))
		}
	}
	if err := head.checkReadable(level, o.Model); err != nil {
		return nil, err
	}
	return &plan{head: head, level: level, workers: workerCount(o.Workers), options: *o}, nil
}

// codec returns what codes the chunks.
func (p *plan) codec(ctx context.Context) chunk.Codec {
	c := chunk.Codec{Params: p.head.params(), Ctx: ctx, Level: p.level}
	if m := p.options.Model; m != nil {
		c.Model = m.WithWorkers(1) // chunks run in parallel already
	}
	return c
}

// inputBytes returns how many bytes the array's values have.
func (p *plan) inputBytes() int64 {
	n := int64(p.head.DType.Size())
	for _, d := range p.head.Shape {
		n *= int64(d)
	}
	return n
}

// newHeader works out what holds for the whole archive.
func newHeader(h array.Header, o *Options) (*header, error) {
	shape, err := tiling.ChooseChunk(h.Shape, o.Chunk, h.DType.Size(), o.tinyChunks)
	if err != nil {
		return nil, err
	}
	head := &header{Header: h}
	if head.tiles, err = tiling.New(h.Shape, shape, h.DType.Size()); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOptions, err)
	}
	if head.eps, err = o.Bound.resolve(o.Range); err != nil {
		return nil, err
	}
	if o.epsForPSNR != nil {
		head.eps = *o.epsForPSNR
	}
	if head.kind, head.asked = o.Bound.kind(); head.kind == chunk.BoundPointwise {
		head.logEps = pointwise.LogBound(head.asked, h.DType)
	}
	if err := checkGuarantees(o.Keep, o.Bound, len(h.Shape)); err != nil {
		return nil, err
	}
	head.keep = o.Keep
	if o.FillPolicy > FillNone {
		return nil, fmt.Errorf("%w: unknown fill policy %d", ErrOptions, o.FillPolicy)
	}
	if o.Fills != nil || o.FillPolicy != FillDeclared {
		head.fills = listed(different(o.Fills))
	}
	if err := special.CheckFills(h.DType, head.fills); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOptions, err)
	}
	return head, nil
}
