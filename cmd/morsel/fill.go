package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/formats"
)

func fillFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "fill", Usage: "`VALUE` that stands for missing data, such as -9999; repeatable"}
}

// fills reads --fill as elements of type d.
func fills(c *cli.Context, d formats.DType) ([]formats.Element, error) {
	var list []formats.Element
	for _, s := range c.StringSlice("fill") {
		if slices.Contains([]string{"nan", "+nan", "-nan", "inf", "+inf", "-inf"}, strings.ToLower(s)) {
			return nil, usagef("--fill %s: NaN and infinities always survive and need no --fill", s)
		}
		e, err := formats.ParseElement(d, s)
		if err != nil {
			return nil, usagef("--fill %s: %w", s, err)
		}
		list = append(list, e)
	}
	return list, nil
}

// fill reads the one value of --fill as a float.
func fill(c *cli.Context) (*float64, error) {
	list := c.StringSlice("fill")
	if len(list) == 0 {
		return nil, nil
	}
	if _, err := fills(c, formats.Float64); err != nil {
		return nil, err
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(list[0]), 64)
	return &v, err
}
