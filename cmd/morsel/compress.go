package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/cmd/morsel/internal/console"
	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/cmd/morsel/internal/files"
	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats"
	"github.com/morselcodec/morsel/pipeline"
)

func (e *env) compressCommand() *cli.Command {
	flags := append(outputFlags("archive `FILE` to write; \"-\" is stdout (default: INPUT.mrsl, stdout for stdin)"), boundFlagList()...)
	flags = append(flags,
		textFlag("bound", "\"none\": store only a model's latents, with no bound on the error (`KIND`)"),
		keepFlag(),
		&cli.StringFlag{Name: "model", Aliases: []string{"m"}, Value: "auto", Usage: "`MODEL`: none, a model file, or auto: of the models in --models the one with the smallest archive"},
		modelsFlag(),
		boolFlag("inline-model", "store the model in the archive, if it was used"),
	)
	for level := 1; level <= 9; level++ {
		flag := boolFlag(strconv.Itoa(level), levelUsage(level))
		flag.Hidden = flag.Usage == ""
		flags = append(flags, flag)
	}
	flags = append(flags,
		textFlag("chunk", "`SHAPE` of the independently decodable chunks: 64,64,64"),
		fillFlag(),
		threadsFlag(),
	)
	flags = append(flags, inputFlags()...)
	return &cli.Command{
		Name:      "compress",
		Usage:     "compress an array within an error bound",
		UsageText: "morsel compress [flags] INPUT",
		Description: `Writes INPUT.mrsl. Every finite value of the decompressed array is within the
bound of the original. Give at most one of --abs, --rel, --pwrel, --psnr,
--lossless and --bound none.
With --pwrel, which --keep does not go with, each value is within E times its own
magnitude: small values stay as accurate as large ones. For --psnr the input is
encoded with several bounds, three or four as a rule, to find the widest that will do.

With --keep, the decompressed array also has exactly the original's
  extrema  strict local minima and maxima, among all neighbours
  signs    signs of the differences along each axis, ties included
  order    signs of the differences to all neighbours (rank 1 to 3), which
           implies the other two

NaN, infinities and --fill values come back bit for bit, no other value becomes one
of them, and the range that --rel and --psnr go by is that of all others. What looks
like missing data and was not declared is a warning, or an error where it makes the
bound a thousandfold wider; --fill auto declares it, --fill none says that it is data.

Shape and type come from the file's header, from --shape and --dtype, or from a
name such as u_25x125x125.f64.

With -m auto the input is encoded once with each model whose window fits, and
once more with the best; with one model or none it is encoded once.

Examples:
   morsel compress field.npy                              # --rel 1e-3
   morsel compress --abs 0.01 -9 u_25x125x125.f64 -o u.mrsl
   morsel compress --keep signs,extrema field.npy
   morsel compress --shape 512,512 --dtype f32 dump.bin
   morsel compress --force --models models/ --rel 1e-2 field.npy  # anew, with a model where it pays
   producer | morsel compress --format npy - > field.mrsl

In Go: codec.Encode, codec.NewWriter for streams, pipeline.EncodeSmallest for models.`,
		Flags:        append(flags, jsonFlag()),
		OnUsageError: usageError,
		Action:       e.compress,
	}
}

// levelUsage describes the effort levels that help texts show.
func levelUsage(level int) string {
	switch level {
	case 1:
		return "fastest; -1 to -9 choose the effort"
	case codec.DefaultLevel:
		return "the default effort"
	case 9:
		return "smallest"
	}
	return ""
}

// compressResult is what compress --json prints.
type compressResult struct {
	Input  string `json:"input"`
	Output string `json:"output"`
	codec.Stats
}

func (e *env) compress(c *cli.Context) error {
	start := time.Now()
	args, err := arguments(c, "INPUT")
	if err != nil {
		return err
	}
	opts, err := encodeOptions(c)
	if err != nil {
		return err
	}
	if _, err := openOptions(c); err != nil {
		return err // a mistake goes before what the files say
	}
	models, noModel, err := e.candidates(c)
	if err != nil {
		return err
	}
	to := destinationFlag(c, archiveName(args[0]))
	e.Reads(args[0])
	if err := e.CheckOutput(to, c.Bool("json")); err != nil {
		return err
	}
	src, in, err := e.array(c.Context, c, args[0])
	if err != nil {
		return err
	}
	defer in.Close()

	declared, err := fills(c, src.DType)
	if err != nil {
		return err
	}
	opts.Fills = slices.Concat(declared, src.Fills)

	bar := e.progress("compressing")
	defer bar.End()
	if opts, err = codec.Prepare(c.Context, pipeline.WithContext(c.Context, src), opts); err != nil {
		return encodeError(in, err)
	}
	opts.Progress = bar.Update
	out, err := e.Create(to)
	if err != nil {
		return err
	}
	defer out.Discard()
	stats, err := pipeline.EncodeSmallest(c.Context, out, src, models, opts)
	if err != nil {
		return encodeError(in, err)
	}
	if err := in.Unchanged(); err != nil {
		return err
	}
	if len(models) == 0 {
		stats.ModelNote = noModel
	}
	if err := out.Commit(); err != nil {
		return err
	}
	bar.End()
	e.tellFills(in.Name, declared, src.Fills, stats)
	stats.Seconds = time.Since(start).Seconds()
	if c.Bool("json") {
		return e.printJSON(compressResult{in.Name, to.Name, stats})
	}
	return console.Table(e.summary(to.Name), compressRows(src.Header, to.Name, stats)...)
}

// archiveName is the default name of the archive of an input.
func archiveName(input string) string {
	if input == "-" {
		return "-"
	}
	return input + ".mrsl"
}

// encodeError says what to do about values that only lossless mode can keep, or
// that look like missing data.
func encodeError(in *files.Input, err error) error {
	return in.Explain(encodeAdvice(in, err))
}

func encodeAdvice(in *files.Input, err error) error {
	if errors.Is(err, formats.ErrInexact) {
		return exit.Usagef("%s: %w", in.Name, err)
	}
	if f, ok := errors.AsType[*codec.FillError](err); ok {
		return exit.Usagef("%s: %s", in.Name, undeclaredText(f.Suspects))
	}
	return fmt.Errorf("%s: %w", in.Name, err)
}

func compressRows(h formats.Header, output string, s codec.Stats) [][2]string {
	rows := [][2]string{
		{files.Display(output), fmt.Sprintf("%s to %s, ratio %.4g, %.4g bits/value", console.Bytes(s.InputBytes), console.Bytes(s.ArchiveBytes), s.Ratio, s.BitsPerValue)},
		{"array", fmt.Sprintf("%v %s", h.DType, formats.FormatShape(h.Shape))},
		{"error", errorText(s)},
		{"keep", keepText(s.Keep)},
		{"model", usedModelText(s)},
		{"bytes", sectionsText(s.Sections)},
		{"time", console.Speed(s.InputBytes, s.Seconds)},
	}
	if s.FillDeclared {
		rows = slices.Insert(rows, 3, [2]string{"fill", fillText(s.Fill, true)})
	}
	return rows
}

func errorText(s codec.Stats) string {
	switch {
	case s.BoundPwRel != nil:
		return fmt.Sprintf("at most %.6g of a value; the bound is %.6g", *s.MaxPwRelError, *s.BoundPwRel)
	case s.BoundAbs == nil:
		return fmt.Sprintf("at most %.6g; no bound was asked for", s.MaxAbsError)
	case *s.BoundAbs == 0:
		return "none: lossless"
	}
	text := fmt.Sprintf("at most %.6g; the bound is %.6g", s.MaxAbsError, *s.BoundAbs)
	if s.PSNR != nil {
		text += fmt.Sprintf("; PSNR %.2f dB", *s.PSNR)
	}
	return text
}

func keepText(names []string) string {
	if len(names) == 0 {
		return "the bound alone"
	}
	return strings.Join(names, ", ")
}

func modelText(id *string) string {
	if id == nil {
		return "none"
	}
	return *id
}

func usedModelText(s codec.Stats) string {
	if s.Model == nil {
		return "none used: " + s.ModelNote
	}
	return *s.Model + ", " + s.ModelNote
}

func sectionsText(s codec.Sections) string {
	return fmt.Sprintf("%d latents, %d residual, %d keep, %d mask, %d overhead", s.Latents, s.Residual, s.Keep, s.Mask, s.Overhead)
}

// encodeOptions reads the flags of the encoder.
func encodeOptions(c *cli.Context) (*codec.Options, error) {
	var o codec.Options
	var err error
	if o.Bound, err = boundFlags(c); err != nil {
		return nil, err
	}
	if c.IsSet("keep") {
		if o.Keep, err = codec.ParseKeep(c.String("keep")); err != nil {
			return nil, exit.FlagError("--keep", err)
		}
		if o.Bound.None {
			return nil, exit.Usagef("--keep needs an error bound; --bound none stores only a model's latents")
		}
		if o.Bound.PointwiseRel != 0 {
			return nil, exit.Usagef("--keep needs one bound for all values, which --pwrel is not; use --abs, --rel, --psnr or --lossless")
		}
	}
	if o.FillPolicy, err = fillPolicy(c); err != nil {
		return nil, err
	}
	if o.Workers, err = threads(c); err != nil {
		return nil, err
	}
	for level := 1; level <= 9; level++ {
		if !c.Bool(strconv.Itoa(level)) {
			continue
		}
		if o.Level != 0 {
			return nil, exit.Usagef("-%d and -%d contradict each other; give one effort level", o.Level, level)
		}
		o.Level = level
	}
	if s := c.String("chunk"); s != "" {
		if o.Chunk, err = formats.ParseShape(s); err != nil {
			return nil, exit.FlagError("--chunk", err)
		}
	}
	o.InlineModel = c.Bool("inline-model")
	return &o, nil
}

// boundFlags reads the bound; a bound of 0 is lossless.
func boundFlags(c *cli.Context) (codec.Bound, error) {
	var b codec.Bound
	var given []string
	for _, f := range []struct {
		name string
		make func(float64) codec.Bound
	}{{"abs", codec.AbsBound}, {"rel", codec.RelBound}, {"pwrel", codec.PointwiseRelBound}, {"psnr", codec.PSNRBound}} {
		v, ok, err := nonNegative(c, f.name)
		if err != nil {
			return b, err
		}
		if !ok {
			continue
		}
		given = append(given, "--"+f.name)
		switch {
		case f.name == "pwrel" && v >= 1:
			return b, exit.Usagef("--pwrel %s: want a number below 1", c.String(f.name))
		case f.name == "psnr" && v == 0:
			return b, exit.Usagef("--psnr 0: want decibels above 0")
		}
		b = f.make(v)
	}
	if c.Bool("lossless") {
		given = append(given, "--lossless")
		b.Lossless = true
	}
	if c.IsSet("bound") {
		if s := c.String("bound"); s != "none" {
			return b, exit.Usagef("--bound %s: only \"none\" is known; use --abs, --rel, --pwrel, --psnr or --lossless", s)
		}
		given = append(given, "--bound none")
		b.None = true
	}
	if len(given) > 1 {
		return b, exit.Usagef("%s contradict each other; give one bound", strings.Join(given, " and "))
	}
	return b, nil
}
