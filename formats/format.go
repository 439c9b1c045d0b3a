package formats

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"

	"github.com/morselcodec/morsel/formats/array"
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

// formatRow is all that [Open], [Write] and [DetectFormat] know of a format.
type formatRow struct {
	name       string
	extensions []string
	content    matcher // tells it by its first bytes; nil where nothing does
	weak       bool    // other files and plain values may begin like that too
	several    bool    // holds more than one array
	open       opener
	write      func(w io.Writer, sources []array.Source, o *WriteOptions) error // nil: is only read
}

// opener lists the arrays of a file, and what it holds beside them.
type opener func(in input, name string, o *OpenOptions) ([]array.Source, []Skipped, error)

var formats = [...]formatRow{
	Raw: {name: "raw", extensions: []string{"raw", "dat", "bin"},
		open:  openRaw,
		write: one(writeRaw)},
	NPY: {name: "npy", extensions: []string{"npy"},
		content: begins(npyMagic),
		open:    plain(openNPY),
		write:   one(writeNPY)},
	NPZ: {name: "npz", extensions: []string{"npz"},
		content: begins("PK\x03\x04", "PK\x05\x06"), several: true,
		open:  random(openNPZ),
		write: func(w io.Writer, s []array.Source, _ *WriteOptions) error { return writeNPZ(w, s) }},
	Arrow: {name: "arrow", extensions: []string{"arrow", "feather"},
		content: begins(arrowMagic), several: true,
		open: random(openArrowFile),
		write: func(w io.Writer, s []array.Source, o *WriteOptions) error {
			return writeArrow(w, Arrow, s, o.ArrowLayout)
		}},
	ArrowStream: {name: "arrows", extensions: []string{"arrows"},
		content: isArrowStream, several: true,
		open: random(openArrowStream),
		write: func(w io.Writer, s []array.Source, o *WriteOptions) error {
			return writeArrow(w, ArrowStream, s, o.ArrowLayout)
		}},
	CSV: {name: "csv", extensions: []string{"csv", "tsv", "txt"},
		several: true,
		open:    openCSV,
		write:   func(w io.Writer, s []array.Source, _ *WriteOptions) error { return writeCSV(w, s) }},
	PNG: {name: "png", extensions: []string{"png"},
		content: begins(pngMagic),
		open:    plain(openPNG),
		write:   one(writePNG)},
	PGM: {name: "pgm", extensions: []string{"pgm"},
		content: isPGM, weak: true,
		open:  plain(openPGM),
		write: one(writePGM)},
	IDX: {name: "idx", extensions: []string{"idx"},
		content: isIDX, weak: true,
		open: plain(openIDX)},
}

// plain makes an opener of one that passes nothing over.
func plain(open func(input, *OpenOptions) ([]array.Source, error)) opener {
	return func(in input, _ string, o *OpenOptions) ([]array.Source, []Skipped, error) {
		s, err := open(in, o)
		return s, nil, err
	}
}

// random makes an opener of one that reads here and there: what is packed is
// unpacked into memory first.
func random(open func(r io.ReaderAt, size int64, name string, o *OpenOptions) ([]array.Source, []Skipped, error)) opener {
	return func(in input, name string, o *OpenOptions) ([]array.Source, []Skipped, error) {
		if in.at != nil {
			return open(in.at, in.length, name, o)
		}
		b, err := in.load(o.maxBytes())
		if err != nil {
			return nil, nil, err
		}
		return open(bytes.NewReader(b), int64(len(b)), name, o)
	}
}

// one makes a writer of one that writes a single array.
func one(write func(io.Writer, array.Source) error) func(io.Writer, []array.Source, *WriteOptions) error {
	return func(w io.Writer, s []array.Source, _ *WriteOptions) error { return write(w, s[0]) }
}

// Valid reports whether f is one of the declared formats.
func (f Format) Valid() bool { return f >= Raw && f <= IDX }

// String returns the format's name, as in [FormatNames].
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
	return 0, fmt.Errorf("unknown format %q (want %s)", s, list(FormatNames(false)))
}

// FormatNames returns the names of all formats, or of those that are written.
func FormatNames(written bool) []string {
	var names []string
	for _, row := range formats[Raw:] {
		if row.write != nil || !written {
			names = append(names, row.name)
		}
	}
	return names
}

// list writes names as "a, b or c".
func list(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
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
	if _, err := array.ParseDType(ext); err == nil {
		return Raw
	}
	return 0
}
