package main

import (
	"errors"
	"fmt"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
)

// trainData tells what a training finds in its data.
type trainData struct {
	*env
	suspects int // arrays with what looks like fill
}

// loaded says what is odd about the data of a training that begins, and gives it
// time to save from now on.
func (e *trainData) loaded(d autoencoder.DataRecord) {
	e.grace.Store(int64(savingGrace))
	if d.Unusable > 0 {
		e.warnf("%d of %d arrays hold nothing but NaN, infinities and fill", d.Unusable, d.Unusable+d.Arrays)
	}
	met := map[string]int64{} // in arrays of whatever type
	for _, f := range d.Fills {
		met[f.Value] += f.Count
	}
	for _, f := range d.Fills {
		if n, unsaid := met[f.Value]; unsaid && n == 0 {
			e.warnf("--fill %s matches no value", f.Value)
			delete(met, f.Value)
		}
	}
}

// suspect says what looks like fill but was not declared, of the first arrays.
func (e *trainData) suspect(s autoencoder.Suspects) {
	const enough = 3
	if e.suspects++; e.suspects > enough {
		if e.suspects == enough+1 {
			e.sayf("further arrays hold what looks like missing data")
		}
		return
	}
	if s.AsFill {
		for _, v := range s.Values {
			e.sayf("%s: --fill auto takes %v, which occurs %d times", s.Array, v.Value, v.Count)
		}
		return
	}
	e.warnf("%s: %s", s.Array, suspectText(s))
}

// suspectText says what undeclared fill values do to a training, and what to do
// about it.
func suspectText(s autoencoder.Suspects) string {
	text, flags := candidatesText(s.Values)
	return fmt.Sprintf("%s, and makes the range %.3g times as wide: a model learns that much less of the other values; "+
		"if it is missing data, give %s or --fill auto; if not, --fill none", text, s.Values[0].Stretch, flags)
}

// fillRefused says in the command line's terms that undeclared fill values ended
// a training.
func fillRefused(err error) error {
	if refused, ok := errors.AsType[*autoencoder.FillError](err); ok {
		return exit.Usagef("%s: %s", refused.Array, suspectText(refused.Suspects))
	}
	return err
}
