package files

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Output is a file that appears under its name complete or not at all: it is
// written beside it under a temporary name, synced, and renamed by Commit.
// The name "-" is stdout, and what exists without being a regular file (a
// pipe, a device) is written to directly.
type Output struct {
	Destination
	set    *Set
	w      io.Writer
	file   *os.File // nil for stdout
	temp   string   // "" once committed, or where no rename is due
	target string
	made   []string // directories that were not there
}

// Create opens an output, in a new directory where there is none. The caller
// must call Commit when all is written, and Discard in any case.
func (set *Set) Create(d Destination) (*Output, error) {
	info, err := set.allowed(d)
	if err != nil {
		return nil, err
	}
	o := &Output{Destination: d, set: set, w: set.Stdout}
	switch {
	case d.Name == "-":
		return o, nil
	case info != nil && !info.Mode().IsRegular():
		o.file, err = os.OpenFile(d.Name, os.O_WRONLY, 0)
	default:
		err = o.begin(info)
	}
	if err != nil {
		o.Discard()
		return nil, d.cannot(err)
	}
	o.w = o.file
	return o, nil
}

// longestTemp is how much of a name its temporary file is called by: systems
// take 255 bytes.
const longestTemp = 200

// begin opens the temporary file that is to replace the one that info
// describes, if there is one.
func (o *Output) begin(info fs.FileInfo) (err error) {
	if o.target, err = followed(o.Name); err != nil {
		return err
	}
	if o.made, err = makeDirs(filepath.Dir(o.target)); err != nil {
		return err
	}
	mode := fs.FileMode(0o666)
	if info != nil {
		mode = info.Mode().Perm()
	}
	base := filepath.Base(o.target)
	base = base[:min(len(base), longestTemp)]
	o.temp = filepath.Join(filepath.Dir(o.target), fmt.Sprintf(".%s.%s.tmp", base, rand.Text()[:10]))
	o.set.temps.add(o.temp) // before it exists, so that no signal falls between
	if o.file, err = os.OpenFile(o.temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode); err != nil {
		return err
	}
	if info != nil {
		_ = o.file.Chmod(mode) // past the umask; without it the mode is merely stricter
	}
	return nil
}

// Write writes to the output; its errors say which.
func (o *Output) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	return n, o.cannot(err)
}

// Commit makes the output durable under its name.
func (o *Output) Commit() error {
	switch {
	case o.file == nil:
		return nil
	case o.temp == "":
		return o.cannot(o.file.Close())
	}
	if err := o.file.Sync(); err != nil {
		return o.cannot(err)
	}
	if err := o.file.Close(); err != nil {
		return o.cannot(err)
	}
	if err := o.place(); err != nil {
		return err
	}
	o.set.temps.forget(o.temp)
	o.temp, o.made = "", nil
	syncDir(filepath.Dir(o.target))
	return nil
}

// place gives the temporary file its name. Much may have happened since it was
// begun, so what must not be replaced is looked for again.
func (o *Output) place() error {
	if _, err := o.set.allowed(o.Destination); err != nil {
		return err
	}
	if !o.Replace { // a new link replaces nothing, where the system has links
		if err := os.Link(o.temp, o.target); err == nil {
			_ = os.Remove(o.temp)
			return nil
		} else if errors.Is(err, fs.ErrExist) {
			return exists(o.Name)
		}
	}
	return o.cannot(os.Rename(o.temp, o.target))
}

// Discard removes what Commit did not put in place.
func (o *Output) Discard() {
	if o.temp != "" {
		if o.file != nil {
			_ = o.file.Close() // perhaps closed already
		}
		_ = os.Remove(o.temp)
		o.set.temps.forget(o.temp)
	}
	removeDirs(o.made)
}

// syncDir makes a rename durable, where the system can do that.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

// WriteFile writes an output with the given function.
func (set *Set) WriteFile(d Destination, write func(io.Writer) error) error {
	out, err := set.Create(d)
	if err != nil {
		return err
	}
	defer out.Discard()
	if err := write(out); err != nil {
		return err
	}
	return out.Commit()
}
