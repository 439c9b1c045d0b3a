package formats

import (
	"archive/zip"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/morselcodec/morsel/formats/arrow"
	"github.com/morselcodec/morsel/formats/foreign"
	"github.com/morselcodec/morsel/formats/idx"
	"github.com/morselcodec/morsel/formats/input"
	"github.com/morselcodec/morsel/formats/internal/magic"
	"github.com/morselcodec/morsel/formats/npy"
	"github.com/morselcodec/morsel/formats/raster"
	"github.com/morselcodec/morsel/formats/raw"
	"github.com/morselcodec/morsel/formats/text"
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
	named      func(name string) bool // tells it by a name, in small letters, without such an extension; may be nil
	content    magic.Matcher          // tells it by its first bytes; nil where nothing does
	weak       bool                   // other files and plain values may begin like that too
	several    bool                   // holds more than one array
	open       opener
	write      func(w io.Writer, sources []Source, o *WriteOptions) error // nil: is only read
}

// opener lists the arrays of a file, and what it holds beside them.
type opener func(in input.Input, name string, o *OpenOptions) ([]Source, []Skipped, error)

var formats = [...]formatRow{
	Raw: {name: "raw", extensions: []string{"raw", "dat", "bin"},
		open: func(in input.Input, name string, o *OpenOptions) ([]Source, []Skipped, error) {
			return only(raw.Open(in, name, o.raw()))
		},
		write: one(raw.Write)},
	NPY: {name: "npy", extensions: []string{"npy"},
		content: magic.Begins(npy.Magic),
		open:    single(npy.Open),
		write:   one(npy.Write)},
	NPZ: {name: "npz", extensions: []string{"npz"},
		content: magic.Begins("PK\x03\x04", "PK\x05\x06"), several: true,
		open: func(in input.Input, name string, o *OpenOptions) ([]Source, []Skipped, error) {
			return npy.OpenZip(in, o.maxBytes(), func(entries []*zip.File) error { return foreign.Zip(name, entries) })
		},
		write: func(w io.Writer, s []Source, _ *WriteOptions) error { return npy.WriteZip(w, s) }},
	Arrow: {name: "arrow", extensions: []string{"arrow", "feather"},
		content: magic.Begins(arrow.Magic), several: true,
		open: func(in input.Input, _ string, o *OpenOptions) ([]Source, []Skipped, error) {
			return arrow.Open(in, o.arrow())
		},
		write: func(w io.Writer, s []Source, o *WriteOptions) error {
			return arrow.Write(w, s, o.ArrowLayout)
		}},
	ArrowStream: {name: "arrows", extensions: []string{"arrows"},
		content: arrow.IsStream, several: true,
		open: func(in input.Input, _ string, o *OpenOptions) ([]Source, []Skipped, error) {
			return arrow.OpenStream(in, o.arrow())
		},
		write: func(w io.Writer, s []Source, o *WriteOptions) error {
			return arrow.WriteStream(w, s, o.ArrowLayout)
		}},
	CSV: {name: "csv", extensions: []string{"csv", "tsv", "txt"},
		several: true,
		open: func(in input.Input, _ string, o *OpenOptions) ([]Source, []Skipped, error) {
			return text.Open(in, o.text())
		},
		write: func(w io.Writer, s []Source, _ *WriteOptions) error { return text.Write(w, s) }},
	PNG: {name: "png", extensions: []string{"png"},
		content: magic.Begins(raster.PNGMagic),
		open:    single(raster.OpenPNG),
		write:   one(raster.WritePNG)},
	PGM: {name: "pgm", extensions: []string{"pgm"},
		content: raster.IsPGM, weak: true,
		open:  single(raster.OpenPGM),
		write: one(raster.WritePGM)},
	IDX: {name: "idx", extensions: []string{"idx"}, named: idx.Named,
		content: idx.Is, weak: true,
		open: func(in input.Input, _ string, _ *OpenOptions) ([]Source, []Skipped, error) {
			return only(idx.Open(in))
		}},
}

// single makes an opener of one that gives a single array, and takes at most limit
// bytes of memory.
func single(open func(in input.Input, limit int64) (Source, error)) opener {
	return func(in input.Input, _ string, o *OpenOptions) ([]Source, []Skipped, error) {
		return only(open(in, o.maxBytes()))
	}
}

func only(s Source, err error) ([]Source, []Skipped, error) {
	return []Source{s}, nil, err
}

// one makes a writer of one that writes a single array.
func one(write func(io.Writer, Source) error) func(io.Writer, []Source, *WriteOptions) error {
	return func(w io.Writer, s []Source, _ *WriteOptions) error { return write(w, s[0]) }
}

// Valid reports whether f is one of the declared formats.
func (f Format) Valid() bool { return f >= Raw && int(f) < len(formats) }

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

// DetectFormat returns the format that the extension of name stands for, a
// final .gz aside, or 0 when it says nothing. Extensions that are element types
// (f32, f64, i16, ...) stand for [Raw].
func DetectFormat(name string) Format {
	base := strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	base = strings.TrimSuffix(base, ".gz")
	for f := Raw; f.Valid(); f++ {
		if named := formats[f].named; named != nil && named(base) {
			return f
		}
	}
	ext := strings.TrimPrefix(path.Ext(base), ".")
	for f := Raw; f.Valid(); f++ {
		if slices.Contains(formats[f].extensions, ext) {
			return f
		}
	}
	if _, err := ParseDType(ext); err == nil {
		return Raw
	}
	return 0
}
