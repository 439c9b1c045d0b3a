package formats

import (
	"fmt"
	"io"
)

// WriteOptions says how to write where a format leaves a choice. The zero
// value, or a nil pointer, is the default.
type WriteOptions struct {
	// ArrowLayout is how an array becomes a column; the default is
	// [LayoutTensor].
	ArrowLayout ArrowLayout
}

// Write writes arrays to w as one file of format f, in their own element types.
//
// Raw, NPY, PNG and PGM hold one array. NPZ and Arrow hold several, under their
// names; CSV holds several of one dimension and equal length, or one of two.
// PNG and PGM hold 8 and 16-bit unsigned integers only. Raw (little-endian),
// NPY, NPZ, PGM, CSV and Arrow's [LayoutColumn] take O(1) memory, the others
// that of an array.
//
// A source whose values do not match its header, or that fails, is an error;
// what has been written to w until then is not a valid file.
func Write(w io.Writer, f Format, sources []Source, o *WriteOptions) error {
	if o == nil {
		o = &WriteOptions{}
	}
	if len(sources) == 0 {
		return fmt.Errorf("%v: no array to write", f)
	}
	for _, s := range sources {
		if _, err := s.Check(); err != nil {
			return err
		}
	}
	if !f.Valid() || formats[f].write == nil {
		return fmt.Errorf("%v: cannot be written (want %s)", f, list(FormatNames(true)))
	}
	if len(sources) > 1 && !formats[f].several {
		return fmt.Errorf("%v: holds one array, not %d: write npz or arrow", f, len(sources))
	}
	return formats[f].write(w, sources, o)
}
