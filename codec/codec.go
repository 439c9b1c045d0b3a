package codec

import (
	"errors"
	"io"

	"github.com/morselcodec/morsel/formats"
)

var errTODO = errors.New("codec: being written")

// Encode writes a as an archive.
func Encode[T formats.Float](w io.Writer, a *formats.Array[T], o *Options) (Stats, error) {
	return Stats{}, errTODO
}

// Decode reads an archive. T must hold the archive's element type exactly.
func Decode[T formats.Float](r io.Reader, o *DecodeOptions) (*formats.Array[T], error) {
	return nil, errTODO
}

// Writer encodes a stream of values. Its memory is O(chunk × workers).
type Writer struct{}

// NewWriter starts an archive of an array described by h. Write takes the
// values, row-major, as little-endian elements of h.DType; Close ends it.
func NewWriter(w io.Writer, h formats.Header, o *Options) (*Writer, error) { return nil, errTODO }

// Write takes the next values.
func (w *Writer) Write(p []byte) (int, error) { return 0, errTODO }

// Close finishes the archive. It fails if values are missing.
func (w *Writer) Close() error { return errTODO }

// Stats reports on a closed Writer.
func (w *Writer) Stats() Stats { return Stats{} }

// Reader decodes an archive from a stream, in order, with memory O(chunk × workers).
type Reader struct{}

// NewReader reads the archive's header.
func NewReader(r io.Reader, o *DecodeOptions) (*Reader, error) { return nil, errTODO }

// Header returns the array's description.
func (r *Reader) Header() formats.Header { return formats.Header{} }

// Read gives the decoded values, row-major, as little-endian elements. It
// returns io.EOF only when the whole archive, its last byte included, was sound.
func (r *Reader) Read(p []byte) (int, error) { return 0, errTODO }

// Close releases the Reader's goroutines; it need not be called after io.EOF.
func (r *Reader) Close() error { return nil }

// Archive gives random access to an archive.
type Archive struct{}

// Open reads header and index of an archive of size bytes.
func Open(r io.ReaderAt, size int64, o *DecodeOptions) (*Archive, error) { return nil, errTODO }

// Header returns the array's description.
func (a *Archive) Header() formats.Header { return formats.Header{} }

// Info describes the archive; it reads block headers but decodes nothing.
func (a *Archive) Info() (Info, error) { return Info{}, errTODO }

// Region returns a Source of the values with lo[i] ≤ index < hi[i]; it decodes
// only the chunks that it needs.
func (a *Archive) Region(lo, hi []int) (formats.Source, error) { return formats.Source{}, errTODO }

func scan(r io.Reader, h formats.Header, fill *float64) (Range, error) { return Range{}, errTODO }
