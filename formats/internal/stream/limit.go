package stream

import (
	"io"

	"github.com/morselcodec/morsel/formats/internal/fail"
)

// Limited fails when more than limit bytes of r, an unpacked file, are read.
func Limited(r io.ReadCloser, limit int64) io.ReadCloser { return &limitedReader{r, limit} }

type limitedReader struct {
	io.ReadCloser
	limit int64
}

func (l *limitedReader) Read(p []byte) (int, error) {
	n, err := l.ReadCloser.Read(p[:min(int64(len(p)), l.limit+1)])
	if l.limit -= int64(n); l.limit < 0 {
		return 0, fail.Limitf("the unpacked file is larger than that")
	}
	return n, err
}
