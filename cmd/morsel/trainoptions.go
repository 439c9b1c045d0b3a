package main

import (
	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/formats"
)

// trainOptions reads the flags of the training.
func trainOptions(c *cli.Context) (*autoencoder.TrainOptions, error) {
	o := &autoencoder.TrainOptions{
		Preset: c.String("preset"),
		Steps:  c.Int("steps"),
		Batch:  c.Int("batch"),
		Seed:   c.Uint64("seed"),

		Patience: c.Int("patience"),
	}
	switch {
	case c.IsSet("patience") && o.Patience < 1:
		return nil, exit.Usagef("--patience %d: want 1 or more", o.Patience)
	case c.IsSet("steps") && c.IsSet("time"):
		return nil, exit.Usagef("--steps and --time contradict each other; give one")
	case c.IsSet("steps") && o.Steps < 1:
		return nil, exit.Usagef("--steps %d: want 1 or more", o.Steps)
	case c.IsSet("batch") && o.Batch < 1:
		return nil, exit.Usagef("--batch %d: want 1 or more", o.Batch)
	case c.IsSet("balance") && c.IsSet("dsl"):
		return nil, exit.Usagef("--balance sets the weight of the directional sign loss; leave out --dsl")
	}
	if err := lossFlags(c, o); err != nil {
		return nil, err
	}
	var err error
	if name := c.String("schedule"); name != "" {
		s, err := autoencoder.ParseSchedule(name)
		if err != nil {
			return nil, exit.FlagError("--schedule", err)
		}
		o.Schedule = &s
	}
	if o.Time, err = duration(c, "time"); err != nil {
		return nil, err
	}
	if c.IsSet("lr") {
		if o.Rate, err = positive(c, "lr"); err != nil {
			return nil, err
		}
	}
	if s := c.String("window"); s != "" {
		if o.Window, err = formats.ParseShape(s); err != nil {
			return nil, exit.FlagError("--window", err)
		}
	}
	for d := formats.Float32; d.Valid(); d++ {
		if list, err := fills(c, d); err == nil { // elsewhere yieldArrays complains
			o.Fills = append(o.Fills, list...)
		}
	}
	if o.FillPolicy, err = fillPolicy(c); err != nil {
		return nil, err
	}
	o.Workers, err = threads(c)
	return o, err
}

// lossFlags reads what the losses weigh.
func lossFlags(c *cli.Context, o *autoencoder.TrainOptions) (err error) {
	if o.MSE, err = weight(c, "mse", 1); err != nil {
		return err
	}
	if o.DSL, err = weight(c, "dsl", 0.1); err != nil {
		return err
	}
	if o.MSE == 0 && o.DSL == 0 {
		return exit.Usagef("--mse 0 --dsl 0: nothing is left to train on")
	}
	if c.String("sharpness") != "auto" {
		if o.Sharpness, err = positive(c, "sharpness"); err != nil {
			return err
		}
	}
	switch {
	case c.String("balance") == "auto":
		o.Balance = 1
	case c.IsSet("balance"):
		o.Balance, err = positive(c, "balance")
	}
	return err
}

func weight(c *cli.Context, flag string, missing float64) (float64, error) {
	v, ok, err := nonNegative(c, flag)
	if !ok {
		v = missing
	}
	return v, err
}

// positive reads a flag that was given.
func positive(c *cli.Context, flag string) (float64, error) {
	v, _, err := number(c, flag)
	if err == nil && v <= 0 {
		return 0, exit.Usagef("--%s %s: want more than 0", flag, c.String(flag))
	}
	return v, err
}
