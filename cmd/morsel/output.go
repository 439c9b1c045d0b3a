package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// output is a file that appears under its name complete or not at all: it is
// written beside it under a temporary name, synced, and renamed by Commit.
// The name "-" is stdout, and what exists without being a regular file (a
// pipe, a device) is written to directly.
type output struct {
	io.Writer
	env    *env
	file   *os.File // nil for stdout
	temp   string   // "" once committed, or where no rename is due
	target string
}

// create opens an output. The caller must call Commit when all is written, and
// Discard in any case.
func (e *env) create(name string) (*output, error) {
	if name == "-" {
		return &output{Writer: e.stdout, env: e}, nil
	}
	target := name
	if resolved, err := filepath.EvalSymlinks(name); err == nil {
		target = resolved // replace what a link points to, not the link
	}
	mode, exists := os.FileMode(0o666), false
	if info, err := os.Stat(target); err == nil {
		switch {
		case info.IsDir():
			return nil, fmt.Errorf("cannot write %s: it is a directory", name)
		case !info.Mode().IsRegular():
			f, err := os.OpenFile(target, os.O_WRONLY, 0)
			if err != nil {
				return nil, fmt.Errorf("cannot write output: %w", err)
			}
			return &output{Writer: f, env: e, file: f}, nil
		}
		mode, exists = info.Mode().Perm(), true
	}
	temp := filepath.Join(filepath.Dir(target), fmt.Sprintf(".%s.%s.tmp", filepath.Base(target), rand.Text()[:10]))
	e.temps.add(temp) // before it exists, so that no signal falls between
	f, err := os.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		e.temps.forget(temp)
		return nil, fmt.Errorf("cannot write output: %w", err)
	}
	if exists {
		_ = f.Chmod(mode) // past the umask; without it the mode is merely stricter
	}
	return &output{Writer: f, env: e, file: f, temp: temp, target: target}, nil
}

// Commit makes the output durable under its name.
func (o *output) Commit() error {
	switch {
	case o.file == nil:
		return nil
	case o.temp == "":
		return o.file.Close()
	}
	if err := errors.Join(o.file.Sync(), o.file.Close()); err != nil {
		return fmt.Errorf("cannot write output: %w", err)
	}
	if err := os.Rename(o.temp, o.target); err != nil {
		return fmt.Errorf("cannot write output: %w", err)
	}
	o.env.temps.forget(o.temp)
	o.temp = ""
	syncDir(filepath.Dir(o.target))
	return nil
}

// Discard removes what Commit did not put in place.
func (o *output) Discard() {
	if o.temp == "" {
		return
	}
	_ = o.file.Close() // perhaps closed already
	_ = os.Remove(o.temp)
	o.env.temps.forget(o.temp)
}

// syncDir makes a rename durable, where the system can do that.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

// writeFile writes an output with the given function.
func (e *env) writeFile(name string, write func(io.Writer) error) error {
	out, err := e.create(name)
	if err != nil {
		return err
	}
	defer out.Discard()
	if err := write(out); err != nil {
		return err
	}
	return out.Commit()
}
