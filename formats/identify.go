package formats

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

// headLen is how much of a file is looked at to tell what it is.
const headLen = 4096

// identify tells the format of a file, and unpacks it if it is packed. What the
// caller says counts most, then values whose number and type agree with the
// name, then what the file begins with, then the name's extension. The error of
// a file of another kind says what it is.
func identify(in input, name string, o *OpenOptions) (input, Format, error) {
	head, err := in.head(headLen)
	if err != nil {
		return in, 0, err
	}
	isRaw := o.Format == Raw || o.Format == 0 && in.isRaw(name, o)
	if bytes.HasPrefix(head, []byte(gzipMagic)) && (!isRaw || hasGzipName(name)) {
		in = gzipInput(in.at, in.length)
		if head, err = in.head(headLen); err != nil {
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
	case isRaw, described && (content.format != named || named == 0):
		return in, Raw, nil
	case content.found() && !content.trusted(named, name, o):
	case content.foreign != nil:
		return in, 0, content.foreign.error(name)
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
func (in input) isRaw(name string, o *OpenOptions) bool {
	if DetectFormat(name) != Raw && (o.Shape == nil || o.DType == 0) {
		return false
	}
	shapes, types := o.layouts(name)
	for _, shape := range shapes {
		n, err := array.CheckShape(shape)
		if err == nil && slices.ContainsFunc(types, func(d array.DType) bool { return in.length-o.Offset-o.Skip == n*int64(d.Size()) }) {
			return true
		}
	}
	return false
}

// content is what a file begins with.
type content struct {
	format  Format // 0 for none
	foreign *foreign
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
		shapes, _ := o.layouts(name)
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
	for i := range foreigns {
		row := &foreigns[i]
		switch {
		case !row.content(head):
		case !row.weak:
			return content{foreign: row}
		case !weak.found():
			weak = content{foreign: row, weak: true}
		}
	}
	weak.text = isText(head)
	if !weak.found() && weak.text && isTable(head) {
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
		return c.foreign.what
	case c.format != 0:
		return "an array file in " + c.format.String() + " format"
	case bytes.HasPrefix(head, []byte(gzipMagic)):
		return "a file packed with gzip"
	}
	return ""
}

// likeness adds to the error of values that do not fit a shape what the bytes are
// instead, if they tell.
func (in input) likeness(err error) error {
	head, e := in.head(headLen)
	if what := Identify(head); e == nil && what != "" && errors.Is(err, fail.ErrShape) {
		return fmt.Errorf("%w; it looks like %s", err, what)
	}
	return err
}

// matcher reports whether the first bytes of a file are those of a format.
type matcher func(head []byte) bool

// begins matches files that begin with one of the marks.
func begins(marks ...string) matcher { return at(0, marks...) }

// at matches files with one of the marks at an offset.
func at(offset int, marks ...string) matcher {
	return func(head []byte) bool {
		return len(head) > offset && slices.ContainsFunc(marks, func(m string) bool {
			return bytes.HasPrefix(head[offset:], []byte(m))
		})
	}
}

// all matches what every matcher does.
func all(matchers ...matcher) matcher {
	return func(head []byte) bool {
		return !slices.ContainsFunc(matchers, func(m matcher) bool { return !m(head) })
	}
}

// anyOf matches what one of the matchers does.
func anyOf(matchers ...matcher) matcher {
	return func(head []byte) bool {
		return slices.ContainsFunc(matchers, func(m matcher) bool { return m(head) })
	}
}

// contains matches text with one of the words among its first lines.
func contains(words ...string) matcher {
	return func(head []byte) bool {
		if bytes.IndexByte(head, 0) >= 0 {
			return false
		}
		return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(head, []byte(w)) })
	}
}

// isPGM matches P5 and P2 with the white space or comment that follows.
func isPGM(head []byte) bool { return isNetpbm(head, "52") }

func isNetpbm(head []byte, kinds string) bool {
	return len(head) > 2 && head[0] == 'P' && strings.IndexByte(kinds, head[1]) >= 0 && strings.IndexByte(" \t\r\n#", head[2]) >= 0
}

// isIDX matches two zeros, an element type and a rank.
func isIDX(head []byte) bool {
	return len(head) >= 4 && head[0] == 0 && head[1] == 0 && idxTypes[head[2]] != 0 && head[3] >= 1 && head[3] <= array.MaxRank
}
