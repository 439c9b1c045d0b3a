package fault

import (
	"fmt"
	"io"

	"github.com/morselcodec/morsel/internal/wire"
)

// A readerError is an error of the reader that an archive comes from, such as a
// connection that was reset: it says nothing of the archive, so that it is
// passed on as what it is and never as damage.
type readerError struct{ err error }

func (e *readerError) Error() string { return fmt.Sprintf("cannot read the archive: %v", e.err) }

func (e *readerError) Unwrap() error { return e.err }

// Reader passes on what it reads, and marks errors of the reader below, all but
// io.EOF, as that one's own. The first error stays: whoever peeks may overlook it,
// the next one does not. A reader that gives nothing again and again, and no error,
// has one all the same.
type Reader struct {
	r     io.Reader
	fault *readerError
}

// NewReader returns the Reader of r.
func NewReader(r io.Reader) *Reader { return &Reader{r: wire.Steady(r)} }

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) {
	if r.fault != nil {
		return 0, r.fault
	}
	n, err := r.r.Read(p)
	if err != nil && err != io.EOF {
		r.fault = &readerError{err}
		err = r.fault
	}
	return n, err
}
