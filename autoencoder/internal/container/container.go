// Package container builds model files and checkpoints of sections, and takes
// them apart again, as FORMAT.md draws it: a prologue, sections with tag, length
// and checksum, and the file's SHA-256. What sections mean is left to others; this
// package has the fields that they are made of, and packed numbers. It never
// allocates more than the bytes that it has read justify.
package container

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/morselcodec/morsel/autoencoder/internal/fail"
	"github.com/morselcodec/morsel/internal/wire"
)

// What files begin with.
const (
	ModelMagic      = "\x89MRSM\r\n\x1a"
	CheckpointMagic = "\x89MRSC\r\n\x1a"
)

// MaxJSON is how many bytes of JSON a section holds at most.
const MaxJSON = 1 << 22

const (
	versionOldest  = 1 // readable
	versionNewest  = 1
	versionWritten = 1

	prologueLen = len(ModelMagic) + 1
	footerTag   = 0
	crcLen      = 4
	maxSections = 1 << 12
	maxFile     = 5 << 28 // a checkpoint has up to five vectors of 2^26 parameters
)

// IsModel reports whether head, the first bytes of a file, are those of a model
// or of a checkpoint; eight are enough.
func IsModel(head []byte) bool {
	return bytes.HasPrefix(head, []byte(ModelMagic)) || bytes.HasPrefix(head, []byte(CheckpointMagic))
}

// Section is one part of a file.
type Section struct {
	Tag     byte
	Payload []byte
	At      int // offset in the file; Seal ignores it
}

// Seal lays out a file that begins with a magic, and returns it with its
// identity, the SHA-256 that ends it.
func Seal(magic string, sections []Section) (file []byte, id [sha256.Size]byte) {
	file = append([]byte(magic), versionWritten)
	for _, s := range sections {
		file = wire.AppendSection(file, s.Tag, s.Payload)
	}
	file = append(file, footerTag)
	id = sha256.Sum256(file)
	return append(file, id[:]...), id
}

// File is a file whose sections and hash have been checked.
type File struct {
	Bytes    []byte
	ID       [sha256.Size]byte
	Sections []Section
}

// Open reads a whole file. It allocates no more than the data that r has.
func Open(magic string, r io.Reader) (*File, error) {
	file, err := io.ReadAll(io.LimitReader(wire.Steady(r), maxFile+1))
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
	u := &File{Bytes: file}
	rest := file[prologueLen:]
	for len(rest) > 0 && rest[0] != footerTag {
		s := Section{Tag: rest[0], At: len(file) - len(rest)}
		if len(u.Sections) == maxSections {
			return nil, fmt.Errorf("%w: more than %d sections", fail.ErrModel, maxSections)
		}
		if s.Payload, rest, err = cutSection(rest); err != nil {
			return nil, fmt.Errorf("%w: section %d at byte %d: %w", fail.ErrModel, s.Tag, s.At, err)
		}
		u.Sections = append(u.Sections, s)
	}
	switch n := 1 + sha256.Size; {
	case len(rest) < n:
		return nil, fmt.Errorf("%w: truncated: it has %d bytes and no end", fail.ErrModel, len(file))
	case len(rest) > n:
		return nil, fmt.Errorf("%w: %d bytes follow the file's end", fail.ErrModel, len(rest)-n)
	}
	u.ID = sha256.Sum256(file[:len(file)-sha256.Size])
	if !bytes.Equal(u.ID[:], rest[1:]) {
		return nil, fmt.Errorf("%w: its SHA-256 does not match: the file is damaged", fail.ErrModel)
	}
	return u, nil
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
	if got := wire.Checksum(b[:end]); got != want {
		return nil, nil, fmt.Errorf("damaged: the checksum is %08x, its bytes give %08x", want, got)
	}
	return b[head:end:end], b[end+crcLen:], nil
}
