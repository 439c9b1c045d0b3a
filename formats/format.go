package formats

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strings"
)

// Format is a file format. The zero value means "not given".
type Format uint8

// The formats. All are read; all but IDX are written.
const (
	Raw         Format = 1 + iota // values only; shape and type from options or the name
	NPY                           // NumPy array, versions 1 to 3
	NPZ                           // zip of NPY arrays
	Arrow                         // Arrow IPC file (also Feather version 2)
	ArrowStream                   // Arrow IPC stream
	CSV                           // numeric columns as 1-D arrays
	PNG                           // image as integers, [H,W] or [H,W,C]
	PGM                           // netpbm grey map, P5 or P2, [H,W]
	IDX                           // the format of the MNIST files
)

var formats = [...]struct {
	name       string
	extensions []string
}{
	Raw:         {"raw", []string{"raw", "dat", "bin"}},
	NPY:         {"npy", []string{"npy"}},
	NPZ:         {"npz", []string{"npz"}},
	Arrow:       {"arrow", []string{"arrow", "feather"}},
	ArrowStream: {"arrows", []string{"arrows"}},
	CSV:         {"csv", []string{"csv"}},
	PNG:         {"png", []string{"png"}},
	PGM:         {"pgm", []string{"pgm"}},
	IDX:         {"idx", []string{"idx"}},
}

// Valid reports whether f is one of the declared formats.
func (f Format) Valid() bool { return f >= Raw && f <= IDX }

// String returns the format's name: raw, npy, npz, arrow, arrows, csv, png,
// pgm or idx.
func (f Format) String() string {
	if !f.Valid() {
		return fmt.Sprintf("format(%d)", uint8(f))
	}
	return formats[f].name
}

// ParseFormat reads a format's name, as String writes it.
func ParseFormat(s string) (Format, error) {
	t := strings.ToLower(strings.TrimSpace(s))
	for f := Raw; f.Valid(); f++ {
		if t == formats[f].name {
			return f, nil
		}
	}
	return 0, fmt.Errorf("unknown format %q (want raw, npy, npz, arrow, arrows, csv, png, pgm or idx)", s)
}

var idxName = regexp.MustCompile(`[-.]idx[1-5]-`)

// DetectFormat returns the format that the extension of name stands for, a
// final .gz aside, or 0 when it says nothing. Extensions that are element types
// (f32, f64, i16, ...) stand for [Raw].
func DetectFormat(name string) Format {
	base := strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	base = strings.TrimSuffix(base, ".gz")
	if idxName.MatchString(base) {
		return IDX
	}
	ext := strings.TrimPrefix(path.Ext(base), ".")
	for f := Raw; f.Valid(); f++ {
		for _, e := range formats[f].extensions {
			if ext == e {
				return f
			}
		}
	}
	if _, err := ParseDType(ext); err == nil {
		return Raw
	}
	return 0
}

// sniff tells a format from the first bytes of a file. With strong set, only
// marks that raw values would hardly begin with count.
func sniff(head []byte, strong bool) Format {
	for _, m := range []struct {
		mark   string
		f      Format
		strong bool
	}{
		{npyMagic, NPY, true},
		{pngMagic, PNG, true},
		{arrowMagic, Arrow, true},
		{"PK\x03\x04", NPZ, true},
		{"PK\x05\x06", NPZ, true},
		{"\xff\xff\xff\xff", ArrowStream, false},
		{"P5", PGM, false},
		{"P2", PGM, false},
	} {
		if bytes.HasPrefix(head, []byte(m.mark)) && (m.strong || !strong) {
			return m.f
		}
	}
	if !strong && len(head) >= 4 && head[0] == 0 && head[1] == 0 && idxTypes[head[2]] != 0 && head[3] >= 1 && head[3] <= MaxRank {
		return IDX
	}
	return 0
}
