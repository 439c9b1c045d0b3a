package codec

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/morselcodec/morsel/formats/array"
)

// Prepare returns o, which may be nil, with all that has to be known of an
// array's values before they are encoded: Range, if the bound depends on it, and
// the fill values that FillAuto finds. It reads src once if it has to. A
// [FillError] says that values which nobody declared as fill decide the bound.
//
// What it returns is for encoding src, as often as one likes: values that are
// not those which Prepare saw are an error then, [ErrChanged], and other Fills or
// another FillPolicy are one of the options, [ErrOptions].
func Prepare(ctx context.Context, src array.Source, o *Options) (*Options, error) {
	var opts Options
	if o != nil {
		opts = *o
	}
	if err := opts.Bound.check(); err != nil {
		return nil, err
	}
	opts.Fills = different(append(slices.Clip(opts.Fills), src.Fills...))
	needsRange := opts.Range == nil && opts.Bound.NeedsRange()
	if opts.survey != nil || !needsRange && opts.FillPolicy != FillAuto {
		return &opts, nil
	}
	s, err := surveySource(ctx, src, opts.Fills)
	if err != nil {
		return nil, err
	}
	opts.survey = s
	found, rest := s.census.Candidates()
	if len(found) > 0 && opts.FillPolicy == FillAuto {
		s.span = rest
		for _, c := range found {
			opts.Fills, s.fills = append(opts.Fills, c.Value), append(s.fills, c.Count)
		}
	}
	s.of, s.policy = opts.Fills, opts.FillPolicy
	if opts.FillPolicy == FillDeclared {
		s.suspects = newSuspects(&opts, s.census)
	}
	if needsRange && s.suspects.spoil() {
		return nil, &FillError{*s.suspects}
	}
	if opts.Range == nil {
		opts.Range = &s.span
	}
	return &opts, nil
}

// Scan reads the values of h from r, as a [array.Source] streams them, and
// returns their range, fill values left out.
func Scan(ctx context.Context, r io.Reader, h array.Header, fills []array.Element) (Range, error) {
	s, err := takeSurvey(ctx, r, h, fills)
	if err != nil {
		return Range{}, err
	}
	return s.span, nil
}

// ScanSource reads src and returns the range of its values; see [Scan].
func ScanSource(ctx context.Context, src array.Source, fills []array.Element) (Range, error) {
	s, err := surveySource(ctx, src, fills)
	if err != nil {
		return Range{}, err
	}
	return s.span, nil
}

// survey is what reading an array once tells.
type survey struct {
	census   *array.Census
	span     Range
	digest   uint64
	suspects *Suspects
	of       []array.Element // Options.Fills
	fills    []int64         // how often each of them occurs
	policy   FillPolicy
}

// suits refuses options by which the survey would have been another.
func (s *survey) suits(o *Options) error {
	if !slices.Equal(s.of, o.Fills) || s.policy != o.FillPolicy {
		return fmt.Errorf("%w: Fills or FillPolicy are not those of Prepare", ErrOptions)
	}
	return nil
}

func surveySource(ctx context.Context, src array.Source, fills []array.Element) (*survey, error) {
	r, err := src.Values()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return takeSurvey(ctx, r, src.Header, fills)
}

func takeSurvey(ctx context.Context, r io.Reader, h array.Header, fills []array.Element) (*survey, error) {
	if _, err := h.Check(); err != nil {
		return nil, err
	}
	census, err := newCensus(h.DType, fills)
	if err != nil {
		return nil, err
	}
	digest, err := array.Pieces(ctx, r, h, func(_ int64, piece []byte) { census.Add(piece) })
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil, fmt.Errorf("%w: the values end before %s of %v are there", array.ErrShape, array.FormatShape(h.Shape), h.DType)
	}
	if err != nil {
		return nil, err
	}
	return &survey{census: census, digest: digest, span: census.Range(), fills: census.FillCounts()}, nil
}
