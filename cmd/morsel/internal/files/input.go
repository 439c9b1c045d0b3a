package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/morselcodec/morsel/cmd/morsel/internal/console"
	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/formats"
)

// Input is a file that can be read at any place and any number of times.
type Input struct {
	scratch
	Name string // as the user knows it
	Size int64
	info fs.FileInfo // when it was opened; nil of a copy
}

// Open opens the named file. Stdin ("-"), and whatever else cannot be read
// twice, is spooled to a temporary file first.
func (set *Set) Open(ctx context.Context, name string) (*Input, error) {
	set.Reads(name)
	if err := set.stdoutUnread(); err != nil {
		return nil, err
	}
	if name == "-" {
		return set.spool(ctx, "stdin", set.Stdin)
	}
	f, err := OpenFile(ctx, name)
	if errors.Is(err, fs.ErrNotExist) && IsPattern(name) {
		return nil, patternError(name)
	}
	if err != nil {
		return nil, exit.InputError(name, err)
	}
	info, err := f.Stat()
	switch {
	case err != nil:
		f.Close()
		return nil, exit.InputError(name, err)
	case info.IsDir():
		f.Close()
		return nil, exit.InputError(name, formats.Folder(os.DirFS(name), name))
	case !info.Mode().IsRegular():
		defer f.Close()
		return set.spool(ctx, name, f)
	}
	return &Input{scratch{File: f, set: set}, name, info.Size(), info}, nil
}

// IsPattern reports whether a name that is no file may stand for several.
func IsPattern(name string) bool { return strings.ContainsAny(name, "*?[") }

// ManyInputs says what to do with several files where a command takes one.
const ManyInputs = "train and bench take many files, others one at a time: for f in *.npy; do morsel compress \"$f\"; done"

// patternError says what to do with a pattern where one file is wanted.
func patternError(name string) error {
	matches, err := filepath.Glob(name)
	if err != nil || len(matches) == 0 {
		return exit.Inputf("no file matches %s", name)
	}
	return exit.Usagef("%s is a pattern, of %s; %s", name, console.Count(len(matches), "file"), ManyInputs)
}

// OpenFile opens a file for reading. It returns as soon as ctx is done, even
// while a pipe without a writer is being opened.
func OpenFile(ctx context.Context, name string) (*os.File, error) {
	if info, err := os.Stat(name); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return os.Open(name)
	}
	type result struct {
		f   *os.File
		err error
	}
	opened := make(chan result, 1)
	go func() {
		f, err := os.Open(name)
		opened <- result{f, err}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-opened:
		return r.f, r.err
	}
}

// ReadAt marks failures as those of an input, and an early end as what it is.
func (in *Input) ReadAt(p []byte, off int64) (int, error) {
	n, err := in.File.ReadAt(p, off)
	switch {
	case err == io.EOF && off+int64(n) < in.Size:
		err = formats.ErrChanged
	case err != nil && err != io.EOF:
		err = exit.InputError(in.Name, err)
	}
	return n, err
}

// Arrays opens the input as an array file. Some formats are read through for that,
// which ends soon after ctx is done.
func (in *Input) Arrays(ctx context.Context, o *formats.OpenOptions) (*formats.File, error) {
	file, err := formats.Open(interruptible{in, ctx}, in.Size, in.Name, o)
	if err != nil {
		return nil, in.Explain(exit.InputError(in.Name, err))
	}
	return file, nil
}

// Explain returns why an input could not be used: err, or that it was written to
// meanwhile, which explains any error.
func (in *Input) Explain(err error) error {
	if changed := in.Unchanged(); changed != nil && !errors.Is(err, context.Canceled) {
		return changed
	}
	return err
}

// interruptible fails once ctx is done.
type interruptible struct {
	io.ReaderAt
	ctx context.Context
}

func (r interruptible) ReadAt(p []byte, off int64) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.ReaderAt.ReadAt(p, off)
}

// Unchanged reports an error if the file was written to since it was opened.
func (in *Input) Unchanged() error {
	if in.info == nil {
		return nil
	}
	now, err := in.Stat()
	if err != nil {
		return exit.InputError(in.Name, err)
	}
	if now.Size() != in.info.Size() || !now.ModTime().Equal(in.info.ModTime()) {
		return exit.InputError(in.Name, formats.ErrChanged)
	}
	return nil
}

// IsCopy reports whether the input is a copy of what cannot be read twice.
func (in *Input) IsCopy() bool { return in.info == nil }

// Section is the whole input as an archive.
func (in *Input) Section() *io.SectionReader { return io.NewSectionReader(in, 0, in.Size) }

// spool copies r to a temporary file. It returns as soon as ctx is done, even
// while a read is waiting for data.
func (set *Set) spool(ctx context.Context, name string, r io.Reader) (*Input, error) {
	s, err := set.scratch()
	if err != nil {
		return nil, err
	}
	type result struct {
		size int64
		err  error
	}
	copied := make(chan result, 1)
	source := &readErrors{r: r}
	go func() {
		n, err := io.Copy(struct{ io.Writer }{s.File}, source)
		copied <- result{n, err}
	}()
	select {
	case <-ctx.Done():
		s.Close()
		return nil, ctx.Err()
	case done := <-copied:
		if done.err == nil {
			return &Input{*s, name, done.size, nil}, nil
		}
		s.Close()
		if source.err != nil {
			return nil, exit.InputError(name, source.err)
		}
		return nil, fmt.Errorf("cannot keep %s in a temporary file: %w", name, done.err)
	}
}

// readErrors remembers the error of r, to tell it from one of the writer.
type readErrors struct {
	r   io.Reader
	err error
}

func (r *readErrors) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

// scratch is a temporary file that Close removes.
type scratch struct {
	*os.File
	set  *Set
	temp string // "" when the file has no name any more
}

func (set *Set) scratch() (*scratch, error) {
	f, err := os.CreateTemp("", "morsel-*.tmp")
	if err != nil {
		return nil, fmt.Errorf("cannot make a temporary file: %w", err)
	}
	s := &scratch{File: f, set: set}
	if os.Remove(f.Name()) != nil { // an open file keeps its name on Windows
		s.temp = f.Name()
		set.temps.add(s.temp)
	}
	return s, nil
}

// Close closes and removes the file. What was read or will not be read again
// cannot be lost, so there is nothing to report.
func (s *scratch) Close() {
	_ = s.File.Close()
	if s.temp != "" {
		_ = os.Remove(s.temp)
		s.set.temps.forget(s.temp)
	}
}
