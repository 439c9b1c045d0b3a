package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/cmd/morsel/internal/console"
	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/cmd/morsel/internal/files"
	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats"
)

func (e *env) infoCommand() *cli.Command {
	return &cli.Command{
		Name:      "info",
		Usage:     "describe an archive, a model or an array file without decoding it",
		UsageText: "morsel info [flags] FILE",
		Description: `Examples:
   morsel info field.npy.mrsl     # bound, sizes, chunks, the model it needs
   morsel info model.mrsm         # architecture and training record
   morsel info arrays.npz --json  # what --array can name

In Go: codec.Open and Archive.Info, autoencoder.Read and Model.Info, formats.Open.`,
		Flags:        append(inputFlags()[1:], jsonFlag()),
		OnUsageError: usageError,
		Action:       e.info,
	}
}

func (e *env) info(c *cli.Context) error {
	args, err := arguments(c, "FILE")
	if err != nil {
		return err
	}
	in, err := e.Open(c.Context, args[0])
	if err != nil {
		return err
	}
	defer in.Close()
	kind := in.Kind()
	if kind == files.KindArray || c.IsSet("format") || c.IsSet("shape") && c.IsSet("dtype") { // the user knows what it is
		return e.arraysInfo(c, in)
	}
	for _, f := range inputFlags()[1:] {
		if name := f.Names()[0]; name != "max-memory" && c.IsSet(name) {
			return exit.Usagef("--%s is for array files, and %s is an archive or a model", name, in.Name)
		}
	}
	if kind == files.KindModel {
		return e.modelInfo(c, in)
	}
	return e.archiveInfo(c, in)
}

func (e *env) archiveInfo(c *cli.Context, in *files.Input) error {
	memory, err := maxMemory(c)
	if err != nil {
		return err
	}
	a, err := codec.Open(c.Context, in, in.Size, &codec.DecodeOptions{MaxMemory: memory})
	if err != nil {
		return exit.InputError(in.Name, err)
	}
	info, err := a.Info(c.Context)
	if err != nil {
		return exit.InputError(in.Name, err)
	}
	if c.Bool("json") {
		return e.printJSON(struct {
			Kind string `json:"kind"`
			codec.Info
		}{"archive", info})
	}
	model := modelText(info.Model)
	if info.InlineModel {
		model += " (in the archive)"
	}
	return console.Table(e.Stdout,
		[2]string{"archive", fmt.Sprintf("%s, format version %d", in.Name, info.Version)},
		[2]string{"array", strings.TrimSpace(fmt.Sprintf("%s %s %s", info.DType, formats.FormatShape(info.Shape), info.Name))},
		[2]string{"size", fmt.Sprintf("%s to %s, ratio %.4g, %.4g bits/value", console.Bytes(info.InputBytes), console.Bytes(info.ArchiveBytes), info.Ratio, info.BitsPerValue)},
		[2]string{"bound", boundText(info)},
		[2]string{"keep", keepText(info.Keep)},
		[2]string{"fill", fillText(info.Fill, info.FillDeclared)},
		[2]string{"chunks", fmt.Sprintf("%d of %s", info.Chunks, formats.FormatShape(info.Chunk))},
		[2]string{"predictor", info.Predictor},
		[2]string{"model", model},
		[2]string{"bytes", sectionsText(info.Sections)},
	)
}

func boundText(i codec.Info) string {
	switch {
	case i.Bound == "pwrel":
		return fmt.Sprintf("pwrel %g, of each value", i.BoundValue)
	case i.BoundAbs == nil:
		return "none"
	case *i.BoundAbs == 0:
		return "lossless"
	case i.Bound == "abs":
		return fmt.Sprintf("abs %g", i.BoundValue)
	}
	return fmt.Sprintf("%s %g, which is abs %g", i.Bound, i.BoundValue, *i.BoundAbs)
}

// arrayInfo describes one array of a file.
type arrayInfo struct {
	Name  string            `json:"name"`
	Array string            `json:"array"` // what --array takes
	DType string            `json:"dtype"`
	Shape []int             `json:"shape"`
	Bytes int64             `json:"bytes"`
	Fill  []formats.Element `json:"fill"` // values that stand for nulls
	Note  string            `json:"note,omitempty"`
}

// skippedInfo describes an entry of a file that is no array.
type skippedInfo struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// fileInfo is what info --json prints of an array file.
type fileInfo struct {
	Kind    string        `json:"kind"`
	Format  string        `json:"format"`
	Arrays  []arrayInfo   `json:"arrays"`
	Skipped []skippedInfo `json:"skipped"`
}

func (e *env) arraysInfo(c *cli.Context, in *files.Input) error {
	o, err := openOptions(c)
	if err != nil {
		return err
	}
	file, err := in.Arrays(c.Context, o)
	if err != nil {
		return err
	}
	info := fileInfo{"arrays", file.Format.String(), make([]arrayInfo, len(file.Arrays)), make([]skippedInfo, len(file.Skipped))}
	for i, label := range file.Labels() {
		s := file.Arrays[i]
		n, err := s.Check()
		if err != nil {
			return exit.InputError(in.Name, err)
		}
		info.Arrays[i] = arrayInfo{s.Name, label, s.DType.String(), s.Shape, n * int64(s.DType.Size()), append([]formats.Element{}, s.Fills...), s.Note}
	}
	for i, s := range file.Skipped {
		info.Skipped[i] = skippedInfo{s.Name, s.Err.Error()}
	}
	if c.Bool("json") {
		return e.printJSON(info)
	}
	return console.Table(e.Stdout, info.rows(in.Name)...)
}

func (f *fileInfo) rows(file string) [][2]string {
	var rows [][2]string
	for _, a := range f.Arrays {
		name := a.Array
		if a.Name == "" && len(f.Arrays) == 1 {
			name = file
		}
		text := fmt.Sprintf("%s %s, %s", a.DType, formats.FormatShape(a.Shape), console.Bytes(a.Bytes))
		for _, v := range a.Fill {
			text += fmt.Sprintf("; %v stands for nulls", v)
		}
		if a.Note != "" {
			text += "; " + a.Note
		}
		rows = append(rows, [2]string{name, text})
	}
	for _, s := range f.Skipped {
		rows = append(rows, [2]string{s.Name, "passed over: " + s.Reason})
	}
	return rows
}
