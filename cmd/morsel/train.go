package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/cmd/morsel/internal/console"
	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/cmd/morsel/internal/files"
	"github.com/morselcodec/morsel/formats"
)

func (e *env) trainCommand() *cli.Command {
	flags := []cli.Flag{
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Value: defaultModel, Usage: "model `FILE` to write"},
		forceFlag(),
		&cli.StringFlag{Name: "preset", Value: "auto", Usage: "architecture `NAME`, see below"},
		textFlag("window", "`SHAPE` of one example, slowest dimension first (default: the preset's)"),
		&cli.StringFlag{Name: "mse", Value: "1", Usage: "`WEIGHT` of the mean squared error"},
		&cli.StringFlag{Name: "dsl", Value: "0.1", Usage: "`WEIGHT` of the directional sign loss"},
		&cli.StringFlag{Name: "sharpness", Value: "auto", Usage: "`S` of the directional sign loss, per standard deviation of the data, or auto"},
		textFlag("balance", "set the weight of the directional sign loss so that its gradient is `R` times that of the squared error; auto is 1"),
		intFlag("steps", "`N` optimisation steps", "the preset's"),
		textFlag("time", "train for this `LONG` instead, such as 30s or 5m; not reproducible"),
		intFlag("batch", "`N` windows per step", "the preset's"),
		textFlag("lr", "learning `RATE` of Adam (default: the preset's)"),
		textFlag("schedule", "`HOW` the rate changes: cosine, constant, plateau or restarts (default: the preset's)"),
		intFlag("patience", "stop after `N` evaluations, of which there are fifty, without a lower loss", "never"),
		&cli.Uint64Flag{Name: "seed", Usage: "seed `N` of weights and windows"},
		textFlag("resume", "continue from the checkpoint `FILE` of an interrupted training, with the same data and flags"),
		fillFlag(),
		threadsFlag(),
	}
	flags = append(flags, inputFlags()...)
	return &cli.Command{
		Name:      "train",
		Usage:     "train a model on arrays of one kind",
		UsageText: "morsel train [flags] INPUT...",
		Description: `Trains an autoencoder on random windows of the inputs: files, or glob patterns
in quotes. All arrays of a file are used unless --array names one. A tenth of
the data is held out to measure the loss, and the best model is kept.

The same seed, steps and data give the same model on the same kind of processor, byte
by byte, for any number of threads. While training,
OUT.checkpoint, a minute old at most, holds what --resume needs; Ctrl-C saves it and
the best model so far.

Presets:
` + presetList() + `
Examples:
   morsel train -o waves.mrsm 'runs/*.npy'
   morsel train --dsl 0 --steps 5000 run1.npy run2.npy     # squared error only
   morsel train --preset dense --window 64 --time 5m series.csv
   morsel train --resume waves.mrsm.checkpoint -o waves.mrsm 'runs/*.npy'

In Go: autoencoder.Train.`,
		Flags:        append(flags, jsonFlag()),
		OnUsageError: usageError,
		Action:       e.train,
	}
}

func presetList() string {
	var b strings.Builder
	for _, p := range autoencoder.Presets() {
		fmt.Fprintf(&b, "   %-26s %s\n", p.Name, p.About)
	}
	return b.String()
}

// trainResult is what train --json prints.
type trainResult struct {
	Output      string           `json:"output"`
	Interrupted bool             `json:"interrupted"`
	Seconds     float64          `json:"seconds"`
	Usable      float64          `json:"usable"` // share of the values, 0 to 1
	Curve       []curvePoint     `json:"curve"`
	Model       autoencoder.Info `json:"model"`
}

// curvePoint is one evaluation of a training.
type curvePoint struct {
	Step       int     `json:"step"`
	Loss       float64 `json:"loss"`
	Validation float64 `json:"validation"`
}

func (e *env) train(c *cli.Context) error {
	start := time.Now()
	if c.NArg() == 0 {
		return exit.Usagef("INPUT is missing%s", hint(c.Command))
	}
	opts, err := trainOptions(c)
	if err != nil {
		return err
	}
	names, err := expand(c.Args().Slice())
	if err != nil {
		return err
	}
	e.Reads(names...)
	if name := c.String("resume"); name != "" {
		f, err := e.openCheckpoint(c.Context, name)
		if err != nil {
			return err
		}
		defer f.Close()
		opts.Resume = bufio.NewReaderSize(f, files.HeadBytes)
	}
	to, checkpoint, err := e.trainOutputs(c)
	if err != nil {
		return err
	}
	if r, ok := opts.Resume.(*bufio.Reader); ok {
		head, _ := r.Peek(files.HeadBytes) // an error comes again
		if err := files.WantKind(c.String("resume"), head, "a checkpoint of a training"); err != nil {
			return err
		}
	}
	opts.Checkpoint = func(w io.WriterTo) error {
		err := e.WriteFile(checkpoint, func(out io.Writer) error { _, err := w.WriteTo(out); return err })
		if err == nil {
			checkpoint.Replace = true // it is this run's now
		}
		return err
	}
	watch := e.watchTraining("training")
	opts.Progress = watch.update

	found := &trainData{env: e}
	opts.Suspect, opts.Loaded = found.suspect, found.loaded
	set := e.trainSet(c, names)
	defer set.Close()
	model, err := autoencoder.Train(c.Context, set.all(), opts)
	watch.end()
	if model == nil {
		if errors.Is(err, autoencoder.ErrModel) { // only a checkpoint has been read
			err = exit.InputError(c.String("resume"), err)
		}
		return fillRefused(err)
	}
	if e := e.WriteFile(to, model.Write); e != nil {
		return errors.Join(err, e)
	}
	if err != nil {
		e.warnf("training ended early; the best model so far is %s; go on with --resume %s -o %[1]s", to.Name, checkpoint.Name)
	} else if rm := os.Remove(checkpoint.Name); rm != nil && !errors.Is(rm, os.ErrNotExist) {
		return fmt.Errorf("cannot remove the checkpoint: %w", rm)
	}
	info := model.Info()
	result := trainResult{to.Name, err != nil, time.Since(start).Seconds(), info.Training.Data.Usable(), watch.curve, info}
	return errors.Join(e.printTraining(c, result), err)
}

// defaultModel is the name of a model that has none.
const defaultModel = "model.mrsm"

// trainOutputs returns where the model and its checkpoints go, both checked.
func (e *env) trainOutputs(c *cli.Context) (model, checkpoint files.Destination, err error) {
	model = destinationFlag(c, defaultModel)
	if model.Name == "-" {
		return model, checkpoint, exit.Usagef("a model cannot go to stdout; use -o FILE")
	}
	checkpoint = files.Destination{Name: model.Name + ".checkpoint", Replace: c.Bool("force"), Succeeds: true}
	if info, err := os.Stat(checkpoint.Name); err == nil {
		checkpoint.Replace = checkpoint.Replace || e.IsResumed(info)
	}
	if err = e.CheckOutput(model, c.Bool("json")); err != nil {
		return model, checkpoint, err
	}
	if _, err := os.Lstat(checkpoint.Name); err == nil && !checkpoint.Replace {
		return model, checkpoint, fmt.Errorf("%s exists, of an interrupted training: go on from it with --resume %[1]s, or --force to replace it", checkpoint.Name)
	}
	return model, checkpoint, e.CheckOutput(checkpoint, c.Bool("json"))
}

// openCheckpoint opens the file that --resume names.
func (e *env) openCheckpoint(ctx context.Context, name string) (*os.File, error) {
	f, err := files.OpenFile(ctx, name)
	if err != nil {
		return nil, exit.InputError(name, err)
	}
	if info, err := f.Stat(); err == nil {
		e.Resumes(name, info)
	}
	return f, nil
}

func (e *env) printTraining(c *cli.Context, r trainResult) error {
	if c.Bool("json") {
		return e.printJSON(r)
	}
	t := r.Model.Training
	rows := [][2]string{
		{r.Output, fmt.Sprintf("window %s, %d latents, %d parameters, %s", formats.FormatShape(r.Model.Window), r.Model.LatentLen, r.Model.Parameters, console.Bytes(int64(r.Model.Bytes)))},
		{"id", r.Model.ID},
		{"steps", fmt.Sprintf("%d, best at %d", t.Steps, t.BestStep)},
	}
	rows = append(rows, [2]string{"data", dataText(&t.Data)})
	if v := t.Validation; v != nil {
		rows = append(rows, [2]string{"validation", validationText(v)})
	}
	if len(r.Curve) > 1 {
		rows = append(rows, [2]string{"curve", curveText(r.Curve)})
	}
	rows = append(rows, [2]string{"time", fmt.Sprintf("%.1f s", r.Seconds)})
	return console.Table(e.Stdout, rows...)
}
