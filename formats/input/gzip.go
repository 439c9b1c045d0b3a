package input

import (
	"bufio"
	"compress/gzip"
	"io"

	"github.com/morselcodec/morsel/formats/internal/fail"
)

// GzipMagic is what files packed with gzip begin with.
const GzipMagic = "\x1f\x8b"

// Gzip is a file of size bytes that is packed with gzip, in one member or several.
func Gzip(r io.ReaderAt, size int64) Input {
	return Packed(-1, func() (io.ReadCloser, error) {
		b := bufio.NewReaderSize(io.NewSectionReader(r, 0, size), 1<<16)
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, err
		}
		z.Multistream(false)
		return &gzipMembers{z: z, b: b}, nil
	})
}

// gzipMembers reads the members of a gzip file one after another. Zeros may
// follow the last, as tapes and tar pad files; anything else is an error.
type gzipMembers struct {
	z *gzip.Reader
	b *bufio.Reader
}

func (g *gzipMembers) Read(p []byte) (int, error) {
	for {
		n, err := g.z.Read(p)
		if n > 0 || err != io.EOF {
			switch err {
			case io.EOF:
				err = nil
			case io.ErrUnexpectedEOF:
				err = fail.Malformedf("gzip: the data end too early")
			}
			return n, err
		}
		if err := g.next(); err != nil {
			return 0, err
		}
	}
}

// next moves to the next member; io.EOF means that there is none.
func (g *gzipMembers) next() error {
	if mark, _ := g.b.Peek(len(GzipMagic)); string(mark) == GzipMagic {
		if err := g.z.Reset(g.b); err != nil {
			return err
		}
		g.z.Multistream(false)
		return nil
	}
	for {
		c, err := g.b.ReadByte()
		if err != nil {
			return err
		}
		if c != 0 {
			return fail.Malformedf("gzip: the data end, and something else than padding follows")
		}
	}
}

func (g *gzipMembers) Close() error { return g.z.Close() }
