package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats/array"
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
// holds both exactly, in float64, or as 64-bit integers beyond 2^53. What the
// original's file names as fill counts as such. Arrays of different shapes are an
// error that matches [array.ErrShape].
func Compare(ctx context.Context, original, other array.Source, o *audit.Options) (*audit.Report, error) {
	var opts audit.Options
	if o != nil {
		opts = *o
	}
	opts.Fills = slices.Concat(opts.Fills, original.Fills)
	original, other = WithContext(ctx, original), WithContext(ctx, other)
	if !original.DType.NeedsFloat64() && !other.DType.NeedsFloat64() {
		return compare[float32](ctx, original, other, &opts)
	}
	report, err := compare[float64](ctx, original, other, &opts)
	if errors.Is(err, array.ErrInexact) {
		return audit.CompareWide(ctx, original, other, &opts)
	}
	return report, err
}

func compare[T array.Float](ctx context.Context, original, other array.Source, o *audit.Options) (*audit.Report, error) {
	a, err := array.Read[T](original)
	if err != nil {
		return nil, err
	}
	b, err := array.Read[T](other)
	if err != nil {
		return nil, err
	}
	return audit.Compare(ctx, a, b, o)
}
