package input

import (
	"archive/zip"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"

	"github.com/morselcodec/morsel/formats/internal/fail"
)

// unpacked is a stream whose errors are those of [Damage].
type unpacked struct{ io.ReadCloser }

func (u unpacked) Read(p []byte) (int, error) {
	n, err := u.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = Damage(err)
	}
	return n, err
}

// Damage makes errors of damaged or truncated packed data match
// [fail.ErrFormat], and leaves those of the device alone.
func Damage(err error) error {
	if fail.Known(err) {
		return err
	}
	for _, d := range []error{
		gzip.ErrChecksum, gzip.ErrHeader,
		zip.ErrAlgorithm, zip.ErrChecksum, zip.ErrFormat,
		zlib.ErrChecksum, zlib.ErrDictionary, zlib.ErrHeader,
	} {
		if errors.Is(err, d) {
			return fmt.Errorf("%w: %w", fail.ErrFormat, err)
		}
	}
	var corrupt flate.CorruptInputError
	if errors.As(err, &corrupt) {
		return fmt.Errorf("%w: %w", fail.ErrFormat, err)
	}
	return fail.Damage(err)
}
