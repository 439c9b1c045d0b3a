package pipeline

import (
	"context"
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
	file, err := formats.Open(r, info.Size(), path, o)
	if err != nil {
		return formats.Source{}, err
	}
	return file.Array(name)
}
