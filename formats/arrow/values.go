package arrow

import (
	"fmt"
	"io"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/internal/stream"
)

// values opens rows lo to hi of a column, reading only their record batches.
func (f *file) values(c *column, lo, hi int64) io.ReadCloser {
	a := &valueReader{file: f, column: c, batches: f.batches, skip: lo, left: hi - lo}
	a.buf = make([]byte, piece*c.dtype.Size())
	return a
}

// piece is how many numbers are read at a time.
const piece = 1 << 13

// valueReader yields the rows of a column, batch by batch.
type valueReader struct {
	file       *file
	column     *column
	batches    []message // still to come
	skip, left int64     // rows before the next one, and from it on
	levels     []level   // of the column in this batch
	at, end    int64     // numbers of this batch
	buf, out   []byte
}

// level is a column in a batch, or one nested in it.
type level struct {
	valid  io.ReaderAt // bitmap, nil when nothing is null
	values io.ReaderAt // of the innermost one
	width  int64       // numbers in each of its values
}

func (a *valueReader) Read(p []byte) (int, error) {
	for len(a.out) == 0 {
		switch {
		case a.at < a.end:
			if err := a.next(); err != nil {
				return 0, a.named(err)
			}
		case a.left == 0 || len(a.batches) == 0:
			return 0, io.EOF
		default:
			m := &a.batches[0]
			a.batches = a.batches[1:]
			if a.skip >= m.batch.rows {
				a.skip -= m.batch.rows
				continue
			}
			if err := a.open(m); err != nil {
				return 0, a.named(err)
			}
		}
	}
	n := copy(p, a.out)
	a.out = a.out[n:]
	return n, nil
}

func (a *valueReader) Close() error { return nil }

func (a *valueReader) named(err error) error {
	return fmt.Errorf("arrow: column %q: %w", a.column.levels[0].name, err)
}

// open finds the wanted rows of a batch.
func (a *valueReader) open(m *message) error {
	rows := min(a.left, m.batch.rows-a.skip)
	width, err := a.column.width()
	if err != nil {
		return err
	}
	if width > array.MaxValues/m.batch.rows {
		return fmt.Errorf("%w: %d rows of %d values", fail.ErrShape, m.batch.rows, width)
	}
	a.at, a.end = a.skip*width, (a.skip+rows)*width
	a.skip, a.left = 0, a.left-rows
	a.levels = a.levels[:0]
	count := m.batch.rows
	for i, field := range a.column.levels {
		if i > 0 {
			n := int64(a.column.levels[i-1].width)
			count *= n
			width /= max(n, 1)
		}
		node := m.batch.nodes[field.node]
		if node.length < count {
			return fail.Malformedf("want %d values, found %d", count, node.length)
		}
		l := level{width: width}
		if node.nulls > 0 {
			if l.valid, err = a.file.buffer(m, field, 0, (count+7)/8); err != nil {
				return err
			}
		}
		if i == len(a.column.levels)-1 {
			if l.values, err = a.file.buffer(m, field, 1, count*int64(a.column.dtype.Size())); err != nil {
				return err
			}
		}
		a.levels = append(a.levels, l)
	}
	return nil
}

// next reads a piece of the batch.
func (a *valueReader) next() error {
	size := int64(a.column.dtype.Size())
	n := min(a.end-a.at, piece)
	a.out = a.buf[:n*size]
	values := a.levels[len(a.levels)-1].values
	if k, err := values.ReadAt(a.out, a.at*size); k < len(a.out) {
		a.out = nil
		return fail.Damage(err)
	}
	if a.file.table.bigEndian && size > 1 {
		stream.SwapBytes(a.out, int(size))
	}
	for _, l := range a.levels {
		if l.valid == nil {
			continue
		}
		if err := a.fillNulls(l, n); err != nil {
			a.out = nil
			return err
		}
	}
	a.at += n
	return nil
}

// fillNulls replaces the nulls of a level in the n numbers of the piece.
func (a *valueReader) fillNulls(l level, n int64) error {
	first, last := a.at/l.width, (a.at+n-1)/l.width
	bits := make([]byte, last/8-first/8+1)
	if k, err := l.valid.ReadAt(bits, first/8); k < len(bits) {
		return fail.Damage(err)
	}
	null := a.column.nulls.Append(nil)
	for i := first; i <= last; i++ {
		if bits[i/8-first/8]>>(i%8)&1 == 1 {
			continue
		}
		from, to := max(i*l.width, a.at)-a.at, min((i+1)*l.width, a.at+n)-a.at
		size := int64(len(null))
		for b := a.out[from*size : to*size]; len(b) > 0; b = b[size:] {
			copy(b, null)
		}
	}
	return nil
}
