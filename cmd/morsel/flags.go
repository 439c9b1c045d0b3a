package main

import (
	"context"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/formats"
)

// Flags that several commands share, and how their values are read.

func boolFlag(name, usage string) *cli.BoolFlag {
	return &cli.BoolFlag{Name: name, Usage: usage, DisableDefaultText: true}
}

// intFlag takes what help says where the flag is missing.
func intFlag(name, usage, missing string) *cli.IntFlag {
	return &cli.IntFlag{Name: name, Usage: usage, DefaultText: missing}
}

func textFlag(name, usage string) *cli.StringFlag {
	return &cli.StringFlag{Name: name, Usage: usage}
}

func jsonFlag() cli.Flag {
	return boolFlag("json", "print one JSON object to stdout, nothing else")
}

func outputFlag(usage string) cli.Flag {
	return &cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: usage}
}

func threadsFlag() cli.Flag {
	return &cli.IntFlag{Name: "threads", Aliases: []string{"x"}, Usage: "use `N` threads; results do not depend on it", DefaultText: "all processors"}
}

// boundFlagList are the error bounds that need no model; boundFlags reads them.
func boundFlagList() []cli.Flag {
	return []cli.Flag{
		textFlag("abs", "no value is off by more than `E`, in the array's own unit"),
		textFlag("rel", "no value is off by more than `E` times the range max-min (default: 1e-3)"),
		textFlag("pwrel", "no value is off by more than `E` times itself; zeros and signs survive"),
		textFlag("psnr", "reach at least `DB` decibels of peak signal-to-noise ratio"),
		boolFlag("lossless", "keep every bit"),
	}
}

func keepFlag() cli.Flag {
	return textFlag("keep", "guarantee more than the bound: a comma `LIST` of extrema, signs, order")
}

// inputFlags say what an array file is where its header or name does not.
func inputFlags() []cli.Flag {
	return []cli.Flag{
		textFlag("array", "`NAME` of the array, in a file of several"),
		textFlag("shape", "`SHAPE` of raw input, slowest dimension first: 25,125,125"),
		textFlag("dtype", "element `TYPE` of raw input: f16, f32, f64, i8..i64, u8..u64"),
		boolFlag("big-endian", "raw input is big-endian"),
		textFlag("format", "`FORMAT` of the input where its name does not tell: raw, npy, npz, arrow, arrows, csv, png, pgm, idx"),
	}
}

func openOptions(c *cli.Context) (*formats.OpenOptions, error) {
	o := &formats.OpenOptions{BigEndian: c.Bool("big-endian")}
	var err error
	if s := c.String("shape"); s != "" {
		if o.Shape, err = formats.ParseShape(s); err != nil {
			return nil, usagef("--shape: %v", err)
		}
	}
	if s := c.String("dtype"); s != "" {
		if o.DType, err = formats.ParseDType(s); err != nil {
			return nil, usagef("--dtype: %v", err)
		}
	}
	if s := c.String("format"); s != "" {
		if o.Format, err = formats.ParseFormat(s); err != nil {
			return nil, usagef("--format: %v", err)
		}
	}
	return o, nil
}

// arrays opens a file and lists its arrays. The caller closes the input when
// it is done with them.
func (e *env) arrays(ctx context.Context, c *cli.Context, name string) (*formats.File, *input, error) {
	o, err := openOptions(c)
	if err != nil {
		return nil, nil, err
	}
	in, err := e.open(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	file, err := formats.Open(in, in.size, in.name, o)
	if err != nil {
		in.Close()
		return nil, nil, inputError(in.name, err)
	}
	return file, in, nil
}

// array opens a file and chooses the array that --array names, or its only one.
func (e *env) array(ctx context.Context, c *cli.Context, name string) (formats.Source, *input, error) {
	file, in, err := e.arrays(ctx, c, name)
	if err != nil {
		return formats.Source{}, nil, err
	}
	src, err := file.Array(c.String("array"))
	if err != nil {
		in.Close()
		if errors.Is(err, formats.ErrArray) {
			return formats.Source{}, nil, usagef("%s: %w; use --array", in.name, err)
		}
		return formats.Source{}, nil, inputError(in.name, err)
	}
	return src, in, nil
}

// number reads a finite floating-point flag; ok is false when it was not given.
func number(c *cli.Context, flag string) (v float64, ok bool, err error) {
	if !c.IsSet(flag) {
		return 0, false, nil
	}
	s := strings.TrimSpace(c.String(flag))
	v, err = strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, false, usagef("--%s %s: want a finite number", flag, s)
	}
	return v, true, nil
}

// nonNegative reads a flag like number, and refuses values below zero.
func nonNegative(c *cli.Context, flag string) (v float64, ok bool, err error) {
	v, ok, err = number(c, flag)
	if err == nil && v < 0 {
		return 0, false, usagef("--%s %v: want 0 or more", flag, c.String(flag))
	}
	return v, ok, err
}

// duration reads a time above 0.
func duration(c *cli.Context, flag string) (time.Duration, error) {
	s := strings.TrimSpace(c.String(flag))
	d, err := time.ParseDuration(s)
	if _, number := strconv.ParseFloat(s, 64); err != nil && number == nil {
		return 0, usagef("--%s %s has no unit: want %[2]ss, %[2]sm or %[2]sh", flag, s)
	}
	if err != nil || d <= 0 {
		return 0, usagef("--%s %s: want a time above 0, such as 5s, 2m30s or 1h", flag, s)
	}
	return d, nil
}

// threads reads --threads.
func threads(c *cli.Context) (int, error) {
	n := c.Int("threads")
	if n < 0 {
		return 0, usagef("--threads %d: want 0 (all processors) or more", n)
	}
	return n, nil
}
