package autoencoder

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/morselcodec/morsel/autoencoder/internal/fail"
)

// The build of a model file and of a checkpoint, a list of sections; FORMAT.md
// draws it.
const (
	modelMagic      = "\x89MRSM\r\n\x1a"
	checkpointMagic = "\x89MRSC\r\n\x1a"

	versionOldest  = 1 // readable
	versionNewest  = 1
	versionWritten = 1

	prologueLen = len(modelMagic) + 1
	footerTag   = 0
	ancillary   = 0x80 // the bit of tags that a reader may skip
	crcLen      = 4
	maxJSON     = 1 << 22            // of a section that is a JSON object
	maxFile     = 5 * 4 * maxWeights // a checkpoint has up to five such vectors
)

// IsModel reports whether head, the first bytes of a file, are those of a model
// or of a checkpoint; eight are enough.
func IsModel(head []byte) bool {
	return bytes.HasPrefix(head, []byte(modelMagic)) || bytes.HasPrefix(head, []byte(checkpointMagic))
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// section is one part of a file.
type section struct {
	tag     byte
	payload []byte
	at      int // where in the file it begins
}

// seal lays out a file and returns it with the hash that ends it.
func seal(magic string, sections []section) (file []byte, id [sha256.Size]byte) {
	file = append([]byte(magic), versionWritten)
	for _, s := range sections {
		start := len(file)
		file = append(file, s.tag)
		file = binary.AppendUvarint(file, uint64(len(s.payload)))
		file = append(file, s.payload...)
		file = binary.LittleEndian.AppendUint32(file, crc32.Checksum(file[start:], castagnoli))
	}
	file = append(file, footerTag)
	id = sha256.Sum256(file)
	return append(file, id[:]...), id
}

// unsealed is a file whose sections and hash have been checked.
type unsealed struct {
	file     []byte
	id       [sha256.Size]byte
	sections []section
}

// unseal reads a whole file. It allocates no more than the data that r has.
func unseal(magic string, r io.Reader) (*unsealed, error) {
	file, err := io.ReadAll(io.LimitReader(&steadyReader{r: r}, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("reading a model: %w", err)
	}
	switch {
	case len(file) > maxFile:
		return nil, fmt.Errorf("%w: longer than %d bytes", fail.ErrModel, maxFile)
	case !bytes.HasPrefix(file, []byte(magic)):
		return nil, fmt.Errorf("%w: it does not start with %q", fail.ErrModel, magic)
	case len(file) < prologueLen:
		return nil, fmt.Errorf("%w: truncated to %d bytes", fail.ErrModel, len(file))
	}
	if version := file[len(magic)]; version < versionOldest || version > versionNewest {
		return nil, fmt.Errorf("%w: format version %d (this program reads %d to %d): use a newer program", fail.ErrModel, version, versionOldest, versionNewest)
	}
	u := &unsealed{file: file}
	rest := file[prologueLen:]
	for len(rest) > 0 && rest[0] != footerTag {
		s := section{tag: rest[0], at: len(file) - len(rest)}
		if s.payload, rest, err = cutSection(rest); err != nil {
			return nil, fmt.Errorf("%w: section %d at byte %d: %w", fail.ErrModel, s.tag, s.at, err)
		}
		u.sections = append(u.sections, s)
	}
	switch n := 1 + sha256.Size; {
	case len(rest) < n:
		return nil, fmt.Errorf("%w: truncated: it has %d bytes and no end", fail.ErrModel, len(file))
	case len(rest) > n:
		return nil, fmt.Errorf("%w: %d bytes follow the file's end", fail.ErrModel, len(rest)-n)
	}
	u.id = sha256.Sum256(file[:len(file)-sha256.Size])
	if !bytes.Equal(u.id[:], rest[1:]) {
		return nil, fmt.Errorf("%w: its SHA-256 does not match: the file is damaged", fail.ErrModel)
	}
	return u, nil
}

// steadyReader ends with [io.ErrNoProgress] when r keeps on giving neither bytes
// nor an error.
type steadyReader struct {
	r    io.Reader
	idle int // such reads, in a row
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

// cutSection cuts the section that b begins with off it.
func cutSection(b []byte) (payload, rest []byte, err error) {
	length, n := binary.Uvarint(b[1:])
	if n <= 0 {
		return nil, nil, fmt.Errorf("truncated: expected a length, found %d bytes", len(b)-1)
	}
	head := 1 + n
	if uint64(len(b)-head) < length || len(b)-head-int(length) < crcLen {
		return nil, nil, fmt.Errorf("truncated: expected %d bytes and their checksum, found %d bytes", length, len(b)-head)
	}
	end := head + int(length)
	want := binary.LittleEndian.Uint32(b[end:])
	if got := crc32.Checksum(b[:end], castagnoli); got != want {
		return nil, nil, fmt.Errorf("damaged: the checksum is %08x, its bytes give %08x", want, got)
	}
	return b[head:end:end], b[end+crcLen:], nil
}
