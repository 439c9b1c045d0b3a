package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
)

// Destination is where an output goes.
type Destination struct {
	Name     string // "-" is stdout
	Replace  bool   // a file that is there; otherwise it stops the run
	Succeeds bool   // the checkpoint that the run resumes from
}

// CheckOutput refuses, before any work, what could not be written after it or
// would spoil something: a file that the run reads, one that nobody named, the
// JSON that goes to stdout, a terminal. An empty name is one that is not known yet.
func (set *Set) CheckOutput(d Destination, json bool) error {
	switch {
	case d.Name == "":
		return nil
	case d.Name == "-" && json:
		return exit.Usagef("--json and the output cannot both go to stdout; use -o FILE")
	case d.Name == "-" && set.StdoutTerminal:
		return exit.Usagef("refusing to write binary data to a terminal; use -o FILE, or a pipe")
	}
	info, err := set.allowed(d)
	if err != nil || d.Name == "-" || info != nil && !info.Mode().IsRegular() {
		return err
	}
	out, err := set.Create(d)
	if err == nil {
		out.Discard()
	}
	return err
}

// allowed refuses a destination that the run reads, that is a directory, or
// that is there and not to be replaced. It returns what is there, or nil.
func (set *Set) allowed(d Destination) (fs.FileInfo, error) {
	if d.Name == "-" {
		return nil, set.stdoutUnread()
	}
	info, err := os.Stat(d.Name)
	if err == nil {
		if err := set.unread(d, info); err != nil {
			return nil, err
		}
	}
	_, linked := os.Lstat(d.Name) // nil for a link that leads nowhere, too
	switch {
	case err == nil && info.IsDir(), os.IsPathSeparator(d.Name[len(d.Name)-1]):
		return nil, d.cannot(errors.New("it is a directory; name a file"))
	case linked == nil && !d.Replace:
		return nil, exists(d.Name)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, d.cannot(err)
	}
	return info, nil // nil of what is not there
}

// Display is an output's name for people.
func Display(output string) string {
	if output == "-" {
		return "stdout"
	}
	return output
}

// cannot says that the output could not be written, by the name that the user
// knows instead of a temporary one.
func (d Destination) cannot(err error) error {
	if err == nil {
		return nil
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		err = link.Err
	}
	return fmt.Errorf("cannot write output %s: %w", Display(d.Name), err)
}

func exists(name string) error {
	return fmt.Errorf("%s exists and is not replaced; give another name with -o, or --force", name)
}

// followed returns the file that a name stands for, which need not exist, so
// that what a link points to is written, not the link.
func followed(name string) (string, error) {
	for range 40 {
		if !isLink(name) {
			return name, nil
		}
		to, err := os.Readlink(name)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(to) {
			dir, _ := filepath.Split(name) // not cleaned: it may hold links and ".."
			to = dir + to
		}
		name = to
	}
	return "", errors.New("too many links")
}

func isLink(name string) bool {
	info, err := os.Lstat(name)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

// makeDirs makes the directory and those above it, and returns those that were
// not there, the uppermost first.
func makeDirs(dir string) (made []string, err error) {
	var missing []string
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(d); err == nil || d == filepath.Dir(d) {
			break
		}
		missing = append(missing, d)
	}
	slices.Reverse(missing)
	for _, d := range missing {
		if err := os.Mkdir(d, 0o777); err == nil {
			made = append(made, d)
		} else if !errors.Is(err, fs.ErrExist) { // another run may have been faster
			removeDirs(made)
			return nil, err
		}
	}
	return made, nil
}

// removeDirs removes directories that are still empty.
func removeDirs(made []string) {
	for _, d := range slices.Backward(made) {
		_ = os.Remove(d) // it is in use, then
	}
}
