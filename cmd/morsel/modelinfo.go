package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/cmd/morsel/internal/console"
	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/cmd/morsel/internal/files"
	"github.com/morselcodec/morsel/formats"
)

func (e *env) modelInfo(c *cli.Context, in *files.Input) error {
	m, err := autoencoder.Read(in.Section())
	if err != nil {
		return exit.InputError(in.Name, err)
	}
	info := m.Info()
	if c.Bool("json") {
		return e.printJSON(struct {
			Kind string `json:"kind"`
			autoencoder.Info
		}{"model", info})
	}
	t := info.Training
	rows := [][2]string{
		{"model", fmt.Sprintf("%s, %s", in.Name, console.Bytes(int64(info.Bytes)))},
		{"id", info.ID},
		{"window", fmt.Sprintf("%s values to %d latents", formats.FormatShape(info.Window), info.LatentLen)},
		{"encoder", layersText(info.Spec.Encoder)},
		{"decoder", layersText(info.Spec.Decoder)},
		{"parameters", fmt.Sprintf("%d; %.0f multiplications a value to encode, %.0f to decode", info.Parameters, info.EncodeMACs, info.DecodeMACs)},
		{"trained", fmt.Sprintf("%d steps of %d windows, best at %d, seed %d, preset %q", t.Steps, t.Batch, t.BestStep, t.Seed, t.Preset)},
		{"loss", fmt.Sprintf("%g MSE + %g DSL (sharpness %g)", t.Loss.MSE, t.Loss.DSL, t.Loss.Sharpness)},
		{"data", dataText(&t.Data)},
	}
	if v := t.Validation; v != nil {
		rows = append(rows, [2]string{"validation", validationText(v)})
	}
	return console.Table(e.Stdout, rows...)
}

// dataText says what a model was trained on.
func dataText(d *autoencoder.DataRecord) string {
	text := fmt.Sprintf("%s, %d values from %g to %g, %d held out", console.Count(d.Arrays, "array"), d.Values, d.Min, d.Max, d.HeldOut)
	if d.Missing > 0 {
		text += fmt.Sprintf("; %.4g %% of all could be used", 100*d.Usable())
	}
	return text
}

func validationText(v *autoencoder.Validation) string {
	return fmt.Sprintf("loss %.4g, MSE %.4g (normalised), %.3g %% of the signs lost", v.Loss, v.MSE, 100*v.DSL)
}

// layersText writes a chain of layers: "flatten, dense 256, gelu, dense 32".
func layersText(layers []autoencoder.Layer) string {
	words := make([]string, len(layers))
	for i, l := range layers {
		words[i] = l.Kind
		if l.Out > 0 {
			words[i] += fmt.Sprintf(" %d", l.Out)
		}
		for _, shape := range [][]int{l.Kernel, l.Factor, l.Shape} {
			if len(shape) > 0 {
				words[i] += " " + formats.FormatShape(shape)
			}
		}
		if strided := slices.ContainsFunc(l.Stride, func(n int) bool { return n > 1 }); strided {
			words[i] += " stride " + formats.FormatShape(l.Stride)
		}
	}
	return strings.Join(words, ", ")
}
