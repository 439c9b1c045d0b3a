package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"math"
	"text/tabwriter"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/cmd/morsel/internal/console"
	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats"
	"github.com/morselcodec/morsel/pipeline"
	"github.com/morselcodec/morsel/topo/audit"
	"github.com/morselcodec/morsel/topo/report"
)

// compareModels reconstructs the held-out examples with every model. Latents
// go through archives without a bound, as they would in use.
func (d *demonstration) compareModels(ctx context.Context, models []trained, held []*formats.Array[float32]) error {
	for _, m := range models {
		job := pipeline.Then(
			pipeline.Compress{Options: codec.Options{Bound: codec.Bound{None: true}, Model: m.model}}.Run,
			pipeline.Audit{Options: audit.Options{NoPersistence: true}, Decode: codec.DecodeOptions{Models: only(m.model)}}.Run,
		)
		about := m.about
		var squares, values, mismatches, comparisons float64
		var bits int64
		lo, hi := math.Inf(1), math.Inf(-1)
		for it, err := range pipeline.Map(ctx, items(held), job, &pipeline.MapOptions{Workers: d.workers}) {
			if err != nil {
				return err
			}
			r := it.Report
			squares += float64(r.RMSE) * float64(r.RMSE) * float64(r.Values)
			values += float64(r.Values)
			lo, hi = min(lo, r.Min.Hi), max(hi, r.Max.Hi)
			mismatches += float64(r.SignMismatches)
			comparisons += float64(r.SignComparisons)
			about.FalseExtrema += r.Extrema.FalseMinima + r.Extrema.FalseMaxima
			about.MissedExtrema += r.Extrema.MissedMinima + r.Extrema.MissedMaxima
			bits += 8 * it.Stats.ArchiveBytes
		}
		about.MSE = squares / values
		about.PSNR = 20 * math.Log10((hi-lo)/math.Sqrt(about.MSE))
		about.SignMismatchFraction = mismatches / comparisons
		about.BitsPerValue = float64(bits) / values
		d.result.Models = append(d.result.Models, about)
	}
	return d.printModels()
}

func items(arrays []*formats.Array[float32]) iter.Seq2[*pipeline.Item, error] {
	return func(yield func(*pipeline.Item, error) bool) {
		for _, a := range arrays {
			if !yield(&pipeline.Item{Name: a.Name, Array: formats.FromArray(a)}, nil) {
				return
			}
		}
	}
}

// only finds one model.
func only(m *autoencoder.Model) func([32]byte) (*autoencoder.Model, error) {
	return func(id [32]byte) (*autoencoder.Model, error) {
		if m.ID() != id {
			return nil, fmt.Errorf("%w: %x", codec.ErrModelNotFound, id)
		}
		return m, nil
	}
}

// compressField compresses a field in three ways, decompresses the bounded
// archive, and audits what comes back.
func (d *demonstration) compressField(ctx context.Context, field *formats.Array[float32], m *autoencoder.Model) error {
	for _, way := range []struct {
		name, file string
		options    codec.Options
	}{
		{fmt.Sprintf("rel %g, no model", demoRel), "field-nomodel.mrsl", codec.Options{Bound: codec.Bound{Rel: demoRel}}},
		{fmt.Sprintf("rel %g, with the model", demoRel), "field.mrsl", codec.Options{Bound: codec.Bound{Rel: demoRel}, Model: m}},
		{"no bound, latents only", "field-latents.mrsl", codec.Options{Bound: codec.Bound{None: true}, Model: m}},
	} {
		way.options.Workers = d.workers
		err := d.WriteFile(d.file(way.file), func(w io.Writer) error {
			stats, err := pipeline.Encode(ctx, w, formats.FromArray(field), &way.options)
			d.result.Archives = append(d.result.Archives, demoArchive{way.name, stats})
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := d.printArchives(); err != nil {
		return err
	}
	return d.verify(ctx, m)
}

func (d *demonstration) printArchives() error {
	d.printf("\nOne held-out wave, compressed:\n")
	t := tabwriter.NewWriter(d.text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "archive\tbytes\tratio\tbits/value\tlargest error\tbound\tmodel used\t")
	for _, a := range d.result.Archives {
		bound, used := "none", "no"
		if a.BoundAbs != nil {
			bound = fmt.Sprintf("%.4g", *a.BoundAbs)
		}
		if a.Model != nil {
			used = "yes"
		}
		fmt.Fprintf(t, "%s\t%d\t%.1f\t%.3f\t%.4g\t%s\t%s\t\n", a.Name, a.ArchiveBytes, a.Ratio, a.BitsPerValue, a.MaxAbsError, bound, used)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	d.printf("A bounded archive uses a model only where that makes it smaller.\n")
	return nil
}

// verify reads the files back, as a user would, and compares.
func (d *demonstration) verify(ctx context.Context, m *autoencoder.Model) error {
	archive, err := d.Open(ctx, d.path("field.mrsl"))
	if err != nil {
		return err
	}
	defer archive.Close()
	decoded, err := pipeline.Decode(ctx, archive.Section(), &codec.DecodeOptions{Models: only(m), Workers: d.workers})
	if err != nil {
		return err
	}
	if err := d.writeArray(ctx, d.file("reconstruction.npy"), formats.NPY, decoded, nil); err != nil {
		return err
	}
	var arrays []formats.Source
	for _, name := range []string{"field.npy", "reconstruction.npy"} {
		in, err := d.Open(ctx, d.path(name))
		if err != nil {
			return err
		}
		defer in.Close()
		file, err := formats.Open(in, in.Size, in.Name, nil)
		if err != nil {
			return err
		}
		arrays = append(arrays, file.Arrays[0])
	}
	found, err := pipeline.Compare(ctx, arrays[0], arrays[1], &audit.Options{Workers: d.workers})
	if err != nil {
		return err
	}
	if err := d.writeReport(found); err != nil {
		return err
	}
	d.printf("\nThe audit of field.npy against reconstruction.npy:\n")
	if err := found.WriteText(d.text); err != nil {
		return err
	}
	bound := *d.result.Archives[1].BoundAbs
	if failed := found.Check(audit.Gates{MaxAbs: &bound}); len(failed) > 0 {
		return exit.Gatef("the bound does not hold: %w", failed[0])
	}
	d.printf("\nverified   every value is within %.4g of the original\n", bound)
	return nil
}

func (d *demonstration) writeReport(r *audit.Report) error {
	if err := d.WriteFile(d.file("audit.html"), func(w io.Writer) error { return report.WriteHTML(w, r) }); err != nil {
		return err
	}
	return d.WriteFile(d.file("audit.json"), func(w io.Writer) error { return console.WriteJSON(w, r) })
}
