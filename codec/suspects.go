package codec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/formats/array"
)

// FillPolicy says what becomes of values that look like fill but were not
// declared. FillDeclared, the default, names them in Stats.Suspects; where the
// bound depends on the range and one of them stretches that a thousandfold or
// more, the array is refused with a [FillError]. FillNone is recorded in the
// archive.
type FillPolicy = array.FillPolicy

// The policies.
const (
	FillDeclared = array.FillDeclared
	FillAuto     = array.FillAuto
	FillNone     = array.FillNone
)

// Suspects are values that look like fill though nobody declared them.
type Suspects struct {
	Values []array.Candidate `json:"values"`
	// The absolute bound ε with them as data, as it is, and with them as fill.
	// null where the bound does not depend on the range, or has no such ε.
	With    *float64 `json:"bound_abs"`
	Without *float64 `json:"bound_abs_without"`
}

// newSuspects returns the suspects of a census, nil for none.
func newSuspects(o *Options, c *array.Census) *Suspects {
	found, rest := c.Candidates()
	if len(found) == 0 {
		return nil
	}
	s := &Suspects{Values: found}
	if o.Bound.NeedsRange() {
		all := c.Range()
		s.With, s.Without = o.Bound.resolved(all), o.Bound.resolved(rest)
	}
	return s
}

// resolved is resolve, nil where there is no bound.
func (b Bound) resolved(r Range) *float64 {
	eps, err := b.resolve(&r)
	if err != nil {
		return nil
	}
	return &eps
}

// spoil reports whether a bound relative to the range says nothing about the
// other values.
func (s *Suspects) spoil() bool {
	return s != nil && slices.ContainsFunc(s.Values, array.Candidate.Spoils)
}

// String lists the values and how often they occur.
func (s *Suspects) String() string {
	var list []string
	for _, c := range s.Values {
		list = append(list, fmt.Sprintf("%v (%d times)", c.Value, c.Count))
	}
	return strings.Join(list, ", ")
}

// FillError says that values which look like fill, but were not declared, decide
// a bound that is relative to the range, so that it would mean nothing for all
// others. It matches ErrOptions.
type FillError struct{ Suspects }

func (e *FillError) Error() string {
	return fmt.Sprintf("%v: %s would decide the bound: ε would be %s, without %s; declare missing data (Fills, FillAuto), say that it is none (FillNone), or give an absolute bound",
		fault.ErrOptions, e.String(), boundText(e.With), boundText(e.Without))
}

// Unwrap lets errors.Is find ErrOptions.
func (e *FillError) Unwrap() error { return fault.ErrOptions }

func boundText(eps *float64) string {
	if eps == nil {
		return "infinite"
	}
	return fmt.Sprintf("%.3g", *eps)
}

// newCensus is array.NewCensus; what it refuses is the fault of options.
func newCensus(d array.DType, fills []array.Element) (*array.Census, error) {
	c, err := array.NewCensus(d, fills)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", fault.ErrOptions, err)
	}
	return c, nil
}
