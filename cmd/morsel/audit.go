package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/cmd/morsel/internal/files"
	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats"
	"github.com/morselcodec/morsel/pipeline"
	"github.com/morselcodec/morsel/topo/audit"
	"github.com/morselcodec/morsel/topo/report"
)

func (e *env) auditCommand() *cli.Command {
	flags := []cli.Flag{
		textFlag("html", "write a report with pictures to `FILE`"),
		textFlag("max-abs", "fail if a value is off by more than `E`"),
		textFlag("max-pwrel", "fail if a value is off by more than `E` times itself"),
		textFlag("max-sign-mismatches", "fail if more than `N` finite differences change their sign"),
		textFlag("max-bottleneck", "fail if a bottleneck distance exceeds `X`"),
		textFlag("max-extrema-errors", "fail if more than `N` extrema are false or missed"),
		textFlag("other-array", "`NAME` of the array in OTHER (default: as --array)"),
		fillsFlag("`VALUE` that stands for missing data in ORIGINAL, or none; repeatable (default: what an archive declares)"),
	}
	flags = append(flags, decodeModelFlags()...)
	flags = append(flags, threadsFlag())
	flags = append(flags, inputFlags()...)
	return &cli.Command{
		Name:      "audit",
		Usage:     "say how much of a field survived: errors, extrema, persistence",
		UsageText: "morsel audit [flags] ORIGINAL OTHER",
		Description: `Compares two arrays of one shape. OTHER is an array file or an archive. A failed
gate (--max-...) is named and exits with status 3; one whose figure is infinite
or not defined fails. JSON has "inf", "-inf" and null for such figures.

Examples:
   morsel audit field.npy back.npy
   morsel audit field.npy field.npy.mrsl --html report.html
   morsel audit --json --max-abs 0.01 --max-extrema-errors 0 field.npy field.npy.mrsl

In Go: audit.Compare and Report.Check.`,
		Flags:        append(flags, jsonFlag()),
		OnUsageError: usageError,
		Action:       e.audit,
	}
}

func (e *env) audit(c *cli.Context) error {
	args, err := arguments(c, "ORIGINAL", "OTHER")
	if err != nil {
		return err
	}
	if args[0] == "-" && args[1] == "-" {
		return exit.Usagef("ORIGINAL and OTHER cannot both be stdin")
	}
	e.Reads(args...)
	html := files.Destination{Name: standard(c.String("html"), 1), Replace: true}
	if err := e.CheckOutput(html, c.Bool("json")); err != nil {
		return err
	}
	gates, err := gateFlags(c)
	if err != nil {
		return err
	}
	opts := &audit.Options{}
	if opts.Workers, err = threads(c); err != nil {
		return err
	}
	original, in, err := e.array(c.Context, c, args[0])
	if err != nil {
		return err
	}
	defer in.Close()
	start := time.Now()
	other, err := e.other(c, args[1])
	if err != nil {
		return err
	}
	defer other.input.Close()
	if opts.Fills, err = other.fills(c, original.DType); err != nil {
		return err
	}
	found, err := pipeline.Compare(c.Context, original, other.array, opts)
	if err := errors.Join(in.Unchanged(), other.input.Unchanged()); err != nil {
		return err
	}
	if err != nil {
		return fmt.Errorf("%s and %s: %w", in.Name, other.input.Name, err)
	}
	if html.Name != "" {
		if err := e.WriteFile(html, func(w io.Writer) error { return report.WriteHTML(w, found) }); err != nil {
			return err
		}
	}
	if c.Bool("json") {
		err = e.printAuditJSON(found, other.info, time.Since(start).Seconds())
	} else if html.Name != "-" {
		err = found.WriteText(e.Stdout)
	}
	return errors.Join(err, failedGates(found, gates))
}

// other is what an original is compared with.
type other struct {
	input *files.Input
	array formats.Source
	info  *codec.Info // of an archive
}

func (e *env) other(c *cli.Context, name string) (*other, error) {
	in, err := e.Open(c.Context, name)
	if err != nil {
		return nil, err
	}
	o := &other{input: in}
	switch archive := in.Kind() == files.KindArchive; {
	case archive && c.IsSet("other-array"):
		err = exit.Usagef("--other-array names an array of several, and %s is an archive of one", in.Name)
	case archive:
		err = o.openArchive(e, c)
	default:
		err = o.openArray(c)
	}
	if err != nil {
		in.Close()
		return nil, err
	}
	return o, nil
}

func (o *other) openArchive(e *env, c *cli.Context) error {
	opts, err := e.decodeOptions(c)
	if err != nil {
		return err
	}
	a, err := codec.Open(c.Context, o.input, o.input.Size, opts)
	if err != nil {
		return exit.InputError(o.input.Name, err)
	}
	info, err := a.Info(c.Context)
	if err != nil {
		return exit.InputError(o.input.Name, err)
	}
	o.info = &info
	if o.array, err = pipeline.Decode(c.Context, o.input.Section(), opts); err != nil {
		return fmt.Errorf("%s: %w", o.input.Name, err)
	}
	return nil
}

// fills returns the fill values of an original of type d: those of --fill, or
// else those that the archive declares.
func (o *other) fills(c *cli.Context, d formats.DType) ([]formats.Element, error) {
	policy, err := fillPolicy(c)
	switch {
	case err != nil:
		return nil, err
	case policy == codec.FillAuto:
		return nil, exit.Usagef("--fill auto is for compress and train; audit takes the values that an archive declares, or that --fill names")
	case c.IsSet("fill") || o.info == nil:
		return fills(c, d)
	}
	var list []formats.Element
	for _, e := range o.info.Fill {
		// The original may be of another type, which has no such value.
		if own, err := formats.ParseElement(d, e.String()); err == nil {
			list = append(list, own)
		}
	}
	return list, nil
}

// openArray takes the flags of the original to describe the other, too, where
// a raw file says nothing of itself.
func (o *other) openArray(c *cli.Context) error {
	opts, err := openOptions(c)
	if err != nil {
		return err
	}
	if f := formats.DetectFormat(o.input.Name); f != 0 && f != formats.Raw {
		opts.Format, opts.DType, opts.BigEndian = 0, 0, false
	}
	if f := formats.DetectFormat(o.input.Name); f != formats.Arrow && f != formats.ArrowStream {
		opts.Null, opts.Stack = "", false
	}
	opts.Offset, opts.Skip, opts.Delimiter = 0, 0, 0
	file, err := o.input.Arrays(c.Context, opts)
	if err != nil {
		return err
	}
	name := c.String("array")
	if c.IsSet("other-array") {
		name = c.String("other-array")
	} else if len(file.Arrays) == 1 {
		name = ""
	}
	if o.array, err = file.Array(name); err != nil {
		return arrayError(o.input.Name, err, "--other-array")
	}
	return nil
}

// gateFlags reads the --max flags.
func gateFlags(c *cli.Context) (audit.Gates, error) {
	var g audit.Gates
	for _, f := range []struct {
		name string
		into **float64
	}{{"max-abs", &g.MaxAbs}, {"max-pwrel", &g.MaxPointwise}, {"max-bottleneck", &g.MaxBottleneck}} {
		v, ok, err := nonNegative(c, f.name)
		if err != nil {
			return g, err
		}
		if ok {
			*f.into = &v
		}
	}
	for _, f := range []struct {
		name string
		into **int64
	}{{"max-sign-mismatches", &g.MaxSignMismatches}, {"max-extrema-errors", &g.MaxExtremaErrors}} {
		if !c.IsSet(f.name) {
			continue
		}
		n, err := strconv.ParseInt(c.String(f.name), 10, 64)
		if err != nil || n < 0 {
			return g, exit.Usagef("--%s %s: want a whole number, 0 or more", f.name, c.String(f.name))
		}
		*f.into = &n
	}
	return g, nil
}

func failedGates(r *audit.Report, g audit.Gates) error {
	failed := r.Check(g)
	if len(failed) == 0 {
		return nil
	}
	words := make([]string, len(failed))
	for i, err := range failed {
		words[i] = err.Error()
	}
	return exit.Gatef("gate failed: %s", strings.Join(words, "; "))
}

// printAuditJSON prints the report; for an archive it adds what compress
// prints, as far as the archive tells.
func (e *env) printAuditJSON(r *audit.Report, info *codec.Info, seconds float64) error {
	merged := map[string]json.RawMessage{}
	parts := []any{r}
	if info != nil {
		parts = []any{archiveFields(info, seconds), r}
	}
	for _, part := range parts {
		b, err := json.Marshal(part)
		if err != nil {
			return fmt.Errorf("cannot print JSON: %w", err)
		}
		if err := json.Unmarshal(b, &merged); err != nil {
			return fmt.Errorf("cannot print JSON: %w", err)
		}
	}
	return e.printJSON(merged)
}

func archiveFields(i *codec.Info, seconds float64) codec.Stats {
	s := codec.Stats{
		InputBytes:   i.InputBytes,
		ArchiveBytes: i.ArchiveBytes,
		Ratio:        i.Ratio,
		BitsPerValue: i.BitsPerValue,
		BoundAbs:     i.BoundAbs,
		DType:        i.DType,
		Shape:        i.Shape,
		Fill:         i.Fill,
		FillDeclared: i.FillDeclared,
		MaxAbsError:  math.MaxFloat64, // the report's own takes its place
		Keep:         i.Keep,
		Predictor:    i.Predictor,
		Model:        i.Model,
		Sections:     i.Sections,
		Seconds:      seconds,
		ModelTried:   []codec.ModelTrial{}, // an archive does not tell
	}
	if i.Bound == "pwrel" {
		s.BoundPwRel = &i.BoundValue
	}
	return s
}
