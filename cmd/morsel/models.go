package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/cmd/morsel/internal/files"
	"github.com/morselcodec/morsel/codec"
)

func modelsFlag() cli.Flag {
	return &cli.StringFlag{Name: "models", EnvVars: []string{"MORSEL_MODELS"}, Usage: "`DIR` of model files (*.mrsm)"}
}

// readModel reads a model file. A missing one is a model not found.
func (e *env) readModel(name string) (*autoencoder.Model, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, exit.Modelf("model not found: %w", err)
	} else if err != nil {
		return nil, exit.InputError(name, err)
	}
	defer f.Close()
	e.Reads(name)
	r := bufio.NewReaderSize(f, files.HeadBytes)
	head, _ := r.Peek(files.HeadBytes) // an error comes again
	if err := files.WantKind(name, head, "a morsel model"); err != nil {
		return nil, err
	}
	m, err := autoencoder.Read(r)
	if err != nil {
		return nil, exit.InputError(name, err)
	}
	return m, nil
}

// modelFiles lists the model files of the directory that --models names, in
// alphabetical order.
func modelFiles(c *cli.Context) ([]string, error) {
	dir := c.String("models")
	if dir == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, exit.Modelf("cannot list models (--models or MORSEL_MODELS): %w", err)
	}
	var names []string
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) == ".mrsm" && !entry.IsDir() {
			names = append(names, filepath.Join(dir, entry.Name()))
		}
	}
	return names, nil
}

// candidates returns the models that a compression may use: those of --models
// for auto, the one file given, or none, and why there are none. A damaged file
// among many is passed over with a warning.
func (e *env) candidates(c *cli.Context) (models []*autoencoder.Model, none string, err error) {
	switch name := c.String("model"); name {
	case "none":
		return nil, "none was asked for", nil
	case "auto":
		if c.String("models") == "" {
			return nil, "none was given (-m FILE or --models DIR)", nil
		}
		models, err := e.modelsInDir(c)
		return models, fmt.Sprintf("%s holds none", c.String("models")), err
	default:
		m, err := e.readModel(name)
		if err != nil {
			return nil, "", err
		}
		return []*autoencoder.Model{m}, "", nil
	}
}

func (e *env) modelsInDir(c *cli.Context) ([]*autoencoder.Model, error) {
	names, err := modelFiles(c)
	if err != nil {
		return nil, err
	}
	var models []*autoencoder.Model
	for _, name := range names {
		m, err := e.readModel(name)
		if err != nil {
			e.warnf("passing over a model: %v", err)
			continue
		}
		models = append(models, m)
	}
	return models, nil
}

// findModel returns the lookup of models for decoding: the file of --model, or
// those of --models.
func (e *env) findModel(c *cli.Context) (func(id [32]byte) (*autoencoder.Model, error), error) {
	if names, err := modelFiles(c); err == nil {
		e.Reads(names...) // whichever the archive will ask for
	}
	if name := c.String("model"); name != "" {
		m, err := e.readModel(name)
		if err != nil {
			return nil, err
		}
		return func(id [32]byte) (*autoencoder.Model, error) {
			if m.ID() != id {
				return nil, fmt.Errorf("%w: the archive needs %x, and %s is %x", codec.ErrModelNotFound, id, name, m.ID())
			}
			return m, nil
		}, nil
	}
	return func(id [32]byte) (*autoencoder.Model, error) {
		names, err := modelFiles(c)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			m, err := e.readModel(name)
			if err != nil {
				e.warnf("passing over a model: %v", err)
				continue
			}
			if m.ID() == id {
				return m, nil
			}
		}
		if c.String("models") == "" {
			return nil, fmt.Errorf("%w: the archive needs %x; give it with -m FILE, or its directory with --models", codec.ErrModelNotFound, id)
		}
		return nil, fmt.Errorf("%w: the archive needs %x, which is not among the %d models in %s", codec.ErrModelNotFound, id, len(names), c.String("models"))
	}, nil
}

// decodeOptions reads the flags that decoding an archive takes.
func (e *env) decodeOptions(c *cli.Context) (*codec.DecodeOptions, error) {
	workers, err := threads(c)
	if err != nil {
		return nil, err
	}
	models, err := e.findModel(c)
	if err != nil {
		return nil, err
	}
	memory, err := maxMemory(c)
	if err != nil {
		return nil, err
	}
	return &codec.DecodeOptions{Models: models, Workers: workers, MaxMemory: memory}, nil
}

func decodeModelFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "model", Aliases: []string{"m"}, Usage: "model `FILE` of the archive"},
		modelsFlag(),
	}
}
