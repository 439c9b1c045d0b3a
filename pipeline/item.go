package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats"
	"github.com/morselcodec/morsel/topo/audit"
)

// Item is what the ready-made stages work on: one array, its archive, and what
// is known of both. Stages fill it in and pass it on.
type Item struct {
	Name    string         // for errors and metrics
	Array   formats.Source // from ReadFile or Decompress
	Archive Archive        // from Compress, or given to Decompress
	Stats   codec.Stats    // from Compress
	Report  *audit.Report  // from Audit
}

func (it *Item) String() string { return it.Name }

// Archive is a file of Size bytes that can be read at any place, such as an
// [io.SectionReader] or a [bytes.Reader]. The zero value nil means none.
type Archive interface {
	io.ReaderAt
	Size() int64
}

// ReadFile returns what opens a file of fsys for [Using]: it gives an Item
// with the array called name, or with the only array if name is "". The files
// of fsys must implement [io.ReaderAt], as those of [os.DirFS] do.
func ReadFile(fsys fs.FS, name string, o *formats.OpenOptions) Acquire[string, *Item] {
	return func(_ context.Context, path string) (*Item, func() error, error) {
		f, err := fsys.Open(path)
		if err != nil {
			return nil, nil, err
		}
		array, err := openArray(f, path, name, o)
		if err != nil {
			_ = f.Close() // the first error says more
			return nil, nil, err
		}
		return &Item{Name: path, Array: array}, f.Close, nil
	}
}

func openArray(f fs.File, path, name string, o *formats.OpenOptions) (formats.Source, error) {
	r, ok := f.(io.ReaderAt)
	if !ok {
		return formats.Source{}, fmt.Errorf("%s: the file system cannot read at any place (want files with ReadAt)", path)
	}
	info, err := f.Stat()
	if err != nil {
		return formats.Source{}, err
	}
	arrays, err := formats.Open(r, info.Size(), path, o)
	if err != nil {
		return formats.Source{}, err
	}
	return Choose(arrays, name)
}

// ErrArray marks a missing or ambiguous choice among the arrays of a file.
var ErrArray = errors.New("which array?")

// Choose returns the array called name, or the only one if name is "". Its
// error lists what there is.
func Choose(arrays []formats.Source, name string) (formats.Source, error) {
	if name == "" && len(arrays) == 1 {
		return arrays[0], nil
	}
	var found []formats.Source
	var list bytes.Buffer
	for i, a := range arrays {
		if a.Name == name && name != "" {
			found = append(found, a)
		}
		if i == maxListed {
			fmt.Fprintf(&list, ", and %d more", len(arrays)-i)
		}
		if i < maxListed {
			if i > 0 {
				list.WriteString(", ")
			}
			fmt.Fprintf(&list, "%s (%v %s)", a.Name, a.DType, formats.FormatShape(a.Shape))
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(arrays) == 0:
		return formats.Source{}, fmt.Errorf("%w: no array in the file", formats.ErrFormat)
	case name == "":
		return formats.Source{}, fmt.Errorf("%w: name one of %d: %s", ErrArray, len(arrays), &list)
	case len(found) > 1:
		return formats.Source{}, fmt.Errorf("%w: %d arrays are called %q", ErrArray, len(found), name)
	}
	return formats.Source{}, fmt.Errorf("%w: none is called %q; there are: %s", ErrArray, name, &list)
}

// maxListed is how many arrays an error lists.
const maxListed = 20
