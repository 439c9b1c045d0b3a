package wire

import "io"

// Steady returns a reader of r that ends with [io.ErrNoProgress] when r keeps on
// giving neither bytes nor an error: [io.ReadAll] would go on for ever.
func Steady(r io.Reader) io.Reader { return &steadyReader{r: r} }

type steadyReader struct {
	r    io.Reader
	idle int // reads without a byte or an error, in a row
}

// maxIdle is how many of them count as stuck, as in bufio.
const maxIdle = 100

func (s *steadyReader) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if s.idle++; n > 0 || len(p) == 0 {
		s.idle = 0
	}
	if err == nil && s.idle >= maxIdle {
		err = io.ErrNoProgress
	}
	return n, err
}
