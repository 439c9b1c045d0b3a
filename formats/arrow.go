package formats

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/klauspost/compress/zstd"
)

// shapeKey is the metadata key that gives a plain column, or a fixed-size list,
// its shape, as "25,125,125".
const shapeKey = "shape"

// maxArrowRows limits columns that become one array per row.
const maxArrowRows = 1 << 16

// arrowFile is an IPC file or stream whose messages have been found and checked.
type arrowFile struct {
	r       io.ReaderAt
	schema  arrowMessage
	dicts   []arrowMessage
	batches []arrowMessage
	rows    int64
	memory  int64 // that decoding may take
}

// openArrow lists the numeric columns of an Arrow IPC file or stream; others
// are skipped. Of a column of fixed-shape tensors or fixed-size lists each row is
// an array of shape S; N rows are one array [N,S...], or N arrays named
// name[0], ... where that would exceed [MaxRank], or S itself where N is 1. A plain
// column has the shape that its own metadata or the schema's say, else [rows].
func openArrow(r io.ReaderAt, size int64, scan func(io.ReaderAt, int64) ([]arrowMessage, error), o *OpenOptions) ([]Source, error) {
	msgs, err := scan(r, size)
	if err != nil {
		return nil, err
	}
	if len(msgs) == 0 || msgs[0].kind != arrowSchema {
		return nil, badf("arrow: the first message is no schema")
	}
	// zstd, the denser codec, packs at most 128 KiB into 4 bytes; what needs more
	// memory than that cannot come from this file.
	const maxExpansion = 1 << 15
	f := &arrowFile{r: r, schema: msgs[0], memory: min(o.maxBytes(), size*maxExpansion)}
	for _, m := range msgs[1:] {
		switch m.kind {
		case arrowDictionary:
			f.dicts = append(f.dicts, m)
		case arrowBatch:
			if m.nodes < f.schema.nodes || m.views < f.schema.views { // arrow/go would read on
				return nil, badf("arrow: a record batch of %d columns (want %d, nested ones included)", m.nodes, f.schema.nodes)
			}
			f.batches = append(f.batches, m)
			if f.rows += m.rows; f.rows < 0 || f.rows/maxExpansion > size {
				return nil, badf("arrow: %d rows in a file of %d bytes", m.rows, size)
			}
		default:
			return nil, badf("arrow: a second schema")
		}
	}
	schema, err := f.readSchema()
	if err != nil {
		return nil, err
	}
	var sources []Source
	var skipped []string
	for i, field := range schema.Fields() {
		c, err := newArrowColumn(i, field, schema.Metadata())
		if err == nil && c == nil {
			skipped = append(skipped, fmt.Sprintf("%s (%v)", field.Name, field.Type))
			continue
		}
		var s []Source
		if err == nil {
			s, err = f.sources(c, o)
		}
		if err != nil {
			return nil, fmt.Errorf("arrow: column %q: %w", field.Name, err)
		}
		sources = append(sources, s...)
	}
	if len(sources) == 0 {
		return nil, badf("arrow: no numeric column; found %.200s", strings.Join(skipped, ", "))
	}
	return sources, nil
}

func (f *arrowFile) sources(c *arrowColumn, o *OpenOptions) ([]Source, error) {
	rows := int(f.rows)
	h := Header{Name: c.name, DType: c.dtype, Shape: c.row}
	perm := c.perm
	switch {
	case len(c.row) == 0:
		h.Shape = []int{rows}
		if c.shape != nil {
			if n, _ := CheckShape(c.shape); n != f.rows {
				return nil, fmt.Errorf("%w: its metadata say %s, but it has %d rows", ErrShape, FormatShape(c.shape), rows)
			}
			h.Shape = c.shape
		}
	case rows == 1:
	case len(c.row) < MaxRank:
		h.Shape = append([]int{rows}, c.row...)
		if perm != nil {
			perm = []int{0}
			for _, p := range c.perm {
				perm = append(perm, p+1)
			}
		}
	case rows > maxArrowRows:
		return nil, badf("%d rows of rank %d (want at most %d)", rows, len(c.row), maxArrowRows)
	default:
		var sources []Source
		for i := range rows {
			h.Name = fmt.Sprintf("%s[%d]", c.name, i)
			s, err := f.source(c, h, perm, int64(i), int64(i+1), o)
			if err != nil {
				return nil, err
			}
			sources = append(sources, s)
		}
		return sources, nil
	}
	s, err := f.source(c, h, perm, 0, f.rows, o)
	return []Source{s}, err
}

// source returns rows lo to hi of a column as an array.
func (f *arrowFile) source(c *arrowColumn, h Header, perm []int, lo, hi int64, o *OpenOptions) (Source, error) {
	in := input{length: -1, open: func(int64) (io.ReadCloser, error) {
		return f.values(c, lo, hi)
	}}
	s, err := in.source(h, 0, false)
	if err != nil || perm == nil {
		return s, err
	}
	return permuted(s, perm, o.maxBytes())
}

func (f *arrowFile) readSchema() (schema *arrow.Schema, err error) {
	defer recoverArrow(&err)
	r, err := f.open(nil)
	if err != nil {
		return nil, err
	}
	return r.Schema(), nil
}

// open starts a reader of some of the record batches.
func (f *arrowFile) open(batches []arrowMessage) (*ipc.Reader, error) {
	mem := &cappedAllocator{limit: f.memory, left: f.memory}
	msgs := slices.Concat([]arrowMessage{f.schema}, f.dicts, batches)
	r, err := ipc.NewReaderFromMessageReader(&messageReader{f.r, msgs, mem}, ipc.WithAllocator(mem))
	if err != nil {
		return nil, badf("arrow: %w", err)
	}
	return r, nil
}

// recoverArrow turns a panic of arrow/go, which is its answer to much damage,
// into an error.
func recoverArrow(err *error) {
	switch p := recover().(type) {
	case nil:
	case error:
		*err = badf("arrow: %w", p)
	default:
		*err = badf("arrow: %v", p)
	}
}

// messageReader hands checked messages to arrow/go. It implements
// ipc.MessageReader.
type messageReader struct {
	r    io.ReaderAt
	msgs []arrowMessage
	mem  *cappedAllocator
}

func (m *messageReader) Message() (*ipc.Message, error) {
	if len(m.msgs) == 0 {
		return nil, io.EOF
	}
	msg := m.msgs[0]
	m.msgs = m.msgs[1:]
	body := memory.NewResizableBuffer(m.mem)
	defer body.Release()
	body.Resize(int(msg.size))
	if n, err := m.r.ReadAt(body.Bytes(), msg.body); n < body.Len() {
		return nil, damage(err)
	}
	for _, b := range msg.zstd { // arrow/go allocates the window that a frame asks for
		var frame zstd.Header
		if frame.Decode(body.Bytes()[b[0]:b[1]]) == nil && frame.WindowSize > uint64(max(m.mem.left, 1<<20)) {
			return nil, tooLarge("a zstd window", int64(min(frame.WindowSize, MaxValues)), m.mem.limit)
		}
	}
	return ipc.NewMessage(memory.NewBufferBytes(msg.meta), body), nil
}

func (m *messageReader) Retain()  {}
func (m *messageReader) Release() {}

// cappedAllocator panics with an error rather than exceed its limit.
type cappedAllocator struct {
	memory.GoAllocator
	limit, left int64
}

func (a *cappedAllocator) Allocate(size int) []byte {
	if size < 0 || int64(size) > a.left {
		panic(tooLarge("a record batch", a.limit-a.left+int64(max(size, 0)), a.limit))
	}
	a.left -= int64(size)
	return a.GoAllocator.Allocate(size)
}

func (a *cappedAllocator) Reallocate(size int, b []byte) []byte {
	if size <= cap(b) && size >= 0 {
		return b[:size]
	}
	c := a.Allocate(size)
	copy(c, b)
	a.Free(b)
	return c
}

func (a *cappedAllocator) Free(b []byte) { a.left += int64(len(b)) }
