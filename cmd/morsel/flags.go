package main

import (
	"context"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/cmd/morsel/internal/files"
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
		textFlag("array", "`NAME` of the array, in a file of several; NAME#2 is the second of that name, #3 the third of all, \":\" all of them as the columns of one"),
		textFlag("shape", "`SHAPE` of raw input, slowest dimension first: 25,125,125"),
		textFlag("dtype", "element `TYPE` of raw input: f16, f32, f64, i8..i64, u8..u64"),
		boolFlag("big-endian", "raw input is big-endian"),
		textFlag("offset", "raw values begin `BYTES` into the file, behind a header"),
		textFlag("skip", "the last `BYTES` of raw input are no values"),
		textFlag("delimiter", "`CHARACTER` between the cells of CSV input, tab, or space for any run of blanks (default: found out)"),
		textFlag("format", "`FORMAT` of the input, whatever it looks like: "+strings.Join(formats.FormatNames(false), ", ")),
		textFlag("null", "`VALUE` that the nulls of an Arrow column become, a fill value from then on (default: NaN, or an integer that the column lacks)"),
		boolFlag("stack", "keep the leading axis of an Arrow column of arrays that has a single row"),
		maxMemoryFlag(),
	}
}

func openOptions(c *cli.Context) (*formats.OpenOptions, error) {
	o := &formats.OpenOptions{BigEndian: c.Bool("big-endian"), Null: c.String("null"), Stack: c.Bool("stack")}
	var err error
	if o.MaxBytes, err = maxMemory(c); err != nil {
		return nil, err
	}
	if s := c.String("shape"); s != "" {
		if o.Shape, err = formats.ParseShape(s); err != nil {
			return nil, exit.FlagError("--shape", err)
		}
	}
	if s := c.String("dtype"); s != "" {
		if o.DType, err = formats.ParseDType(s); err != nil {
			return nil, exit.FlagError("--dtype", err)
		}
	}
	for flag, into := range map[string]*int64{"offset": &o.Offset, "skip": &o.Skip} {
		if !c.IsSet(flag) {
			continue
		}
		if *into, err = strconv.ParseInt(c.String(flag), 10, 64); err != nil || *into < 0 {
			return nil, exit.Usagef("--%s %s: want a number of bytes", flag, c.String(flag))
		}
	}
	if c.IsSet("delimiter") {
		if o.Delimiter, err = parseDelimiter(c.String("delimiter")); err != nil {
			return nil, err
		}
	}
	if s := c.String("format"); s != "" {
		if o.Format, err = formats.ParseFormat(s); err != nil {
			return nil, exit.FlagError("--format", err)
		}
	}
	return o, nil
}

// parseDelimiter reads a character that no number contains.
func parseDelimiter(s string) (byte, error) {
	switch s {
	case "tab", `\t`:
		return '\t', nil
	case "space":
		return ' ', nil
	}
	if len(s) == 1 && (s == "\t" || s >= " " && s <= "~") && !strings.ContainsAny(s, `"#+-.`) && !unicode.IsLetter(rune(s[0])) && !unicode.IsDigit(rune(s[0])) {
		return s[0], nil
	}
	return 0, exit.Usagef("--delimiter %q: want one character that is not part of numbers, tab or space", s)
}

// arrays opens a file and lists its arrays. The caller closes the input when
// it is done with them.
func (e *env) arrays(ctx context.Context, c *cli.Context, name string) (*formats.File, *files.Input, error) {
	o, err := openOptions(c)
	if err != nil {
		return nil, nil, err
	}
	in, err := e.Open(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	file, err := in.Arrays(ctx, o)
	if err != nil {
		in.Close()
		return nil, nil, err
	}
	return file, in, nil
}

// array opens a file and chooses the array that --array names, or its only one.
func (e *env) array(ctx context.Context, c *cli.Context, name string) (formats.Source, *files.Input, error) {
	file, in, err := e.arrays(ctx, c, name)
	if err != nil {
		return formats.Source{}, nil, err
	}
	src, err := file.Array(c.String("array"))
	if err != nil {
		in.Close()
		return formats.Source{}, nil, arrayError(in.Name, err, "--array")
	}
	e.note(in, src)
	return src, in, nil
}

// arrayError marks the failure to find an array in the file called name.
func arrayError(name string, err error, flag string) error {
	if errors.Is(err, formats.ErrArray) {
		return exit.Usagef("%s: %w; use %s", name, err, flag)
	}
	return exit.InputError(name, err)
}

// note says how an array was read where that was not plain.
func (e *env) note(in *files.Input, src formats.Source) {
	if src.Note != "" {
		e.sayf("%s: %s", in.Name, src.Note)
	}
}

// number reads a finite floating-point flag; ok is false when it was not given.
func number(c *cli.Context, flag string) (v float64, ok bool, err error) {
	if !c.IsSet(flag) {
		return 0, false, nil
	}
	s := strings.TrimSpace(c.String(flag))
	v, err = strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, false, exit.Usagef("--%s %s: want a finite number", flag, s)
	}
	return v, true, nil
}

// nonNegative reads a flag like number, and refuses values below zero.
func nonNegative(c *cli.Context, flag string) (v float64, ok bool, err error) {
	v, ok, err = number(c, flag)
	if err == nil && v < 0 {
		return 0, false, exit.Usagef("--%s %v: want 0 or more", flag, c.String(flag))
	}
	return v, ok, err
}

// duration reads a time above 0; one that is not given, and has no default, is 0.
func duration(c *cli.Context, flag string) (time.Duration, error) {
	s := strings.TrimSpace(c.String(flag))
	if s == "" && !c.IsSet(flag) {
		return 0, nil
	}
	d, err := time.ParseDuration(s)
	if _, plain := strconv.ParseFloat(s, 64); plain == nil {
		return 0, exit.Usagef("--%s %s has no unit: want %[2]ss, %[2]sm or %[2]sh", flag, s)
	}
	if err != nil || d <= 0 {
		return 0, exit.Usagef("--%s %s: want a time above 0, such as 5s, 2m30s or 1h", flag, s)
	}
	return d, nil
}

// threads reads --threads.
func threads(c *cli.Context) (int, error) {
	n := c.Int("threads")
	if n < 0 {
		return 0, exit.Usagef("--threads %d: want 0 (all processors) or more", n)
	}
	return n, nil
}
