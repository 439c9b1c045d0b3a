package formats

import (
	"encoding/binary"
	"fmt"
	"io"
)

// The framing of Arrow IPC: arrow.apache.org/docs/format/Columnar.html,
// section "Serialization and Interprocess Communication (IPC)".
const (
	arrowMagic        = "ARROW1"
	arrowContinuation = 0xffffffff
)

// The kinds of messages, as numbered in Message.fbs.
const (
	arrowEnd        = 0 // the end-of-stream marker
	arrowSchema     = 1
	arrowDictionary = 2
	arrowBatch      = 3
)

// arrowMessage is a message whose metadata have been checked.
type arrowMessage struct {
	kind byte
	meta []byte
	body int64 // offset in the file
	size int64 // of the body
	rows int64 // of a record batch

	nodes int // columns, nested ones included: those of a schema, or described by a batch
	views int // of these, columns with a variable number of buffers

	zstd [][2]int64 // offsets and ends, in the body, of buffers so compressed
}

// scanArrowStream lists the messages of a stream. It must end with the
// end-of-stream marker, or a stream cut between two messages would pass.
func scanArrowStream(r io.ReaderAt, size int64) ([]arrowMessage, error) {
	var msgs []arrowMessage
	at := int64(0)
	for {
		m, next, err := readArrowMessage(r, at, size)
		if err != nil {
			return nil, err
		}
		if m.kind == arrowEnd {
			if next != size {
				return nil, badf("arrow: %d trailing bytes after the end-of-stream marker", size-next)
			}
			return msgs, nil
		}
		msgs = append(msgs, m)
		at = next
	}
}

// scanArrowFile lists the messages of a file: the schema that leads it, then the
// dictionaries and record batches that the footer points to.
func scanArrowFile(r io.ReaderAt, size int64) ([]arrowMessage, error) {
	const lead, tail = 8, 4 + 6
	if size < lead+tail {
		return nil, badf("arrow: want at least %d bytes, found %d", lead+tail, size)
	}
	head, err := readAt(r, 0, lead)
	if err != nil {
		return nil, err
	}
	end, err := readAt(r, size-tail, tail)
	if err != nil {
		return nil, err
	}
	if string(head[:6]) != arrowMagic || string(end[4:]) != arrowMagic {
		return nil, badf("arrow: want %q at both ends, found %q and %q: truncated?", arrowMagic, head[:6], end[4:])
	}
	n := int64(binary.LittleEndian.Uint32(end))
	stop := size - tail - n
	if stop < lead {
		return nil, badf("arrow: footer of %d bytes in a file of %d", n, size)
	}
	footer, err := readAt(r, stop, n)
	if err != nil {
		return nil, err
	}
	f := newFlatbuffer(footer)
	blocks := footerBlocks(f)
	if f.err != nil {
		return nil, badf("arrow: footer: %w", f.err)
	}
	m, _, err := readArrowMessage(r, lead, stop)
	if err != nil {
		return nil, err
	}
	msgs := []arrowMessage{m}
	for i, b := range blocks {
		if b.offset < lead || b.offset >= stop {
			return nil, badf("arrow: block %d at byte %d (want %d to %d)", i, b.offset, lead, stop)
		}
		m, next, err := readArrowMessage(r, b.offset, stop)
		if err != nil {
			return nil, err
		}
		if m.kind != b.kind || m.size != b.body || next-b.offset != b.meta+b.body {
			return nil, badf("arrow: block %d is not as the footer says: truncated or damaged", i)
		}
		msgs = append(msgs, m)
	}
	return msgs, nil
}

type arrowBlock struct {
	kind               byte
	offset, meta, body int64
}

// footerBlocks reads the vectors of Block structs of a Footer.
func footerBlocks(f *flatbuffer) []arrowBlock {
	const size = 24 // offset int64, metaDataLength int32, 4 bytes of padding, bodyLength int64
	root := f.root()
	var blocks []arrowBlock
	for _, v := range []struct {
		field int
		kind  byte
	}{{2, arrowDictionary}, {3, arrowBatch}} {
		start, n := root.vector(v.field, size)
		for i := range n {
			at := start + i*size
			blocks = append(blocks, arrowBlock{v.kind, f.i64(at), int64(int32(f.u32(at + 8))), f.i64(at + 16)})
		}
	}
	return blocks
}

// readArrowMessage reads the message, or end-of-stream marker, at a position
// and returns where the next one begins.
func readArrowMessage(r io.ReaderAt, at, end int64) (m arrowMessage, next int64, err error) {
	b, err := readAt(r, at, min(8, end-at))
	if err != nil {
		return m, 0, err
	}
	if len(b) < 4 {
		return m, 0, badf("arrow: want a message or the end-of-stream marker at byte %d, found the end: truncated?", at)
	}
	at += 4
	n := binary.LittleEndian.Uint32(b)
	if n == arrowContinuation { // absent before Arrow 0.15
		if len(b) < 8 {
			return m, 0, badf("arrow: truncated message at byte %d", at-4)
		}
		n = binary.LittleEndian.Uint32(b[4:])
		at += 4
	}
	if n == 0 {
		return m, at, nil
	}
	if int64(n) > end-at {
		return m, 0, badf("arrow: message metadata of %d bytes, found %d: truncated?", n, end-at)
	}
	if m.meta, err = readAt(r, at, int64(n)); err != nil {
		return m, 0, err
	}
	if err := m.check(); err != nil {
		return m, 0, fmt.Errorf("%w: arrow: message at byte %d: %w", ErrFormat, at, err)
	}
	m.body = at + int64(n)
	if m.size > end-m.body {
		return m, 0, badf("arrow: message body of %d bytes, found %d: truncated?", m.size, end-m.body)
	}
	return m, m.body + m.size, nil
}

// readAt reads n bytes, which the caller knows to be in the file.
func readAt(r io.ReaderAt, at, n int64) ([]byte, error) {
	b := make([]byte, max(n, 0))
	if k, err := r.ReadAt(b, at); k < len(b) {
		return nil, damage(err)
	}
	return b, nil
}

// check walks the metadata before arrow/go does, which follows every offset,
// recurses as deep as the fields claim and allocates whatever a length says.
// Tables and their fields are those of Message.fbs and Schema.fbs.
func (m *arrowMessage) check() error {
	f := newFlatbuffer(m.meta)
	root := f.root()
	m.kind = root.u8(1)
	m.size = root.i64(3)
	if m.size < 0 {
		f.fail("body of %d bytes", m.size)
	}
	header, ok := root.table(2)
	if !ok {
		f.fail("no header")
	}
	checkMetadata(root, 4)
	switch m.kind {
	case arrowSchema:
		m.checkFields(header, 1, 0, false)
		checkMetadata(header, 2)
	case arrowDictionary:
		batch, ok := header.table(1)
		if !ok {
			f.fail("dictionary without values")
		}
		m.checkBatch(batch)
	case arrowBatch:
		m.checkBatch(header)
	default:
		f.fail("unknown kind %d", m.kind)
	}
	return f.err
}

// checkFields counts the columns of a schema. What lies in a dictionary is not
// part of a record batch.
func (m *arrowMessage) checkFields(t flatTable, vector, depth int, inDictionary bool) {
	const (
		maxDepth   = 32
		union      = 14
		binaryView = 23
		utf8View   = 24
	)
	if depth > maxDepth {
		t.f.fail("fields nested more than %d deep", maxDepth)
	}
	start, n := t.vector(vector, 4)
	for i := 0; i < n && t.f.err == nil; i++ {
		field := t.f.table(start + 4*i)
		field.vector(0, 1) // name
		encoded := inDictionary || field.at(4) != 0
		if !inDictionary {
			m.nodes++
		}
		switch typ, _ := field.table(3); field.u8(2) {
		case union:
			typ.vector(1, 4) // type ids
		case binaryView, utf8View:
			if encoded {
				t.f.fail("dictionaries of views are not supported")
			}
			m.views++
		}
		m.checkFields(field, 5, depth+1, encoded)
		checkMetadata(field, 6)
	}
}

func checkMetadata(t flatTable, vector int) {
	start, n := t.vector(vector, 4)
	for i := 0; i < n && t.f.err == nil; i++ {
		pair := t.f.table(start + 4*i)
		pair.vector(0, 1)
		pair.vector(1, 1)
	}
}

func (m *arrowMessage) checkBatch(t flatTable) {
	f := t.f
	if m.rows = t.i64(0); m.rows < 0 {
		f.fail("batch of %d rows", m.rows)
	}
	start, n := t.vector(1, 16)
	m.nodes = n
	for i := range n {
		if length, nulls := f.i64(start+16*i), f.i64(start+16*i+8); length < 0 || nulls < 0 || nulls > length {
			f.fail("column %d of %d values, %d null", i, length, nulls)
		}
	}
	compression, _ := t.table(3)
	packed := compression.u8(0) == 1 // zstd; 0 is LZ4
	start, buffers := t.vector(2, 16)
	for i := range buffers {
		if at, n := f.i64(start+16*i), f.i64(start+16*i+8); at < 0 || n < 0 || at > m.size || n > m.size-at {
			f.fail("buffer %d of %d bytes at %d in a body of %d", i, n, at, m.size)
		} else if packed && n > 8 {
			m.zstd = append(m.zstd, [2]int64{at + 8, at + n}) // after the unpacked length
		}
	}
	start, m.views = t.vector(4, 8) // variadic buffer counts
	for i := range m.views {
		if n := f.i64(start + 8*i); n < 0 || n > int64(buffers) {
			f.fail("%d buffers of %d", n, buffers)
		}
	}
}
