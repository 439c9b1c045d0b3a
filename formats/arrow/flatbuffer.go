package arrow

import (
	"encoding/binary"
	"fmt"
)

// flatbuffer walks a flatbuffer without believing it. Its first error sticks;
// what is read after it is zero. Every byte visited counts against a budget of
// a few times the buffer, so tables that are shared or form a cycle end.
type flatbuffer struct {
	b      []byte
	budget int
	err    error
}

func newFlatbuffer(b []byte) *flatbuffer {
	return &flatbuffer{b: b, budget: 8*len(b) + 1024}
}

func (f *flatbuffer) fail(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf(format, args...)
	}
}

// has reports whether n bytes at position at are there.
func (f *flatbuffer) has(at, n int) bool {
	if f.err != nil {
		return false
	}
	if at < 0 || n < 0 || n > len(f.b) || at > len(f.b)-n {
		f.fail("reference to byte %d of %d", at, len(f.b))
		return false
	}
	if f.budget -= n; f.budget < 0 {
		f.fail("nested or repeated without end")
		return false
	}
	return true
}

func (f *flatbuffer) u16(at int) int {
	if !f.has(at, 2) {
		return 0
	}
	return int(binary.LittleEndian.Uint16(f.b[at:]))
}

func (f *flatbuffer) u32(at int) int64 {
	if !f.has(at, 4) {
		return 0
	}
	return int64(binary.LittleEndian.Uint32(f.b[at:]))
}

func (f *flatbuffer) i64(at int) int64 {
	if !f.has(at, 8) {
		return 0
	}
	return int64(binary.LittleEndian.Uint64(f.b[at:]))
}

// follow returns the position that the offset stored at position at leads to.
// Offsets lead forward only.
func (f *flatbuffer) follow(at int) int {
	off := f.u32(at)
	if f.err == nil && (off == 0 || off > int64(len(f.b)-at)) {
		f.fail("offset %d at byte %d of %d", off, at, len(f.b))
	}
	if f.err != nil {
		return 0
	}
	return at + int(off)
}

func (f *flatbuffer) root() flatTable { return f.table(0) }

// table returns the table that the offset at position at leads to.
func (f *flatbuffer) table(at int) flatTable {
	t := flatTable{f: f, pos: f.follow(at)}
	back := int64(int32(f.u32(t.pos)))
	v := int64(t.pos) - back
	if f.err == nil && (v < 0 || v > int64(len(f.b)-4)) {
		f.fail("vtable at byte %d of %d", v, len(f.b))
	}
	if f.err != nil {
		return flatTable{f: f}
	}
	t.vtable = int(v)
	size := f.u16(t.vtable)
	if f.err == nil && (size < 4 || size%2 != 0) {
		f.fail("vtable of %d bytes", size)
	}
	f.has(t.vtable, size)
	t.slots = (size - 4) / 2
	return t
}

// flatTable is a table; fields are numbered as in the schema, from 0.
type flatTable struct {
	f                  *flatbuffer
	pos, vtable, slots int
}

// at returns the position of a field, 0 when it is absent.
func (t flatTable) at(field int) int {
	if t.f.err != nil || field >= t.slots {
		return 0
	}
	if off := t.f.u16(t.vtable + 4 + 2*field); off != 0 {
		return t.pos + off
	}
	return 0
}

func (t flatTable) u8(field int) byte {
	if at := t.at(field); at != 0 && t.f.has(at, 1) {
		return t.f.b[at]
	}
	return 0
}

func (t flatTable) u16(field int) int {
	if at := t.at(field); at != 0 {
		return t.f.u16(at)
	}
	return 0
}

func (t flatTable) i32(field int) int {
	if at := t.at(field); at != 0 {
		return int(int32(t.f.u32(at)))
	}
	return 0
}

func (t flatTable) text(field int) string {
	start, n := t.vector(field, 1)
	return string(t.f.b[start : start+n])
}

func (t flatTable) i64(field int) int64 {
	if at := t.at(field); at != 0 {
		return t.f.i64(at)
	}
	return 0
}

// table returns a field that is a table, and whether it is present.
func (t flatTable) table(field int) (flatTable, bool) {
	at := t.at(field)
	if at == 0 {
		return flatTable{f: t.f}, false
	}
	return t.f.table(at), t.f.err == nil
}

// vector returns the position and length of a vector of elements of size bytes;
// a string is a vector of bytes.
func (t flatTable) vector(field, size int) (start, n int) {
	at := t.at(field)
	if at == 0 {
		return 0, 0
	}
	start = t.f.follow(at)
	count := t.f.u32(start)
	if t.f.err == nil && count > int64(len(t.f.b)/size) {
		t.f.fail("vector of %d elements in %d bytes", count, len(t.f.b))
	}
	if !t.f.has(start+4, int(count)*size) {
		return 0, 0
	}
	return start + 4, int(count)
}
