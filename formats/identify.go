package formats

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/morselcodec/morsel/formats/foreign"
	"github.com/morselcodec/morsel/formats/input"
	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/text"
)

// headLen is how much of a file is looked at to tell what it is.
const headLen = 4096

// identify tells the format of a file, and unpacks it if it is packed. What the
// caller says counts most, then values whose number and type agree with the
// name, then what the file begins with, then the name's extension. The error of
// a file of another kind says what it is.
func identify(in input.Input, name string, o *OpenOptions) (input.Input, Format, error) {
	head, err := in.Head(headLen)
	if err != nil {
		return in, 0, err
	}
	plain := o.Format == Raw || o.Format == 0 && isRaw(in, name, o)
	if bytes.HasPrefix(head, []byte(input.GzipMagic)) && (!plain || hasGzipName(name)) {
		in = input.Gzip(in.At, in.Length)
		if head, err = in.Head(headLen); err != nil {
			return in, 0, err
		}
	}
	if o.Format != 0 {
		if !o.Format.Valid() {
			return in, 0, fail.Malformedf("%v is not a format", o.Format)
		}
		return in, o.Format, nil
	}
	named, content := DetectFormat(name), sniff(head)
	described := o.Shape != nil && o.DType != 0
	switch {
	case plain, described && (content.format != named || named == 0):
		return in, Raw, nil
	case content.found() && !content.trusted(named, name, o):
	case content.foreign != nil:
		return in, 0, content.foreign.Err(name)
	case content.format != 0:
		return in, content.format, nil
	}
	switch {
	case named != 0:
		return in, named, nil
	case o.Shape != nil || o.DType != 0:
		return in, Raw, nil
	case len(head) == 0:
		return in, 0, fail.Unsupportedf("the file is empty")
	}
	return in, 0, fail.Unsupportedf("the content tells no format, nor does the name %q: give the format, or shape and type of raw values", name)
}

func hasGzipName(name string) bool { return strings.HasSuffix(strings.ToLower(name), ".gz") }

// isRaw reports whether the length is that of plain values of the shape and type
// that the caller gave, or that the name says.
func isRaw(in input.Input, name string, o *OpenOptions) bool {
	described := o.Shape != nil && o.DType != 0
	return (described || DetectFormat(name) == Raw) && o.raw().Fit(in, name)
}

// content is what a file begins with.
type content struct {
	format  Format // 0 for none
	foreign *foreign.Kind
	weak    bool
	text    bool // all of it prints
}

func (c content) found() bool { return c.format != 0 || c.foreign != nil }

// trusted reports whether the content decides. Weak marks do not, against a name
// of text or values, which may well begin like that.
func (c content) trusted(named Format, name string, o *OpenOptions) bool {
	if !c.weak || c.format == named && named != 0 {
		return true
	}
	switch named {
	case 0:
		return o.Shape == nil
	case Raw:
		shapes, _ := o.raw().Layouts(name)
		return len(shapes) == 0 // it cannot be read as values
	case CSV:
		return !c.text
	}
	return formats[named].content != nil
}

// sniff tells a file by its first bytes.
func sniff(head []byte) content {
	var weak content
	for f := Raw; f.Valid(); f++ {
		row := &formats[f]
		switch {
		case row.content == nil || !row.content(head):
		case !row.weak:
			return content{format: f}
		case !weak.found():
			weak = content{format: f, weak: true}
		}
	}
	switch row := foreign.Find(head); {
	case row == nil:
	case !row.Weak:
		return content{foreign: row}
	case !weak.found():
		weak = content{foreign: row, weak: true}
	}
	weak.text = text.IsText(head)
	if !weak.found() && weak.text && text.IsTable(head) {
		weak.format, weak.weak = CSV, true
	}
	return weak
}

// Identify says in a few words what a file is that begins with head, of which
// 4096 bytes are enough: "an npy file", "an HDF5 file, ...". It returns "" when
// the bytes do not tell.
func Identify(head []byte) string {
	switch c := sniff(head); {
	case c.foreign != nil:
		return c.foreign.What
	case c.format != 0:
		return "an array file in " + c.format.String() + " format"
	case bytes.HasPrefix(head, []byte(input.GzipMagic)):
		return "a file packed with gzip"
	}
	return ""
}

// likeness adds to the error of values that do not fit a shape what the bytes are
// instead, if they tell.
func likeness(in input.Input, err error) error {
	head, e := in.Head(headLen)
	if what := Identify(head); e == nil && what != "" && errors.Is(err, ErrShape) {
		return fmt.Errorf("%w; it looks like %s", err, what)
	}
	return err
}
