package codec

import (
	"context"
	"fmt"
	"hash/maphash"
	"io"
	"math"

	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/formats/array"
)

// observer watches the values that a Writer takes: they must be those of the
// survey, or else, where there was none, are counted themselves.
type observer struct {
	o      Options
	head   *header
	digest *maphash.Hash // nil without a survey
	census *array.Census
	sure   bool // the values are those of the survey
}

func newObserver(head *header, o *Options) (*observer, error) {
	w := &observer{o: *o, head: head}
	if o.survey != nil {
		w.digest = array.NewDigest()
		return w, nil
	}
	var err error
	w.census, err = newCensus(head.DType, head.fills)
	return w, err
}

// add takes the next elements.
func (w *observer) add(elements []byte) {
	if w.digest != nil {
		w.digest.Write(elements)
		return
	}
	w.census.Add(elements)
}

// read takes all elements from r.
func (w *observer) read(ctx context.Context, r io.Reader) error {
	_, err := array.Pieces(ctx, r, w.head.Header, func(_ int64, piece []byte) { w.add(piece) })
	return err
}

// report checks the values and says in s what they were.
func (w *observer) report(s *Stats) error {
	seen := w.o.survey
	if seen == nil {
		seen = &survey{census: w.census, fills: w.census.FillCounts(), span: w.census.Range()}
		if w.o.FillPolicy == FillDeclared {
			seen.suspects = newSuspects(&w.o, w.census)
		}
	} else if !w.sure && w.digest.Sum64() != seen.digest {
		return fmt.Errorf("%w: the values are not those whose range was found", fault.ErrChanged)
	}
	s.FillCounts, s.Suspects = seen.fills, seen.suspects
	r := seen.span
	if r.Max < r.Min {
		return nil
	}
	if lo, hi, ok := seen.census.Ends(w.head.fills); ok {
		s.Range = &[2]array.Element{number(lo), number(hi)}
	}
	if given := w.o.Range; w.o.Bound.NeedsRange() && (r.Min < given.Min || r.Max > given.Max) {
		return fmt.Errorf("%w: the values reach from %g to %g, Options.Range from %g to %g", fault.ErrChanged, r.Min, r.Max, given.Min, given.Max)
	}
	return nil
}

// number is an integer as it is, and a float as float64, which prints no other
// digits than the bounds that depend on it.
func number(e array.Element) array.Element {
	if e.DType.IsInteger() {
		return e
	}
	return array.Element{DType: array.Float64, Bits: math.Float64bits(e.Float64())}
}
