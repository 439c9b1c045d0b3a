package formats

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
)

// DefaultMaxBytes is the memory that decoding a file may take when
// [OpenOptions] does not say.
const DefaultMaxBytes = 4 << 30

// OpenOptions says what a file's name and header do not. The zero value, or a
// nil pointer, asks for everything to be found out.
type OpenOptions struct {
	// Format of the file; 0 means by the name's extension, then by its first
	// bytes.
	Format Format

	// Shape and DType describe raw files. For other formats they are what the
	// file must hold: a different shape or type is an error.
	Shape []int
	DType DType

	// BigEndian gives the byte order of raw files.
	BigEndian bool

	// MaxBytes limits the memory taken by formats that are decoded as a whole
	// (CSV, PNG, Fortran order, compressed Arrow batches); 0 means
	// [DefaultMaxBytes]. Streamed formats need none and are not limited.
	MaxBytes int64
}

func (o *OpenOptions) maxBytes() int64 {
	if o.MaxBytes > 0 {
		return o.MaxBytes
	}
	return DefaultMaxBytes
}

// Open lists the arrays of a file of size bytes: one for most formats, one per
// entry of an NPZ, one per numeric column of an Arrow or CSV file. The name
// tells the format, and the shape and type of raw files in the manner of
// SDRBench (u_25x125x125.f64, u_25_125_125.f32); it is not opened. A nil o means
// the defaults. Gzip-compressed files are read too.
//
// Headers and lengths are checked here, values when they are read: raw, NPY (C
// order), NPZ, IDX and binary PGM stream from r in O(1) memory, and Arrow in
// that of one record batch. The sources read from r for as long as they are
// used, also concurrently. Errors match [ErrFormat] unless reading r failed.
func Open(r io.ReaderAt, size int64, name string, o *OpenOptions) (*File, error) {
	if o == nil {
		o = &OpenOptions{}
	}
	r = device{r}
	in := fileInput(r, size)
	zipped := strings.HasSuffix(strings.ToLower(name), ".gz")
	f := o.Format
	if f == 0 {
		f = DetectFormat(name)
	}
	if f == 0 && !zipped && o.Shape == nil {
		head, err := in.head(2)
		if err != nil {
			return nil, err
		}
		zipped = string(head) == gzipMagic
	}
	if zipped {
		in = gzipInput(r, size)
	}
	if f == 0 {
		head, err := in.head(16)
		if err != nil {
			return nil, err
		}
		if f = sniff(head, o.Shape != nil); f == 0 && (o.Shape != nil || o.DType != 0) {
			f = Raw
		}
	}
	if zipped && (f == NPZ || f == Arrow || f == ArrowStream) { // these need random access
		b, err := in.load(o.maxBytes())
		if err != nil {
			return nil, err
		}
		r, size = bytes.NewReader(b), int64(len(b))
	}

	var sources []Source
	var err error
	switch f {
	case Raw:
		sources, err = openRaw(in, name, o)
	case NPY:
		sources, err = openNPY(in, o)
	case NPZ:
		sources, err = openNPZ(r, size, o)
	case Arrow:
		sources, err = openArrow(r, size, scanArrowFile, o)
	case ArrowStream:
		sources, err = openArrow(r, size, scanArrowStream, o)
	case CSV:
		sources, err = openCSV(in, o)
	case PNG:
		sources, err = openPNG(in, o)
	case PGM:
		sources, err = openPGM(in, o)
	case IDX:
		sources, err = openIDX(in, o)
	default:
		return nil, badf("cannot tell the format of %q: give the format, or shape and type of raw values", name)
	}
	if err != nil {
		return nil, err
	}
	for _, s := range sources {
		if err := o.expect(s.Header); err != nil {
			return nil, err
		}
	}
	return &File{Format: f, Arrays: sources}, nil
}

// expect compares what the caller said with what the file says.
func (o *OpenOptions) expect(h Header) error {
	if o.Shape != nil && !slices.Equal(o.Shape, h.Shape) {
		return fmt.Errorf("%w: the file holds %s, not %s", ErrShape, FormatShape(h.Shape), FormatShape(o.Shape))
	}
	if o.DType != 0 && o.DType != h.DType {
		return badf("the file holds %v, not %v", h.DType, o.DType)
	}
	return nil
}
