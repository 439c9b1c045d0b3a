package codec

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strconv"
	"strings"
)

// The format version that this package writes and the one range it reads.
// See FORMAT.md.
const (
	versionWritten = 1
	versionOldest  = 1
	versionNewest  = 1
)

const (
	magicHead = "MRSL"
	magicFoot = "LSRM"
	footerLen = 8
)

// IsArchive reports whether head, the first bytes of a file, are those of an
// archive; four are enough.
func IsArchive(head []byte) bool { return strings.HasPrefix(string(head), magicHead) }

// Section tags. ancillary marks tags and block kinds that a reader may skip.
const (
	tagHeader   = 1
	tagModel    = 2
	tagChunk    = 3
	tagIndex    = 4
	ancillary   = 0x80
	tagName     = ancillary | 1
	tagTopology = ancillary | 2 // neither written nor read yet
)

var sectionNames = map[byte]string{
	tagHeader: "header", tagModel: "model", tagChunk: "chunk", tagIndex: "index", tagName: "name", tagTopology: "topology",
}

func sectionName(tag byte) string {
	if s, ok := sectionNames[tag]; ok {
		return s
	}
	return fmt.Sprintf("section %d", tag)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendSection appends a whole section to b.
func appendSection(b []byte, tag byte, payload []byte) []byte {
	start := len(b)
	b = append(b, tag)
	b = binary.AppendUvarint(b, uint64(len(payload)))
	b = append(b, payload...)
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b[start:], castagnoli))
}

// sectionReader reads an archive from front to back.
type sectionReader struct {
	r      *bufio.Reader
	offset int64
	memory int64 // longest payload that is read, 0 for maxSection, and
	chunk  int64 // that of a chunk, 0 likewise
}

// newSectionReader reads from r, at least size bytes at a time, what stands
// from offset on.
func newSectionReader(r io.Reader, offset int64, size int) *sectionReader {
	return &sectionReader{r: bufio.NewReaderSize(&faultReader{r: r}, size), offset: offset}
}

// How much is read at a time of a stream, and of the beginning of an archive
// that is opened.
const (
	streamRead = 1 << 16
	headRead   = 512
)

// full reads len(b) bytes; the end of the input is an error.
func (s *sectionReader) full(b []byte) error {
	n, err := io.ReadFull(s.r, b)
	s.offset += int64(n)
	if err == io.EOF || err == io.ErrUnexpectedEOF { // a fault is neither
		return fmt.Errorf("truncated: expected %d more bytes, found the end", len(b)-n)
	}
	return err
}

// ReadByte lets encoding/binary read varints.
func (s *sectionReader) ReadByte() (byte, error) {
	b, err := s.r.ReadByte()
	if err == nil {
		s.offset++
	}
	return b, err
}

// prologue checks magic and version.
func (s *sectionReader) prologue() (version int, err error) {
	var b [len(magicHead) + 1]byte
	if err := s.full(b[:]); err != nil {
		return 0, corrupt("prologue", 0, err)
	}
	if string(b[:len(magicHead)]) != magicHead {
		return 0, &CorruptError{"prologue", 0, fmt.Errorf("expected %q, found %q: not a morsel archive", magicHead, b[:len(magicHead)])}
	}
	version = int(b[len(magicHead)])
	if version < versionOldest || version > versionNewest {
		return 0, &CorruptError{"prologue", int64(len(magicHead)), fmt.Errorf(
			"%w: %d (this program reads %d to %d)", ErrVersion, version, versionOldest, versionNewest)}
	}
	return version, nil
}

// section is a part of an archive whose checksum was right.
type section struct {
	tag     byte
	payload []byte
	offset  int64 // of the tag
	length  int64 // tag to checksum
}

// any reads the next section.
func (s *sectionReader) any() (sec section, err error) {
	sec.offset = s.offset
	bad := func(err error) (section, error) {
		return sec, corrupt(sectionName(sec.tag), sec.offset, err)
	}
	if sec.tag, err = s.ReadByte(); err != nil {
		if err == io.EOF {
			err = errors.New("truncated: expected a section, found the end")
		}
		return sec, corrupt("section", sec.offset, err)
	}
	if _, known := sectionNames[sec.tag]; !known && sec.tag&ancillary == 0 {
		return bad(fmt.Errorf("%w: unknown critical section %d", ErrVersion, sec.tag))
	}
	length, err := binary.ReadUvarint(s)
	if err != nil {
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			err = errors.New("truncated: expected a length, found the end")
		}
		return bad(err)
	}
	if length > maxSection {
		return bad(fmt.Errorf("length %d is beyond the limit %d", length, maxSection))
	}
	if sec.tag == tagChunk && s.chunk > 0 && int64(length) > s.chunk {
		return bad(fmt.Errorf("%d bytes are more than a chunk may take, %d", length, s.chunk))
	}
	if need := int64(length) * sectionNeeds(sec.tag); s.memory > 0 && need > s.memory {
		return sec, beyondMemory(sectionName(sec.tag), need, s.memory)
	}
	// Grow with what is there, not with what the length claims.
	const piece = 1 << 20
	for old := 0; old < int(length); old = len(sec.payload) {
		grown := make([]byte, min(int(length), max(2*old, piece)))
		copy(grown, sec.payload)
		sec.payload = grown
		if err := s.full(sec.payload[old:]); err != nil {
			return bad(err)
		}
	}
	var sum [4]byte
	if err := s.full(sum[:]); err != nil {
		return bad(err)
	}
	sec.length = s.offset - sec.offset
	head := binary.AppendUvarint([]byte{sec.tag}, length)
	if int64(len(head)+4)+int64(length) != sec.length {
		return bad(errors.New("length is not in its shortest form"))
	}
	want := binary.LittleEndian.Uint32(sum[:])
	if got := crc32.Update(crc32.Checksum(head, castagnoli), castagnoli, sec.payload); got != want {
		return bad(fmt.Errorf("checksum is %08x, its bytes give %08x", want, got))
	}
	return sec, nil
}

// sectionNeeds returns how much memory a byte of a section takes, at most.
func sectionNeeds(tag byte) int64 {
	if tag == tagIndex {
		return 1 + 8 + 8 // a chunk's length, and its offset
	}
	return 1
}

// maxSection is the longest section payload that is read.
const maxSection = 1 << 32

// footer checks the bytes behind the index section, and that nothing follows.
func (s *sectionReader) footer(indexLen int64) error {
	at := s.offset
	var b [footerLen]byte
	if err := s.full(b[:]); err != nil {
		return corrupt("footer", at, err)
	}
	if err := checkFooter(b, indexLen); err != nil {
		return &CorruptError{"footer", at, err}
	}
	if _, err := s.r.ReadByte(); err == nil {
		return &CorruptError{"footer", s.offset, errors.New("bytes follow the archive's end")}
	} else if err != io.EOF {
		return err
	}
	return nil
}

func appendFooter(b []byte, indexLen int) []byte {
	return append(binary.LittleEndian.AppendUint32(b, uint32(indexLen)), magicFoot...)
}

func checkFooter(b [footerLen]byte, indexLen int64) error {
	if string(b[4:]) != magicFoot {
		return fmt.Errorf("expected %q, found %q: truncated or overwritten", magicFoot, b[4:])
	}
	if n := int64(binary.LittleEndian.Uint32(b[:])); indexLen >= 0 && n != indexLen {
		return fmt.Errorf("the index is %d bytes long, the footer says %d", indexLen, n)
	}
	return nil
}

// A fields value takes a payload apart. The first error sticks, and reading on
// gives zeros.
type fields struct {
	b   []byte
	err error
}

func (f *fields) fail(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf(format, args...)
	}
	f.b = nil
}

func (f *fields) bytes(n int) []byte {
	if n < 0 || n > len(f.b) {
		f.fail("expected %d more bytes, found %d", n, len(f.b))
		return nil
	}
	b := f.b[:n:n]
	f.b = f.b[n:]
	return b
}

func (f *fields) u8() byte {
	if b := f.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (f *fields) u64() uint64 {
	if b := f.bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// uvarint reads a number up to limit.
func (f *fields) uvarint(limit uint64) uint64 {
	v, n := binary.Uvarint(f.b)
	if n <= 0 {
		f.fail("bad variable-length number")
		return 0
	}
	if v > limit {
		f.fail("number %d is beyond the limit %d", v, limit)
		return 0
	}
	f.b = f.b[n:]
	return v
}

// decimal reads a number that appendDecimal wrote.
func (f *fields) decimal() float64 {
	const most = 1e17 // no number needs more digits
	mantissa := f.uvarint(most)
	z := f.uvarint(1 << 11)
	exponent := int64(z>>1) ^ -int64(z&1)
	v, err := strconv.ParseFloat(fmt.Sprintf("%de%d", mantissa, exponent), 64)
	if err != nil {
		f.fail("%de%d is beyond the largest number", mantissa, exponent)
		return 0
	}
	return v
}

// appendDecimal appends a number that is not negative as the decimal with the
// fewest digits that it is nearest to.
func appendDecimal(b []byte, v float64) []byte {
	digits, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
	whole, fraction, _ := strings.Cut(digits, ".")
	mantissa, _ := strconv.ParseUint(whole+fraction, 10, 64) // 17 digits at most
	e, _ := strconv.Atoi(exponent)
	b = binary.AppendUvarint(b, mantissa)
	return binary.AppendVarint(b, int64(e-len(fraction)))
}

// end fails if something is left, and returns the first error.
func (f *fields) end() error {
	if len(f.b) > 0 {
		f.fail("%d bytes too many", len(f.b))
	}
	return f.err
}
