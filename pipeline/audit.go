package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats"
	"github.com/morselcodec/morsel/topo/audit"
)

// Audit is the stage that compares an Item's Array with what its Archive
// decodes to, and adds the Report.
type Audit struct {
	Options audit.Options
	Decode  codec.DecodeOptions
}

// Run audits it.Archive against it.Array.
func (a Audit) Run(ctx context.Context, it *Item) (*Item, error) {
	if it.Archive == nil {
		return nil, fmt.Errorf("%s has no archive to audit", it.Name)
	}
	decoded, err := Decode(ctx, it.Archive, &a.Decode)
	if err != nil {
		return nil, err
	}
	report, err := Compare(ctx, it.Array, decoded, &a.Options)
	if err != nil {
		return nil, err
	}
	out := *it
	out.Report = report
	return &out, nil
}

// Compare loads two arrays and reports how they differ: in float32 where that
// holds both exactly, in float64, or as 64-bit integers beyond 2^53.
func Compare(ctx context.Context, original, other formats.Source, o *audit.Options) (*audit.Report, error) {
	if !original.DType.NeedsFloat64() && !other.DType.NeedsFloat64() {
		return compare[float32](ctx, original, other, o)
	}
	report, err := compare[float64](ctx, original, other, o)
	if errors.Is(err, formats.ErrInexact) {
		return audit.CompareWide(ctx, WithContext(ctx, original), WithContext(ctx, other), o)
	}
	return report, err
}

func compare[T formats.Float](ctx context.Context, original, other formats.Source, o *audit.Options) (*audit.Report, error) {
	a, err := formats.Read[T](WithContext(ctx, original))
	if err != nil {
		return nil, err
	}
	b, err := formats.Read[T](WithContext(ctx, other))
	if err != nil {
		return nil, err
	}
	var opts audit.Options
	if o != nil {
		opts = *o
	}
	opts.Fills = slices.Concat(opts.Fills, original.Fills)
	return audit.Compare(ctx, a, b, &opts)
}
