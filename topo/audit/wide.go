package audit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/topo"
)

// CompareWide is [Compare] of arrays that float64 cannot hold: 64-bit integers
// of any size, against such integers or any other type. Values are compared
// exactly and differences rounded once, as those of floats are. It takes another
// 100 bytes per value.
func CompareWide(ctx context.Context, original, other array.Source, o *Options) (*Report, error) {
	if err := sameShape(original.Shape, other.Shape); err != nil {
		return nil, err
	}
	x, err := readLevels(ctx, original)
	if err != nil {
		return nil, err
	}
	y, err := readLevels(ctx, other)
	if err != nil {
		return nil, err
	}
	opt := o.withDefaults()
	f := &fields[float64]{ctx: ctx, shape: original.Shape, mask: maskLevels(x, opt.Fills), levels: table(ctx, x, y)}
	f.x, f.y = f.indices(x), f.indices(y)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return f.report(original.Header, &opt)
}

// readLevels reads the values of an array.
func readLevels(ctx context.Context, s array.Source) ([]topo.Level, error) {
	want, err := s.Check()
	if err != nil {
		return nil, err
	}
	r, err := s.Values()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var all []topo.Level
	size := s.DType.Size()
	buf := make([]byte, pace*size)
	for ended := false; !ended; {
		n, err := io.ReadFull(r, buf)
		if ended = errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF); err != nil && !ended {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for k := 0; k+size <= n; k += size {
			all = append(all, levelOf(array.ElementAt(s.DType, buf[k:])))
		}
	}
	if int64(len(all)) != want {
		return nil, fmt.Errorf("%w: %s wants %d values, found %d", array.ErrShape, array.FormatShape(s.Shape), want, len(all))
	}
	return all, nil
}

func levelOf(e array.Element) topo.Level {
	switch e.DType {
	case array.Int64:
		return topo.LevelOf(int64(e.Bits))
	case array.Uint64:
		return topo.LevelOf(e.Bits)
	}
	return topo.Level{Hi: e.Float64()}
}

func finite(l topo.Level) bool { return l.Hi-l.Hi == 0 }

// maskLevels is [topo.Mask].
func maskLevels(x []topo.Level, fills []array.Element) []bool {
	var values []topo.Level
	for _, e := range fills {
		values = append(values, levelOf(e))
	}
	mask := make([]bool, len(x))
	for i, l := range x {
		mask[i] = !finite(l) || slices.Contains(values, l)
	}
	return mask
}

// table returns all values of x and y, ascending, each once.
func table(ctx context.Context, x, y []topo.Level) []topo.Level {
	all := slices.DeleteFunc(slices.Concat(x, y), func(l topo.Level) bool { return !finite(l) })
	turns, stop := 0, false
	slices.SortFunc(all, func(a, b topo.Level) int {
		if turns++; turns%pace == 0 && ctx.Err() != nil {
			stop = true
		}
		if stop { // all the same: nobody waits for the table
			return 0
		}
		return a.Compare(b)
	})
	return slices.Clip(slices.Compact(all))
}

// indices returns where values are in the table; NaN and infinities stay.
func (f *fields[T]) indices(values []topo.Level) []T {
	out := make([]T, len(values))
	for i, l := range values {
		if i%pace == 0 && f.stopped() {
			break
		}
		if !finite(l) {
			out[i] = T(l.Hi)
			continue
		}
		k, _ := slices.BinarySearchFunc(f.levels, l, topo.Level.Compare)
		out[i] = T(k)
	}
	return out
}
