// Package container reads and writes the sections that an archive consists of,
// whatever they hold, their index and the footer.
//
// A section has a tag, a payload and a checksum. The prologue is what stands before
// the first section: the magic bytes and the version. Numbers are those of package
// wire, errors those of package fault.
//
// See section 2 of FORMAT.md, "Container", and "Index" in section 4.
package container

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"github.com/morselcodec/morsel/internal/wire"
)

// The format versions that this package reads, and that it writes.
const (
	versionOldest = 1
	VersionNewest = 1
	Version       = 1
)

// The magic bytes at both ends of an archive, and how many bytes its footer takes.
const (
	MagicHead = "MRSL"
	magicFoot = "LSRM"
	FooterLen = 8
)

// IsArchive reports whether head, the first bytes of a file, are those of an
// archive; four are enough.
func IsArchive(head []byte) bool { return strings.HasPrefix(string(head), MagicHead) }

// MaxSection is the most bytes of a section's payload. Twice that is an int.
const MaxSection uint64 = min(1<<32, math.MaxInt/2)

// Section tags.
const (
	TagHeader   = 1
	TagModel    = 2
	TagChunk    = 3
	TagIndex    = 4
	TagName     = wire.Ancillary | 1
	TagTopology = wire.Ancillary | 2 // neither written nor read yet
)

var sectionNames = map[byte]string{
	TagHeader: "header", TagModel: "model", TagChunk: "chunk", TagIndex: "index", TagName: "name", TagTopology: "topology",
}

// SectionName returns the name of the sections with a tag, its number if it is not
// known.
func SectionName(tag byte) string {
	if s, ok := sectionNames[tag]; ok {
		return s
	}
	return fmt.Sprintf("section %d", tag)
}

// AppendFooter appends the footer behind an index section of indexLen bytes, 0 if
// there is none.
func AppendFooter(b []byte, indexLen int) []byte {
	return append(binary.LittleEndian.AppendUint32(b, uint32(indexLen)), magicFoot...)
}

// CheckFooter checks a footer's magic bytes and, unless indexLen is negative, the
// length of the index section.
func CheckFooter(b [FooterLen]byte, indexLen int64) error {
	if string(b[4:]) != magicFoot {
		return fmt.Errorf("expected %q, found %q: truncated or overwritten", magicFoot, b[4:])
	}
	if n := int64(binary.LittleEndian.Uint32(b[:])); indexLen >= 0 && n != indexLen {
		return fmt.Errorf("the index is %d bytes long, the footer says %d", indexLen, n)
	}
	return nil
}
