package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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

func (e *env) decompressCommand() *cli.Command {
	flags := append(
		outputFlags("array `FILE` to write; \"-\" is stdout (default: ARCHIVE without .mrsl, named by its format; stdout for stdin)"),
		textFlag("to", "output `FORMAT`: npy, npz, raw, arrow, arrows, csv, png, pgm (default: by the output's extension, else npy)"),
		&cli.StringFlag{Name: "arrow-layout", Value: "tensor", Usage: "`LAYOUT` of Arrow output: tensor, list or column"},
		textFlag("region", "decode only `LO:HI,...`, as NumPy slices: 3 drops its axis, -1 is the last, missing axes are whole"),
	)
	flags = append(append(flags, decodeModelFlags()...), maxMemoryFlag())
	return &cli.Command{
		Name:      "decompress",
		Usage:     "decompress an archive",
		UsageText: "morsel decompress [flags] ARCHIVE",
		Description: `Without -o, x.npy.mrsl and x_64x64.f32.mrsl give x.npy and x_64x64.npy, or the
extension that --to asks for; such a name replaces a file only with --force.
Raw output is little-endian.

An archive that needs a model finds it by its SHA-256: in -m FILE, or among the
files of --models DIR.

Examples:
   morsel decompress field.npy.mrsl -o back.npy
   morsel decompress --region 0:10,5:20 field.npy.mrsl -o part.npy   # all of further axes
   morsel decompress --region -1 field.npy.mrsl -o last.npy          # one axis less
   morsel decompress --to raw u.mrsl -o - | consumer
   morsel decompress --models models/ u.mrsl

In Go: codec.Decode, codec.NewReader for streams, codec.Open and Archive.Region.`,
		Flags:        append(flags, threadsFlag(), jsonFlag()),
		OnUsageError: usageError,
		Action:       e.decompress,
	}
}

// decompressResult is what decompress --json prints.
type decompressResult struct {
	Input        string  `json:"input"`
	Output       string  `json:"output"`
	Format       string  `json:"format"`
	DType        string  `json:"dtype"`
	Shape        []int   `json:"shape"`
	ArchiveBytes int64   `json:"archive_bytes"`
	OutputBytes  int64   `json:"output_bytes"` // values × element size
	Seconds      float64 `json:"seconds"`
}

func (e *env) decompress(c *cli.Context) error {
	start := time.Now()
	args, err := arguments(c, "ARCHIVE")
	if err != nil {
		return err
	}
	opts, err := e.decodeOptions(c)
	if err != nil {
		return err
	}
	wopts, err := writeOptions(c)
	if err != nil {
		return err
	}
	target, err := decompressTarget(c, args[0])
	if err != nil {
		return err
	}
	e.Reads(args[0])
	if err := e.CheckOutput(target.Destination, c.Bool("json")); err != nil {
		return err
	}
	in, err := e.Open(c.Context, args[0])
	if err != nil {
		return err
	}
	defer in.Close()
	if err := in.WantArchive(); err != nil {
		return err
	}

	bar := e.progress("decompressing")
	defer bar.End()
	opts.Progress = bar.Update
	src, err := decoded(c.Context, in, c.String("region"), opts)
	if err != nil {
		return fmt.Errorf("%s: %w", in.Name, err)
	}
	if err := target.resolve(src.DType); err != nil {
		return err
	}
	if c.IsSet("arrow-layout") && target.format != formats.Arrow && target.format != formats.ArrowStream {
		return exit.Usagef("--arrow-layout is for Arrow output, and %s is %v", files.Display(target.Name), target.format)
	}
	err = e.writeArray(c.Context, target.Destination, target.format, src, wopts)
	if err != nil {
		return fmt.Errorf("%s: %w", in.Name, err)
	}
	bar.End()
	n, _ := src.Check() // writing has checked it
	return e.printDecompressed(c, decompressResult{
		Input:        in.Name,
		Output:       target.Name,
		Format:       target.format.String(),
		DType:        src.DType.String(),
		Shape:        src.Shape,
		ArchiveBytes: in.Size,
		OutputBytes:  n * int64(src.DType.Size()),
		Seconds:      time.Since(start).Seconds(),
	})
}

func (e *env) printDecompressed(c *cli.Context, r decompressResult) error {
	if c.Bool("json") {
		return e.printJSON(r)
	}
	return console.Table(e.summary(r.Output),
		[2]string{files.Display(r.Output), fmt.Sprintf("%s %s %s", r.Format, r.DType, formats.FormatShape(r.Shape))},
		[2]string{"time", console.Speed(r.OutputBytes, r.Seconds)})
}

// decoded opens an archive, or a region of it.
func decoded(ctx context.Context, in *files.Input, region string, o *codec.DecodeOptions) (formats.Source, error) {
	if region == "" {
		return pipeline.Decode(ctx, in.Section(), o)
	}
	a, err := codec.Open(ctx, in, in.Size, o)
	if err != nil {
		return formats.Source{}, err
	}
	part, err := parseRegion(region, a.Header().Shape)
	if err != nil {
		return formats.Source{}, err
	}
	src, err := a.Region(ctx, part.lo, part.hi)
	src.Shape = part.shape // the same values, row by row
	return src, err
}

// target is where decompress writes, and as what.
type target struct {
	files.Destination // without a name until the format is known
	format            formats.Format
	bare              string // the name without extension, when it is left to us
}

// decompressTarget reads -o and --to.
func decompressTarget(c *cli.Context, archive string) (*target, error) {
	to := destinationFlag(c, "")
	t := &target{Destination: to}
	if s := c.String("to"); s != "" {
		f, err := formats.ParseFormat(s)
		if err != nil || f == formats.IDX {
			return nil, exit.Usagef("--to %s: want npy, npz, raw, arrow, arrows, csv, png or pgm", s)
		}
		t.format = f
	}
	switch {
	case t.Name == "" && archive == "-":
		t.Name = "-"
	case t.Name == "":
		t.bare = bareName(archive)
	}
	if t.format != 0 {
		return t, nil
	}
	t.format = formats.NPY
	if t.Name != "" && t.Name != "-" && t.Name != os.DevNull {
		var err error
		if t.format, err = formatOf(t.Name); err != nil {
			return nil, exit.Usagef("%w, or --to", err)
		}
	}
	return t, nil
}

// bareName is the archive's name without .mrsl and without the extension of
// the array file it came from.
func bareName(archive string) string {
	bare := strings.TrimSuffix(archive, ".mrsl")
	if formats.DetectFormat(bare) != 0 {
		bare = strings.TrimSuffix(bare, ".gz")
		bare = strings.TrimSuffix(bare, filepath.Ext(bare))
	}
	return bare
}

// resolve completes the target once the element type is known.
func (t *target) resolve(d formats.DType) error {
	if t.Name != "" {
		ext := strings.TrimPrefix(filepath.Ext(t.Name), ".")
		if named, err := formats.ParseDType(ext); err == nil && t.format == formats.Raw && named != d {
			return exit.Usagef("output %s: the extension says %s, but the values are %v; name it .%v", t.Name, ext, d, d)
		}
		return nil
	}
	ext := t.format.String()
	if t.format == formats.Raw {
		ext = d.String()
	}
	t.Name = t.bare + "." + ext
	return nil
}

// formatOf returns the format that an output's extension stands for.
func formatOf(name string) (formats.Format, error) {
	f := formats.DetectFormat(name)
	text := f == formats.CSV && !strings.EqualFold(filepath.Ext(name), ".csv") // tabs would be expected in some
	if f == 0 || f == formats.IDX || text || strings.EqualFold(filepath.Ext(name), ".gz") {
		return 0, exit.Usagef("output %s: the extension names no format that can be written; use .npy, .npz, .f32 or the like, .arrow, .arrows, .csv, .png or .pgm", name)
	}
	return f, nil
}

// writeArray writes one array to a new file.
func (e *env) writeArray(ctx context.Context, to files.Destination, f formats.Format, src formats.Source, o *formats.WriteOptions) error {
	if says := formats.ShapeInName(to.Name); f == formats.Raw && says != nil && !slices.Equal(says, src.Shape) {
		e.warnf("output %s: the name says %s, but the array is %s", to.Name, formats.FormatShape(says), formats.FormatShape(src.Shape))
	}
	out, err := e.Create(to)
	if err != nil {
		return err
	}
	defer out.Discard()
	err = formats.Write(out, f, []formats.Source{pipeline.WithContext(ctx, src)}, o)
	if errors.Is(err, formats.ErrUnsupported) {
		return exit.Usagef("output %s: %w; choose another format", files.Display(to.Name), err)
	}
	if err != nil {
		return err
	}
	return out.Commit()
}

func writeOptions(c *cli.Context) (*formats.WriteOptions, error) {
	layout, err := formats.ParseArrowLayout(c.String("arrow-layout"))
	if err != nil {
		return nil, exit.FlagError("--arrow-layout", err)
	}
	return &formats.WriteOptions{ArrowLayout: layout}, nil
}
