package pipeline

import (
	"context"
	"fmt"
	"io"
	"io/fs"

	"github.com/morselcodec/morsel/formats"
	"github.com/morselcodec/morsel/formats/array"
)

// ReadFile returns what opens a file of fsys for [Using]: it gives an Item
// with the array called name, or with the only array if name is "". The files
// of fsys must implement [io.ReaderAt], as those of [os.DirFS] do. Errors are
// those of fsys and of [formats.Open].
func ReadFile(fsys fs.FS, name string, o *formats.OpenOptions) Acquire[string, *Item] {
	return func(_ context.Context, path string) (*Item, func() error, error) {
		f, err := fsys.Open(path)
		if err != nil {
			return nil, nil, err
		}
		src, err := openArray(f, path, name, o)
		if err != nil {
			_ = f.Close() // the first error says more
			return nil, nil, err
		}
		return &Item{Name: path, Array: src}, f.Close, nil
	}
}

func openArray(f fs.File, path, name string, o *formats.OpenOptions) (array.Source, error) {
	r, ok := f.(io.ReaderAt)
	if !ok {
		return array.Source{}, fmt.Errorf("%s: the file system cannot read at any place (want files with ReadAt)", path)
	}
	info, err := f.Stat()
	if err != nil {
		return array.Source{}, err
	}
	file, err := formats.Open(r, info.Size(), path, o)
	if err != nil {
		return array.Source{}, err
	}
	return file.Array(name)
}
