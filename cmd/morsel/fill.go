package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats"
)

func fillFlag() cli.Flag {
	return fillsFlag("`VALUE` that stands for missing data, such as -9999; auto: what looks like it, too; none: nothing else does; repeatable")
}

func fillsFlag(usage string) cli.Flag { return &cli.StringSliceFlag{Name: "fill", Usage: usage} }

// fillWords are the values of --fill that are no numbers.
var fillWords = map[string]codec.FillPolicy{"auto": codec.FillAuto, "none": codec.FillNone}

// fills reads the numbers of --fill as elements of type d.
func fills(c *cli.Context, d formats.DType) ([]formats.Element, error) {
	var list []formats.Element
	for _, s := range c.StringSlice("fill") {
		if fillWords[s] != codec.FillDeclared {
			continue
		}
		if slices.Contains([]string{"nan", "+nan", "-nan", "inf", "+inf", "-inf"}, strings.ToLower(s)) {
			return nil, exit.Usagef("--fill %s: NaN and infinities always survive and need no --fill", s)
		}
		e, err := formats.ParseElement(d, s)
		if err != nil {
			return nil, exit.FlagError("--fill "+s, err)
		}
		list = append(list, e)
	}
	return list, nil
}

// fillPolicy reads what --fill says of values that it does not name. What is no
// number is an error here, whatever the type of the elements will be.
func fillPolicy(c *cli.Context) (codec.FillPolicy, error) {
	policy := codec.FillDeclared
	if _, err := fills(c, formats.Float64); err != nil {
		return 0, err
	}
	for _, s := range c.StringSlice("fill") {
		switch p := fillWords[s]; {
		case p == codec.FillDeclared:
		case policy != codec.FillDeclared && policy != p:
			return 0, exit.Usagef("--fill auto and --fill none contradict each other")
		default:
			policy = p
		}
	}
	return policy, nil
}

// fillText lists declared fill values.
func fillText(list []formats.Element, declared bool) string {
	switch {
	case !declared:
		return "none declared"
	case len(list) == 0:
		return "none"
	}
	var words []string
	for _, e := range list {
		words = append(words, e.String())
	}
	return strings.Join(words, ", ")
}

// candidatesText says which values look like missing data, and what to give to
// declare them.
func candidatesText(list []formats.Candidate) (text, flags string) {
	var words []string
	for _, v := range list {
		words = append(words, fmt.Sprintf("%v (%d times)", v.Value, v.Count))
		flags += fmt.Sprintf(" --fill %v", v.Value)
	}
	if len(list) == 1 {
		return words[0] + " looks like missing data", flags[1:]
	}
	return strings.Join(words, " and ") + " look like missing data", flags[1:]
}

// undeclaredText says what undeclared fill values do to a bound that is relative
// to the range, and what to do about it.
func undeclaredText(s codec.Suspects) string {
	text, flags := candidatesText(s.Values)
	if s.Without == nil {
		return fmt.Sprintf("%s; if it is, give %s or --fill auto; if not, --fill none", text, flags)
	}
	with, without := "infinite", fmt.Sprintf("%.3g", *s.Without)
	if s.With != nil {
		with = fmt.Sprintf("%.3g", *s.With)
	}
	return fmt.Sprintf("%s, and the bound depends on the range: with it all other values may be off by %s, without by %s; "+
		"if it is missing data, give %s or --fill auto; if not, --fill none, or a bound without the range, such as --abs %s",
		text, with, without, flags, without)
}

// tellFills says what was found of missing data: declared is what --fill names,
// own what the file does.
func (e *env) tellFills(name string, declared, own []formats.Element, s codec.Stats) {
	for i, n := range s.FillCounts {
		switch v := s.Fill[i]; {
		case slices.Contains(declared, v) && n == 0:
			e.warnf("%s: --fill %v matches no value", name, v)
		case !slices.Contains(declared, v) && !slices.Contains(own, v):
			e.sayf("%s: --fill auto takes %v, which occurs %d times", name, v, n)
		}
	}
	if s.Suspects != nil {
		e.warnf("%s: %s", name, undeclaredText(*s.Suspects))
	}
}
