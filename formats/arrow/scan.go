package arrow

import (
	"encoding/binary"
	"io"

	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/internal/magic"
)

// The framing of Arrow IPC: arrow.apache.org/docs/format/Columnar.html,
// section "Serialization and Interprocess Communication (IPC)".
const (
	Magic        = "ARROW1"
	continuation = 0xffffffff
)

// The kinds of messages, as numbered in Message.fbs.
const (
	kindEnd        = 0 // the end-of-stream marker
	kindSchema     = 1
	kindDictionary = 2
	kindBatch      = 3
	kindTensor     = 4
	kindSparse     = 5
)

// message is a message whose metadata have been checked.
type message struct {
	kind byte
	body int64 // offset in the file
	size int64 // of the body

	// By kind.
	schema *table
	batch  *recordBatch
	tensor *dense
}

// scanStream lists the messages of a stream. It must end with the
// end-of-stream marker, or a stream cut between two messages would pass; tensors
// are complete without.
func scanStream(r io.ReaderAt, size int64) ([]message, error) {
	var msgs []message
	at := int64(0)
	for {
		if at == size && len(msgs) > 0 && msgs[len(msgs)-1].kind >= kindTensor {
			return msgs, nil
		}
		m, next, err := readMessage(r, at, size)
		if err != nil {
			return nil, err
		}
		if m.kind == kindEnd {
			if next != size {
				return nil, fail.Malformedf("arrow: %d trailing bytes after the end-of-stream marker", size-next)
			}
			return msgs, nil
		}
		msgs = append(msgs, m)
		at = next
	}
}

// scanFile lists the messages of a file: the schema that leads it, then the
// dictionaries and record batches that the footer points to.
func scanFile(r io.ReaderAt, size int64) ([]message, error) {
	const lead, tail = 8, 4 + 6
	if size < lead+tail {
		return nil, fail.Malformedf("arrow: want at least %d bytes, found %d", lead+tail, size)
	}
	head, err := readAt(r, 0, lead)
	if err != nil {
		return nil, err
	}
	end, err := readAt(r, size-tail, tail)
	if err != nil {
		return nil, err
	}
	if string(head[:6]) != Magic || string(end[4:]) != Magic {
		return nil, fail.Malformedf("arrow: want %q at both ends, found %q and %q: truncated?", Magic, head[:6], end[4:])
	}
	n := int64(binary.LittleEndian.Uint32(end))
	stop := size - tail - n
	if stop < lead {
		return nil, fail.Malformedf("arrow: footer of %d bytes in a file of %d", n, size)
	}
	footer, err := readAt(r, stop, n)
	if err != nil {
		return nil, err
	}
	f := newFlatbuffer(footer)
	blocks := footerBlocks(f)
	if f.err != nil {
		return nil, fail.Malformedf("arrow: footer: %w", f.err)
	}
	m, _, err := readMessage(r, lead, stop)
	if err != nil {
		return nil, err
	}
	msgs := []message{m}
	for i, b := range blocks {
		if b.offset < lead || b.offset >= stop {
			return nil, fail.Malformedf("arrow: block %d at byte %d (want %d to %d)", i, b.offset, lead, stop)
		}
		m, next, err := readMessage(r, b.offset, stop)
		if err != nil {
			return nil, err
		}
		if m.kind != b.kind || m.size != b.body || next-b.offset != b.meta+b.body {
			return nil, fail.Malformedf("arrow: block %d is not as the footer says: truncated or damaged", i)
		}
		msgs = append(msgs, m)
	}
	return msgs, nil
}

type block struct {
	kind               byte
	offset, meta, body int64
}

// footerBlocks reads the vectors of Block structs of a Footer.
func footerBlocks(f *flatbuffer) []block {
	const size = 24 // offset int64, metaDataLength int32, 4 bytes of padding, bodyLength int64
	root := f.root()
	var blocks []block
	for _, v := range []struct {
		field int
		kind  byte
	}{{2, kindDictionary}, {3, kindBatch}} {
		start, n := root.vector(v.field, size)
		for i := range n {
			at := start + i*size
			blocks = append(blocks, block{v.kind, f.i64(at), int64(int32(f.u32(at + 8))), f.i64(at + 16)})
		}
	}
	return blocks
}

// readMessage reads the message, or end-of-stream marker, at a position
// and returns where the next one begins.
func readMessage(r io.ReaderAt, at, end int64) (m message, next int64, err error) {
	b, err := readAt(r, at, min(8, end-at))
	if err != nil {
		return m, 0, err
	}
	if len(b) < 4 {
		return m, 0, fail.Malformedf("arrow: want a message or the end-of-stream marker at byte %d, found the end: truncated?", at)
	}
	at += 4
	n := binary.LittleEndian.Uint32(b)
	if n == continuation { // absent before Arrow 0.15
		if len(b) < 8 {
			return m, 0, fail.Malformedf("arrow: truncated message at byte %d", at-4)
		}
		n = binary.LittleEndian.Uint32(b[4:])
		at += 4
	}
	if n == 0 {
		return m, at, nil
	}
	if int64(n) > end-at {
		return m, 0, fail.Malformedf("arrow: message metadata of %d bytes, found %d: truncated?", n, end-at)
	}
	meta, err := readAt(r, at, int64(n))
	if err != nil {
		return m, 0, err
	}
	if err := m.parse(meta); err != nil {
		return m, 0, fail.Malformedf("arrow: message at byte %d: %w", at, err)
	}
	m.body = at + int64(n)
	if m.size > end-m.body {
		return m, 0, fail.Malformedf("arrow: message body of %d bytes, found %d: truncated?", m.size, end-m.body)
	}
	return m, m.body + m.size, nil
}

// readAt reads n bytes, which the caller knows to be in the file.
func readAt(r io.ReaderAt, at, n int64) ([]byte, error) {
	b := make([]byte, max(n, 0))
	if k, err := r.ReadAt(b, at); k < len(b) {
		return nil, fail.Damage(err)
	}
	return b, nil
}

// parse reads the metadata, those of Message.fbs.
func (m *message) parse(meta []byte) error {
	f := newFlatbuffer(meta)
	root := f.root()
	version := root.u16(0)
	m.kind = root.u8(1)
	m.size = root.i64(3)
	if m.size < 0 {
		f.fail("body of %d bytes", m.size)
	}
	header, ok := root.table(2)
	if !ok {
		f.fail("no header")
	}
	switch m.kind {
	case kindSchema:
		m.schema = readTable(header, version)
	case kindDictionary, kindSparse:
	case kindBatch:
		m.batch = readRecordBatch(header, m.size)
	case kindTensor:
		m.tensor = readDense(header, m.size)
	default:
		f.fail("unknown kind %d", m.kind)
	}
	return f.err
}

// IsStream matches a schema or a tensor, with or without a continuation
// marker before its length.
func IsStream(head []byte) bool {
	marked := magic.Begins("\xff\xff\xff\xff")(head)
	if marked {
		head = head[4:]
	}
	if len(head) < 4 {
		return false
	}
	n := int64(binary.LittleEndian.Uint32(head))
	if head = head[4:]; n > int64(len(head)) {
		return marked && n%8 == 0 && n < 1<<28 // a long schema
	}
	var m message
	err := m.parse(head[:n])
	return err == nil && (m.kind == kindSchema || m.kind >= kindTensor)
}
