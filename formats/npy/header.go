package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

const (
	// Magic is what NPY files begin with.
	Magic     = "\x93NUMPY"
	maxHeader = 1 << 16 // NumPy itself refuses beyond 10000 unless told
)

// header is the header of an NPY file, see numpy.lib.format.
type header struct {
	array.Header
	bigEndian bool
	boolean   bool // read as u8
	fortran   bool
	length    int64 // of the header, where the values begin
}

// readHeader reads and checks the header at the start of r.
func readHeader(r io.Reader) (h header, err error) {
	var b [12]byte
	if _, err := io.ReadFull(r, b[:8]); err != nil {
		return h, truncated(err)
	}
	if string(b[:6]) != Magic {
		return h, fail.Malformedf("npy: want the magic string %q, found %q", Magic, b[:6])
	}
	wide := 2
	switch b[6] {
	case 1:
	case 2, 3:
		wide = 4
	default:
		return h, fail.Malformedf("npy: version %d.%d (want 1, 2 or 3)", b[6], b[7])
	}
	if _, err := io.ReadFull(r, b[8:8+wide]); err != nil {
		return h, truncated(err)
	}
	n := int64(binary.LittleEndian.Uint32(b[8:])) // b[10:] is zero in version 1
	if n > maxHeader {
		return h, fail.Malformedf("npy: header of %d bytes (want at most %d)", n, maxHeader)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return h, truncated(err)
	}
	h.length = int64(8+wide) + n
	switch err := h.parse(string(text)); {
	case errors.Is(err, fail.ErrUnsupported):
		return h, fmt.Errorf("npy: %w", err)
	case err != nil:
		return h, fail.Malformedf("npy: header %.200q: %w", text, err)
	}
	if _, err = h.Check(); err != nil {
		err = fmt.Errorf("npy: %w", err)
	}
	return h, err
}

func truncated(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fail.Malformedf("npy: truncated header: %w", io.ErrUnexpectedEOF)
	}
	return fail.Damage(err)
}

// parse reads the dictionary {'descr': '<f4', 'fortran_order': False,
// 'shape': (2, 3), }: these three keys in any order and nothing else.
func (h *header) parse(text string) error {
	l := &pyLexer{rest: text}
	seen := map[string]bool{}
	l.want("{")
	for l.err == nil && !l.accept("}") {
		key := l.str()
		l.want(":")
		if seen[key] {
			l.fail("key %q stands twice", key)
		}
		seen[key] = true
		switch key {
		case "descr":
			if strings.HasPrefix(l.peek(), "[") {
				l.check(fail.Unsupportedf("a structured type: save each of its fields as an array of its own, x[\"field\"]"))
				break
			}
			l.check(h.setDescr(l.str()))
		case "fortran_order":
			h.fortran = l.accept("True")
			if !h.fortran {
				l.want("False")
			}
		case "shape":
			h.Shape = l.tuple()
		default:
			l.fail("unknown key %q", key)
		}
		if !l.accept(",") {
			l.want("}")
			break
		}
	}
	for _, key := range []string{"descr", "fortran_order", "shape"} {
		if !seen[key] {
			l.fail("no key %q", key)
		}
	}
	if l.peek() != "" {
		l.fail("%.20q follows the dictionary", l.rest)
	}
	if len(h.Shape) == 0 { // a scalar
		h.Shape = []int{1}
	}
	return l.err
}

// formatHeader returns the version 1 header that NumPy writes, byte for byte.
func formatHeader(h array.Header) ([]byte, error) {
	if _, err := h.Check(); err != nil {
		return nil, err
	}
	order := "<"
	if h.DType.Size() == 1 {
		order = "|"
	}
	shape := "(" + strings.ReplaceAll(array.FormatShape(h.Shape), "x", ", ")
	if len(h.Shape) == 1 {
		shape += ","
	}
	text := fmt.Sprintf("{'descr': '%s%s', 'fortran_order': False, 'shape': %s), }", order, codeOf(h.DType), shape)
	text += strings.Repeat(" ", 21-len(strconv.Itoa(h.Shape[0]))) // room to grow the first dimension in place
	const align = 64
	text += strings.Repeat(" ", align-1-(10+len(text))%align) + "\n"
	b := append([]byte(Magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(text)))
	return append(b, text...), nil
}

// pyLexer reads the few Python literals of an NPY header; its first error
// sticks, and nothing is accepted after it.
type pyLexer struct {
	rest string
	err  error
}

func (l *pyLexer) check(err error) {
	if l.err == nil {
		l.err = err
	}
}

func (l *pyLexer) fail(format string, args ...any) { l.check(fmt.Errorf(format, args...)) }

// peek skips white space and returns what follows.
func (l *pyLexer) peek() string {
	l.rest = strings.TrimLeft(l.rest, " \t\r\n")
	return l.rest
}

func (l *pyLexer) accept(token string) bool {
	if l.err != nil || !strings.HasPrefix(l.peek(), token) {
		return false
	}
	l.rest = l.rest[len(token):]
	return true
}

func (l *pyLexer) want(token string) {
	if !l.accept(token) {
		l.fail("want %q, found %.20q", token, l.rest)
	}
}

func (l *pyLexer) str() string {
	for _, quote := range []string{"'", `"`} {
		if l.accept(quote) {
			s, rest, ok := strings.Cut(l.rest, quote)
			if !ok {
				l.fail("string without end")
			}
			l.rest = rest
			return s
		}
	}
	l.fail("want a string, found %.20q", l.rest)
	return ""
}

// tuple reads (), (3,) or (2, 3). Python 2 wrote long integers as 3L.
func (l *pyLexer) tuple() (dims []int) {
	l.want("(")
	for l.err == nil && !l.accept(")") {
		digits := 0
		for s := l.peek(); digits < len(s) && '0' <= s[digits] && s[digits] <= '9'; digits++ {
		}
		n, err := strconv.Atoi(l.rest[:digits])
		if err != nil {
			l.fail("bad dimension: %w", err)
		}
		l.rest = l.rest[digits:]
		l.accept("L")
		dims = append(dims, n)
		if !l.accept(",") {
			if len(dims) == 1 {
				l.fail("a tuple of one needs a comma")
			}
			l.want(")")
			break
		}
	}
	return dims
}
