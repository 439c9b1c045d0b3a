package autoencoder

import (
	"fmt"
	"slices"
	"strings"

	"github.com/morselcodec/morsel/formats/array"
)

// Suspects are values of an array that look like fill though nobody declared
// them.
type Suspects struct {
	Array  string // the source's name
	Values []array.Candidate
	AsFill bool // they were taken as fill
}

// String lists the values, how often they occur, and how many times as wide
// the range becomes by them.
func (s *Suspects) String() string {
	var list []string
	for _, c := range s.Values {
		list = append(list, fmt.Sprintf("%v (%d times, the range of the others %.3g-fold)", c.Value, c.Count, c.Stretch))
	}
	return strings.Join(list, ", ")
}

// FillError says that values which look like fill, but were not declared,
// stretch the range so much that a model would learn nothing of the others. It
// matches [ErrOptions].
type FillError struct{ Suspects }

func (e *FillError) Error() string {
	return fmt.Sprintf("%v: values of array %q that look like missing data, %s, would hide all others: declare them (Fills, FillAuto) or say that they are none (FillNone)",
		ErrOptions, e.Array, e.String())
}

// Unwrap lets errors.Is find ErrOptions.
func (e *FillError) Unwrap() error { return ErrOptions }

// suspect decides what values of an array are that look like fill. Nil means
// that nothing is looked for.
func (o *TrainOptions) suspect() func(name string, found []array.Candidate) (asFill bool, err error) {
	if o.FillPolicy == array.FillNone {
		return nil
	}
	return func(name string, found []array.Candidate) (bool, error) {
		s := Suspects{Array: name, Values: found, AsFill: o.FillPolicy == array.FillAuto}
		if !s.AsFill && slices.ContainsFunc(found, array.Candidate.Spoils) {
			return false, &FillError{s}
		}
		if o.Suspect != nil {
			o.Suspect(s)
		}
		return s.AsFill, nil
	}
}
