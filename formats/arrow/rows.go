package arrow

import (
	"bytes"
	"encoding/binary"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/pierrec/lz4/v4"
)

// recordBatch is a record batch: RecordBatch of Message.fbs.
type recordBatch struct {
	rows    int64
	nodes   []node
	buffers []buffer
	views   []int // buffers of each column of views
	packing int8  // of the buffers
}

// node is a column, or one nested in it: how many values, how many null.
type node struct{ length, nulls int64 }

// buffer is where bytes lie in the body of a message.
type buffer struct{ at, n int64 }

// How buffers are packed, one more than CompressionType of Message.fbs.
const (
	packedNot = iota
	packedLZ4
	packedZstd
)

// readRecordBatch reads a record batch with a body of size bytes.
func readRecordBatch(t flatTable, size int64) *recordBatch {
	f := t.f
	r := &recordBatch{rows: t.i64(0)}
	if r.rows < 0 {
		f.fail("batch of %d rows", r.rows)
	}
	start, n := t.vector(1, 16)
	for i := range n {
		nd := node{f.i64(start + 16*i), f.i64(start + 16*i + 8)}
		if nd.length < 0 || nd.nulls < 0 || nd.nulls > nd.length {
			f.fail("column %d of %d values, %d null", i, nd.length, nd.nulls)
		}
		r.nodes = append(r.nodes, nd)
	}
	start, n = t.vector(2, 16)
	for i := range n {
		r.buffers = append(r.buffers, readBuffer(f, start+16*i, size))
	}
	if packing, ok := t.table(3); ok {
		if r.packing = int8(1 + packing.u8(0)); r.packing > packedZstd || packing.u8(1) != 0 {
			f.fail("buffers packed by method %d.%d (want lz4 or zstd)", packing.u8(1), packing.u8(0))
		}
	}
	start, n = t.vector(4, 8)
	for i := range n {
		k := f.i64(start + 8*i)
		if k < 0 || k > int64(len(r.buffers)) {
			f.fail("%d buffers of %d", k, len(r.buffers))
		}
		r.views = append(r.views, int(k))
	}
	return r
}

func readBuffer(f *flatbuffer, at int, size int64) buffer {
	b := buffer{f.i64(at), f.i64(at + 8)}
	if b.at < 0 || b.n < 0 || b.at > size || b.n > size-b.at {
		f.fail("buffer of %d bytes at %d in a body of %d", b.n, b.at, size)
	}
	return b
}

// buffer returns the bytes of one of the buffers of a column, of which it must
// have at least want.
func (f *file) buffer(m *message, field *schemaField, i int, want int64) (io.ReaderAt, error) {
	r := m.batch
	i += field.buffer
	for _, n := range r.views[:min(field.views, len(r.views))] {
		i += n
	}
	if i >= len(r.buffers) {
		return nil, fail.Malformedf("want buffer %d of %d", i, len(r.buffers))
	}
	b := r.buffers[i]
	b.at += m.body
	found := b.n
	if r.packing != packedNot && b.n > 0 {
		head, err := readAt(f.r, b.at, min(8, b.n))
		if err != nil {
			return nil, err
		}
		if len(head) < 8 {
			return nil, fail.Malformedf("packed buffer of %d bytes", b.n)
		}
		b.at, b.n = b.at+8, b.n-8
		if found = int64(binary.LittleEndian.Uint64(head)); found != -1 {
			if found >= want && want > 0 {
				return f.unpack(b, r.packing, found)
			}
		} else {
			found = b.n
		}
	}
	if found < want {
		return nil, fail.Malformedf("want %d bytes, found %d", want, found)
	}
	return io.NewSectionReader(f.r, b.at, b.n), nil
}

// unpack returns the n bytes that a buffer packs. Memory is taken for bytes that
// are there, whatever n claims.
func (f *file) unpack(b buffer, packing int8, n int64) (io.ReaderAt, error) {
	switch {
	case n > f.most:
		return nil, fail.Malformedf("a packed column claims %d bytes, more than the file can hold", n)
	case n > f.o.MaxBytes:
		return nil, fail.TooLarge("a packed column", n, f.o.MaxBytes)
	}
	packed := &watchedReader{r: io.NewSectionReader(f.r, b.at, b.n)}
	var r io.Reader = lz4.NewReader(packed)
	if packing == packedZstd {
		const window = 8 << 20 // that writers ask for however little they pack
		z, err := zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(uint64(max(n, window))))
		if err != nil {
			return nil, packed.reason(err)
		}
		defer z.Close()
		r = z
	}
	var out bytes.Buffer
	k, err := io.Copy(&out, io.LimitReader(r, n+1))
	switch {
	case err != nil:
		return nil, packed.reason(err)
	case k != n:
		return nil, fail.Malformedf("want %d unpacked bytes, found %d or more", n, k)
	}
	return bytes.NewReader(out.Bytes()), nil
}

// watchedReader tells an error of the device from one of a decoder that reads
// from it.
type watchedReader struct {
	r   io.Reader
	err error
}

func (w *watchedReader) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

// reason returns the device's error if there was one, else err as damage.
func (w *watchedReader) reason(err error) error {
	if w.err != nil {
		return fail.Damage(w.err)
	}
	return fail.Malformedf("%w", err)
}
