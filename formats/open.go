package formats

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/morselcodec/morsel/formats/arrow"
	"github.com/morselcodec/morsel/formats/foreign"
	"github.com/morselcodec/morsel/formats/input"
	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/raw"
	"github.com/morselcodec/morsel/formats/text"
)

// DefaultMaxBytes is the memory that decoding a file may take when
// [OpenOptions] does not say.
const DefaultMaxBytes = input.DefaultMaxBytes

// OpenOptions says what a file's name and header do not. The zero value, or a
// nil pointer, asks for everything to be found out.
type OpenOptions struct {
	// Format of the file; 0 means by its first bytes, then by the name's
	// extension.
	Format Format

	// Shape and DType describe raw files, and where both are given, a file is
	// taken for raw unless its name and its first bytes agree on another
	// format. For other formats they are what the file must hold: an array of a
	// different shape or type is passed over, and the only one is an error. The
	// numbers of CSV columns without a type are read as DType.
	Shape []int
	DType DType

	// BigEndian gives the byte order of raw files.
	BigEndian bool

	// Offset is where the values of raw files begin, behind a header; Skip is
	// how many bytes behind the values are none.
	Offset, Skip int64

	// Delimiter stands between the cells of CSV files, a space for any run of
	// blanks; 0 means to be found out.
	Delimiter byte

	// Null is what the nulls of Arrow columns become; "" means NaN in floats, and
	// in integers a value that the column does not hold. See [Source].
	Null string

	// Stack keeps the leading axis of an Arrow column of arrays for a single row
	// too, which is otherwise that array itself.
	Stack bool

	// MaxBytes limits the memory taken by formats that are decoded as a whole
	// (CSV, PNG, Fortran order, compressed Arrow batches); 0 means
	// [DefaultMaxBytes]. Streamed formats need none and are not limited.
	MaxBytes int64
}

func (o *OpenOptions) maxBytes() int64 {
	return input.Limit(o.MaxBytes)
}

// raw is what describes raw values.
func (o *OpenOptions) raw() raw.Options {
	return raw.Options{Shape: o.Shape, DType: o.DType, BigEndian: o.BigEndian, Offset: o.Offset, Skip: o.Skip}
}

func (o *OpenOptions) arrow() arrow.Options {
	return arrow.Options{Null: o.Null, Stack: o.Stack, MaxBytes: o.maxBytes()}
}

func (o *OpenOptions) text() text.Options {
	return text.Options{DType: o.DType, Delimiter: o.Delimiter, MaxBytes: o.maxBytes()}
}

// ErrOptions marks options that do not go with the format of the file.
var ErrOptions = errors.New("the options do not go with the file")

// Open lists the arrays of a file of size bytes: one for most formats, one per
// entry of an NPZ, one per numeric column of an Arrow or CSV file. The content
// tells the format, else the name's extension does; the name also tells the shape
// and type of raw files in the manner of SDRBench (u_25x125x125.f64,
// u_25_125_125.f32). It is not opened. A nil o means the defaults.
// Gzip-compressed files are read too.
//
// Headers and lengths are checked here, values when they are read: raw, NPY (C
// order), NPZ, IDX, binary PGM and Arrow stream from r in O(1) memory, but for
// Arrow buffers that are compressed. Arrow columns with nulls are read through
// once, those of floats only if o says what becomes of them. The sources read from
// r for as long as they are used, also concurrently. Errors match [ErrFormat]
// unless reading r failed.
func Open(r io.ReaderAt, size int64, name string, o *OpenOptions) (*File, error) {
	if o == nil {
		o = &OpenOptions{}
	}
	in, f, err := identify(input.File(r, size), name, o)
	var arrays []Source
	var skipped []Skipped
	if err == nil {
		err = o.goWith(f)
	}
	if err == nil {
		arrays, skipped, err = formats[f].open(in, name, o)
	}
	if in.At == nil {
		err = foreign.Packed(err)
	}
	if f == Raw && err != nil {
		err = likeness(in, err)
	}
	if err != nil {
		return nil, err
	}
	file := &File{Format: f, Skipped: skipped}
	for _, a := range arrays {
		switch err := o.expect(a.Header); {
		case err == nil:
			file.Arrays = append(file.Arrays, a)
		case len(arrays) == 1:
			return nil, err
		default:
			file.Skipped = append(file.Skipped, Skipped{Name: a.Name, Err: err})
		}
	}
	return file, nil
}

// goWith refuses options that files of the format have no use for.
func (o *OpenOptions) goWith(f Format) error {
	switch {
	case f != Raw && o.BigEndian:
		return fmt.Errorf("%w: %v files say their byte order; big-endian is for raw values", ErrOptions, f)
	case f != Raw && (o.Offset != 0 || o.Skip != 0):
		return fmt.Errorf("%w: %v files say where their values are; offset and skip are for raw values", ErrOptions, f)
	case o.Offset < 0 || o.Skip < 0:
		return fmt.Errorf("%w: offset %d, skip %d (want 0 or more bytes)", ErrOptions, o.Offset, o.Skip)
	case f != Arrow && f != ArrowStream && (o.Null != "" || o.Stack):
		return fmt.Errorf("%w: %v files have no nulls and no rows; null and stack are for arrow and arrows", ErrOptions, f)
	case f != CSV && o.Delimiter != 0:
		return fmt.Errorf("%w: %v files have no delimiter; it is for csv", ErrOptions, f)
	}
	return nil
}

// expect compares what the caller said with what the file says.
func (o *OpenOptions) expect(h Header) error {
	if o.Shape != nil && !slices.Equal(o.Shape, h.Shape) {
		return fail.Shapef("the file holds %s, not %s", FormatShape(h.Shape), FormatShape(o.Shape))
	}
	if o.DType != 0 && o.DType != h.DType {
		return fail.Unsupportedf("the file holds %v, not %v", h.DType, o.DType)
	}
	return nil
}
