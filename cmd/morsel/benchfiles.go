package main

import (
	"errors"
	"path/filepath"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/cmd/morsel/internal/files"
	"github.com/morselcodec/morsel/cmd/morsel/internal/measure"
	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats"
	"github.com/morselcodec/morsel/pipeline"
)

// benchFiles measures each of the files that the command line names.
func (e *env) benchFiles(c *cli.Context, budget time.Duration) error {
	opts, err := encodeOptions(c)
	if err != nil {
		return err
	}
	if opts.Workers == 0 {
		opts.Workers = 1
	}
	levels, err := levelList(c.String("levels"))
	if err != nil {
		return err
	}
	var results []*measure.Result
	names, err := expand(c.Args().Slice())
	if err != nil {
		return err
	}
	for _, name := range names {
		b, err := e.benchFile(c, name, opts, levels, budget)
		if err != nil {
			return err
		}
		results = append(results, b)
		if !c.Bool("json") {
			if err := b.Print(e.Stdout); err != nil {
				return err
			}
		}
	}
	if c.Bool("json") {
		return e.printJSON(struct {
			Files []*measure.Result `json:"files"`
		}{results})
	}
	return nil
}

func (e *env) benchFile(c *cli.Context, name string, opts *codec.Options, levels []int, budget time.Duration) (*measure.Result, error) {
	src, in, err := e.array(c.Context, c, name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	declared, err := fills(c, src.DType)
	if err != nil {
		return nil, err
	}
	opts.Fills = slices.Concat(declared, src.Fills)
	run := measure.Array[float32]
	if src.DType.NeedsFloat64() {
		run = measure.Array[float64]
	}
	b := &measure.Result{
		Input: in.Name, DType: src.DType.String(), Shape: src.Shape, Bound: measure.BoundText(opts.Bound), Threads: opts.Workers,
		Chunks: []measure.Chunk{}, Peers: []measure.Peer{}, Missing: []string{}, // not null in JSON
	}
	bar := e.progress(in.Name)
	defer bar.End()
	eps, err := run(c.Context, b, src, *opts, levels, budget, bar)
	if errors.Is(err, formats.ErrInexact) { // whatever the bound
		return nil, exit.Usagef("%s: %w, as which bench holds values; try morsel compress --lossless", in.Name, err)
	}
	if err != nil {
		return nil, encodeError(in, err)
	}
	switch {
	case c.Bool("no-peers"):
	case opts.Bound.Lossless || opts.Bound.PointwiseRel != 0 || opts.Bound.PSNR != 0 || eps == 0:
		b.Missing = append(b.Missing, "other compressors are compared at --abs and --rel")
	default:
		bar.Describe("other compressors")
		if err := e.benchPeers(c, b, src, eps, budget); err != nil {
			return nil, in.Explain(err)
		}
	}
	return b, in.Unchanged()
}

// benchPeers runs other compressors on src at the absolute bound eps.
func (e *env) benchPeers(c *cli.Context, b *measure.Result, src formats.Source, eps float64, budget time.Duration) error {
	python := b.Python(c.String("python"))
	if python == "" {
		return nil
	}
	dir, remove, err := e.TempDir()
	if err != nil {
		return err
	}
	defer remove()
	file := filepath.Join(dir, "array.npy")
	if err := e.writeArray(c.Context, files.Destination{Name: file}, formats.NPY, pipeline.WithContext(c.Context, src), nil); err != nil {
		return err
	}
	values, err := src.Check()
	if err != nil {
		return err
	}
	return b.MeasurePeers(c.Context, python, file, values, eps, budget)
}
