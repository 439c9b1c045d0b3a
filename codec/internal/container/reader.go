package container

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/internal/wire"
)

// Reader reads the sections of an archive from front to back.
type Reader struct {
	R         *bufio.Reader
	Offset    int64
	MaxMemory int64 // bytes that a section may take in memory; 0: no limit but the format's
	MaxChunk  int64 // bytes of the longest payload of a chunk; 0 likewise
}

// NewReader returns a Reader of what stands in the archive from offset on. It reads
// size bytes of r at a time, or more.
func NewReader(r io.Reader, offset int64, size int) *Reader {
	return &Reader{R: bufio.NewReaderSize(fault.NewReader(r), size), Offset: offset}
}

// How much is read at a time of a stream, and of the beginning of an archive
// that is opened.
const (
	StreamRead = 1 << 16
	HeadRead   = 512
)

// ReadFull reads len(b) bytes; the end of the input before that is an error.
func (r *Reader) ReadFull(b []byte) error {
	n, err := io.ReadFull(r.R, b)
	r.Offset += int64(n)
	if err == io.EOF || err == io.ErrUnexpectedEOF { // a fault is neither
		return fmt.Errorf("truncated: expected %d more bytes, found the end", len(b)-n)
	}
	return err
}

// ReadByte lets encoding/binary read varints.
func (r *Reader) ReadByte() (byte, error) {
	b, err := r.R.ReadByte()
	if err == nil {
		r.Offset++
	}
	return b, err
}

// Prologue reads the magic bytes and the version, which must be one that this
// package reads.
func (r *Reader) Prologue() (version int, err error) {
	var b [len(MagicHead) + 1]byte
	if err := r.ReadFull(b[:]); err != nil {
		return 0, fault.Corrupt("prologue", 0, err)
	}
	if string(b[:len(MagicHead)]) != MagicHead {
		return 0, fault.At("prologue", 0, fmt.Errorf("expected %q, found %q: not a morsel archive", MagicHead, b[:len(MagicHead)]))
	}
	version = int(b[len(MagicHead)])
	if version < versionOldest || version > VersionNewest {
		return 0, fault.At("prologue", int64(len(MagicHead)), fmt.Errorf(
			"%w: %d (this program reads %d to %d)", fault.ErrVersion, version, versionOldest, VersionNewest))
	}
	return version, nil
}

// Section is a section whose checksum is right.
type Section struct {
	Tag     byte
	Payload []byte
	Offset  int64 // of the tag
	Length  int64 // tag to checksum
}

// Next reads the next section. Errors are CorruptErrors, ErrLimit where it takes
// more memory than allowed, or the input's own.
func (r *Reader) Next() (sec Section, err error) {
	sec.Offset = r.Offset
	bad := func(err error) (Section, error) {
		return sec, fault.Corrupt(SectionName(sec.Tag), sec.Offset, err)
	}
	if sec.Tag, err = r.ReadByte(); err != nil {
		if err == io.EOF {
			err = errors.New("truncated: expected a section, found the end")
		}
		return sec, fault.Corrupt("section", sec.Offset, err)
	}
	if _, known := sectionNames[sec.Tag]; !known && sec.Tag&wire.Ancillary == 0 {
		return bad(fmt.Errorf("%w: unknown critical section %d", fault.ErrVersion, sec.Tag))
	}
	length, err := binary.ReadUvarint(r)
	if err != nil {
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			err = errors.New("truncated: expected a length, found the end")
		}
		return bad(err)
	}
	if length > MaxSection {
		return bad(fmt.Errorf("length %d is beyond the limit %d", length, MaxSection))
	}
	if sec.Tag == TagChunk && r.MaxChunk > 0 && int64(length) > r.MaxChunk {
		return bad(fmt.Errorf("%d bytes are more than a chunk may take, %d", length, r.MaxChunk))
	}
	if need := int64(length) * memoryPerByte(sec.Tag); r.MaxMemory > 0 && need > r.MaxMemory {
		return sec, fault.BeyondMemory(SectionName(sec.Tag), need, r.MaxMemory)
	}
	// Grow with what is there, not with what the length claims.
	const piece = 1 << 20
	for old := 0; old < int(length); old = len(sec.Payload) {
		grown := make([]byte, min(int(length), max(2*old, piece)))
		copy(grown, sec.Payload)
		sec.Payload = grown
		if err := r.ReadFull(sec.Payload[old:]); err != nil {
			return bad(err)
		}
	}
	var sum [4]byte
	if err := r.ReadFull(sum[:]); err != nil {
		return bad(err)
	}
	sec.Length = r.Offset - sec.Offset
	head := binary.AppendUvarint([]byte{sec.Tag}, length)
	if int64(len(head)+4)+int64(length) != sec.Length {
		return bad(errors.New("length is not in its shortest form"))
	}
	want := binary.LittleEndian.Uint32(sum[:])
	if got := wire.Checksum(head, sec.Payload); got != want {
		return bad(fmt.Errorf("checksum is %08x, its bytes give %08x", want, got))
	}
	return sec, nil
}

// memoryPerByte returns how many bytes of memory a byte of a section takes at most.
func memoryPerByte(tag byte) int64 {
	if tag == TagIndex {
		return 1 + 8 + 8 // a chunk's length, and its offset
	}
	return 1
}

// Footer reads the footer behind an index section of indexLen bytes, tag to
// checksum, 0 if there is none, and checks that nothing follows.
func (r *Reader) Footer(indexLen int64) error {
	at := r.Offset
	var b [FooterLen]byte
	if err := r.ReadFull(b[:]); err != nil {
		return fault.Corrupt("footer", at, err)
	}
	if err := CheckFooter(b, indexLen); err != nil {
		return fault.At("footer", at, err)
	}
	if _, err := r.R.ReadByte(); err == nil {
		return fault.At("footer", r.Offset, errors.New("bytes follow the archive's end"))
	} else if err != io.EOF {
		return err
	}
	return nil
}
