package main

import (
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/cmd/morsel/internal/files"
	"github.com/morselcodec/morsel/formats"
)

// expand replaces glob patterns by the files that match, in order. A name that
// exists is no pattern.
func expand(args []string) ([]string, error) {
	var names []string
	for _, arg := range args {
		arg = standard(arg, 0)
		if arg == "-" && slices.Contains(names, arg) {
			return nil, exit.Usagef("stdin can be read once, and \"-\" stands for it twice")
		}
		if _, err := os.Lstat(arg); err == nil || arg == "-" || !files.IsPattern(arg) {
			names = append(names, arg)
			continue
		}
		matches, err := filepath.Glob(arg)
		if err != nil {
			return nil, exit.Usagef("%s: %v", arg, err)
		}
		if len(matches) == 0 {
			return nil, exit.Inputf("no file matches %s", arg)
		}
		names = append(names, matches...)
	}
	return names, nil
}

// trainSet is the arrays of the files that a training reads, named by them. It
// is gone through several times, and opens one file after another.
type trainSet struct {
	env   *env
	c     *cli.Context
	names []string
	kept  map[string]*files.Input // those that cannot be opened again, such as stdin
}

func (e *env) trainSet(c *cli.Context, names []string) *trainSet {
	return &trainSet{e, c, names, map[string]*files.Input{}}
}

// Close removes the copies of what cannot be read twice.
func (t *trainSet) Close() {
	for _, in := range t.kept {
		in.Close()
	}
}

func (t *trainSet) all() iter.Seq2[formats.Source, error] {
	return func(yield func(formats.Source, error) bool) {
		for _, name := range t.names {
			if !t.yieldArrays(name, yield) {
				return
			}
		}
	}
}

// yieldArrays passes on the arrays of a file.
func (t *trainSet) yieldArrays(name string, yield func(formats.Source, error) bool) bool {
	file, in, err := t.open(name)
	if err != nil {
		return yield(formats.Source{}, err)
	}
	if t.kept[name] == nil {
		defer in.Close()
	}
	var arrays []formats.Source
	labels := file.Labels()
	if t.c.IsSet("array") {
		var src formats.Source
		src, err = file.Array(t.c.String("array"))
		arrays, labels = []formats.Source{src}, []string{t.c.String("array")}
	} else {
		arrays, err = file.All()
	}
	if err != nil {
		return yield(formats.Source{}, arrayError(in.Name, err, "--array"))
	}
	for i, src := range arrays {
		_, err := fills(t.c, src.DType)
		if len(file.Arrays) > 1 {
			src.Name = fmt.Sprintf("%s: array %q", in.Name, labels[i])
		} else {
			src.Name = in.Name
		}
		if err != nil {
			err = fmt.Errorf("%s: %w", src.Name, err)
		}
		if !yield(src, err) {
			return false
		}
	}
	if err := in.Unchanged(); err != nil {
		return yield(formats.Source{}, err)
	}
	return true
}

// open opens a file, or the copy that was made of it before.
func (t *trainSet) open(name string) (*formats.File, *files.Input, error) {
	in := t.kept[name]
	if in == nil {
		file, in, err := t.env.arrays(t.c.Context, t.c, name)
		if err == nil && in.IsCopy() {
			t.kept[name] = in
		}
		return file, in, err
	}
	o, err := openOptions(t.c)
	if err != nil {
		return nil, nil, err
	}
	file, err := in.Arrays(t.c.Context, o)
	return file, in, err
}
