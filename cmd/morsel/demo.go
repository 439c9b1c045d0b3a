package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/cmd/morsel/internal/files"
	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats"
	"github.com/morselcodec/morsel/internal/synth"
)

func (e *env) demoCommand() *cli.Command {
	return &cli.Command{
		Name:      "demo",
		Usage:     "the whole story on generated data: train, compress, decompress, audit",
		UsageText: "morsel demo [flags]",
		Description: `Simulates waves between walls; trains one model on squared error and directional
sign loss, one as long on squared error alone, and one not at all; compares the
three on waves that none has seen; compresses one such wave with and without the
model, and audits what comes back. Half a minute on two cores.

DIR then holds the field, the model, the archives, the reconstruction, and the
audit as audit.json and audit.html.

Examples:
   morsel demo
   morsel demo -o /tmp/demo --json`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Value: "demo", Usage: "`DIR` to fill"},
			boolFlag("force", "replace files of DIR"),
			&cli.Uint64Flag{Name: "seed", Usage: "seed `N` of the waves and the models"},
			threadsFlag(),
			jsonFlag(),
		},
		OnUsageError: usageError,
		Action:       e.demo,
	}
}

// How much the demo does: enough to learn something, little enough to wait for.
const (
	demoExamples = 240
	demoHeldOut  = 8 // not among demoExamples
	demoSteps    = 4000
	demoBatch    = 32
	demoRate     = 5e-3
	demoDSL      = 0.1
	demoRel      = 1e-3
)

// demonstration is one run of the demo.
type demonstration struct {
	*env
	dir      string
	replace  bool // files that are there
	seed     uint64
	workers  int
	examples int // to train on
	heldOut  int
	steps    int       // of each training
	text     io.Writer // what a reader sees; discarded with --json
	result   demoResult
}

// demoResult is what demo --json prints.
type demoResult struct {
	Directory string        `json:"directory"`
	Models    []demoModel   `json:"models"`
	Archives  []demoArchive `json:"archives"`
	Seconds   float64       `json:"seconds"`
}

// demoModel is how well a model reconstructs the held-out examples from its
// latents alone.
type demoModel struct {
	Name                 string  `json:"name"`
	Steps                int     `json:"steps"`
	Seconds              float64 `json:"seconds"` // of training
	MSE                  float64 `json:"mse"`
	PSNR                 float64 `json:"psnr_db"`
	SignMismatchFraction float64 `json:"sign_mismatch_fraction"`
	FalseExtrema         int64   `json:"false_extrema"`
	MissedExtrema        int64   `json:"missed_extrema"`
	BitsPerValue         float64 `json:"bits_per_value"`
}

// demoArchive is one way to compress the held-out field.
type demoArchive struct {
	Name string `json:"name"`
	codec.Stats
}

func (e *env) demo(c *cli.Context) error {
	start := time.Now()
	if _, err := arguments(c); err != nil {
		return err
	}
	workers, err := threads(c)
	if err != nil {
		return err
	}
	dir := c.String("output")
	if dir == "-" {
		return exit.Usagef("the demo leaves several files; give a directory with -o DIR")
	}
	d := &demonstration{
		env: e, dir: dir, replace: c.Bool("force"), seed: c.Uint64("seed"), workers: workers, text: e.Stdout,
		examples: demoExamples, heldOut: demoHeldOut, steps: demoSteps,
	}
	for _, name := range demoFiles {
		if err := e.CheckOutput(d.file(name), c.Bool("json")); err != nil {
			return err
		}
	}
	d.result.Directory = dir
	if c.Bool("json") {
		d.text = io.Discard
	}
	if err := d.run(c.Context); err != nil {
		return err
	}
	d.result.Seconds = time.Since(start).Seconds()
	if c.Bool("json") {
		return e.printJSON(d.result)
	}
	d.printf("\n%.0f s. Look at %s, or repeat it step by step:\n", d.result.Seconds, formats.Printable(d.path("audit.html")))
	d.printf("   morsel info %s\n   morsel audit -m %[1]s %s %s\n", formats.Printable(d.path("model.mrsm")), formats.Printable(d.path("field.npy")), formats.Printable(d.path("field.mrsl")))
	return nil
}

// demoFiles are what the demo leaves.
var demoFiles = []string{
	"audit.html", "audit.json", "field-latents.mrsl", "field-nomodel.mrsl", "field.mrsl", "field.npy", "model.mrsm", "reconstruction.npy",
}

func (d *demonstration) path(name string) string { return filepath.Join(d.dir, name) }

// file is one of demoFiles. That -o names the directory does not name it.
func (d *demonstration) file(name string) files.Destination {
	return files.Destination{Name: d.path(name), Replace: d.replace}
}

// printf tells the reader something; what cannot be told does not stop the demo.
func (d *demonstration) printf(format string, args ...any) { fmt.Fprintf(d.text, format, args...) }

func (d *demonstration) run(ctx context.Context) error {
	train, held, err := d.waves(ctx)
	if err != nil {
		return err
	}
	models, err := d.train(ctx, train)
	if err != nil {
		return err
	}
	if err := d.compareModels(ctx, models, held); err != nil {
		return err
	}
	return d.compressField(ctx, held[0], models[0].model)
}

// waves simulates the examples, training first, and stores the field that the
// demo compresses.
func (d *demonstration) waves(ctx context.Context) (train, held []*formats.Array[float32], err error) {
	bar := d.progress("simulating")
	defer bar.End()
	all, err := synth.Generate(ctx, "shallow-water", &synth.Options{
		Seed:     d.seed,
		Count:    d.examples + d.heldOut,
		Progress: func(done, total int) { bar.Update(int64(done), int64(total)) },
	})
	if err != nil {
		return nil, nil, err
	}
	shape := all.Shape[1:]
	size := len(all.Data) / all.Shape[0]
	examples := make([]*formats.Array[float32], all.Shape[0])
	for i := range examples {
		examples[i] = &formats.Array[float32]{Name: fmt.Sprintf("wave %d", i), Shape: shape, Data: all.Data[i*size:][:size]}
	}
	train, held = examples[:d.examples], examples[d.examples:]
	d.printf("waves      %d to train on, %d held out; each %s in time, y and x\n", len(train), len(held), formats.FormatShape(shape))
	return train, held, d.WriteFile(d.file("field.npy"), func(w io.Writer) error {
		return formats.Write(w, formats.NPY, []formats.Source{formats.FromArray(held[0])}, nil)
	})
}

// trained is a model with what the demo says of it.
type trained struct {
	model *autoencoder.Model
	about demoModel
}

// train makes the three models; the first is the one to keep.
func (d *demonstration) train(ctx context.Context, examples []*formats.Array[float32]) ([]trained, error) {
	set := func(yield func(formats.Source, error) bool) {
		for _, a := range examples {
			if !yield(formats.FromArray(a), nil) {
				return
			}
		}
	}
	base := autoencoder.TrainOptions{
		MSE: 1, Steps: d.steps, Batch: demoBatch, Rate: demoRate, Seed: d.seed, Workers: d.workers,
	}
	var models []trained
	for _, kind := range []struct {
		name string
		dsl  float64
		init bool
	}{{"MSE + DSL", demoDSL, false}, {"MSE only", 0, false}, {"untrained", demoDSL, true}} {
		o := base
		o.DSL, o.InitOnly = kind.dsl, kind.init
		watch := d.watchTraining("training " + kind.name)
		o.Progress = watch.update
		start := time.Now()
		m, err := autoencoder.Train(ctx, set, &o)
		watch.end()
		if err != nil {
			return nil, err
		}
		about := demoModel{Name: kind.name, Steps: m.Info().Training.Steps, Seconds: time.Since(start).Seconds()}
		models = append(models, trained{m, about})
		if !kind.init {
			d.printf("trained    %s: %d steps in %.1f s  %s\n", about.Name, about.Steps, about.Seconds, curveText(watch.curve))
		}
	}
	return models, d.WriteFile(d.file("model.mrsm"), models[0].model.Write)
}

// printModels shows the models side by side.
func (d *demonstration) printModels() error {
	d.printf("\nHeld-out waves, reconstructed from a model's latents alone:\n")
	t := tabwriter.NewWriter(d.text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "model\tMSE\tPSNR\tsigns lost (exact DSL)\tfalse extrema\tmissed\tbits/value\t")
	for _, m := range d.result.Models {
		fmt.Fprintf(t, "%s\t%.3g\t%.2f dB\t%.2f %%\t%d\t%d\t%.4f\t\n", m.Name, m.MSE, m.PSNR, 100*m.SignMismatchFraction, m.FalseExtrema, m.MissedExtrema, m.BitsPerValue)
	}
	return t.Flush()
}
