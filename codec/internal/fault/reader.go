package fault

import (
	"fmt"
	"io"
)

// A readerError is an error of the reader that an archive comes from, such as a
// connection that was reset: it says nothing of the archive, so that it is
// passed on as what it is and never as damage.
type readerError struct{ err error }

func (f *readerError) Error() string { return fmt.Sprintf("cannot read the archive: %v", f.err) }

func (f *readerError) Unwrap() error { return f.err }

// Reader passes on what it reads, and marks errors of the reader below, all but
// io.EOF, as that one's own. The first error stays: whoever peeks may overlook it,
// the next one does not. A reader that gives nothing again and again, and no error,
// has one all the same.
type Reader struct {
	r     io.Reader
	fault *readerError
	idle  int // reads without a byte or an error, in a row
}

// NewReader returns the Reader of r.
func NewReader(r io.Reader) *Reader { return &Reader{r: r} }

// maxIdle is after how many reads without a byte or an error a reader counts as
// stuck, as in bufio.
const maxIdle = 100

// Read implements io.Reader.
func (f *Reader) Read(p []byte) (int, error) {
	if f.fault != nil {
		return 0, f.fault
	}
	n, err := f.r.Read(p)
	if f.idle++; n > 0 || len(p) == 0 {
		f.idle = 0
	}
	if err == nil && f.idle >= maxIdle {
		err = io.ErrNoProgress
	}
	if err != nil && err != io.EOF {
		f.fault = &readerError{err}
		err = f.fault
	}
	return n, err
}
