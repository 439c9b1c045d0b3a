// Package raster reads and writes pictures, whose pixels are integers of 8 or 16 bits:
// PNG (www.w3.org/TR/png-3) and the grey maps of Netpbm, PGM
// (netpbm.sourceforge.net/doc/pgm.html).
package raster

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/input"
	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/internal/magic"
)

// OpenPGM reads a netpbm grey map: binary (P5) or text (P2), 8 bits per value
// up to maxval 255, else 16. Values beyond maxval are an error in text only, which
// is read into memory, at most limit bytes.
func OpenPGM(in input.Input, limit int64) (array.Source, error) {
	r, err := in.Open(0)
	if err != nil {
		return array.Source{}, err
	}
	defer r.Close()
	t := &pgmText{r: bufio.NewReader(r)}
	magic, err := t.token()
	if err != nil && err != io.EOF {
		return array.Source{}, fail.Damage(err)
	}
	if magic != "P5" && magic != "P2" {
		return array.Source{}, fail.Malformedf("pgm: want P5 or P2, found %.10q", magic)
	}
	var n [3]int // width, height, maxval
	for i, what := range []string{"width", "height", "maxval"} {
		if n[i], err = t.number(1<<31 - 1); err != nil {
			return array.Source{}, fmt.Errorf("pgm: %s: %w", what, err)
		}
	}
	if n[0] == 0 || n[1] == 0 || n[2] == 0 || n[2] > 65535 {
		return array.Source{}, fail.Malformedf("pgm: impossible header: %d x %d, maxval %d (want 1 to 65535)", n[0], n[1], n[2])
	}
	h := array.Header{DType: array.Uint8, Shape: []int{n[1], n[0]}}
	if n[2] > 255 {
		h.DType = array.Uint16
	}
	if magic == "P5" {
		return in.Source(h, t.read, true) // one white space ends the header
	}
	return t.source(h, n[2], limit)
}

// pgmText reads numbers between white space and comments.
type pgmText struct {
	r    *bufio.Reader
	read int64
}

// token returns the next word and reads the one white space that ends it; at
// the end of the file it returns io.EOF.
func (t *pgmText) token() (string, error) {
	var word []byte
	comment := false
	for len(word) < 20 { // longer than any number
		c, err := t.r.ReadByte()
		if err == io.EOF && len(word) > 0 {
			break
		}
		if err != nil {
			return "", err
		}
		t.read++
		switch {
		case comment:
			comment = c != '\n'
		case c == '#' && len(word) == 0:
			comment = true
		case c == ' ' || '\t' <= c && c <= '\r':
			if len(word) > 0 {
				return string(word), nil
			}
		default:
			word = append(word, c)
		}
	}
	return string(word), nil
}

func (t *pgmText) number(limit int) (int, error) {
	w, err := t.token()
	if err != nil {
		return 0, fail.Damage(err)
	}
	n, err := strconv.ParseUint(w, 10, 31)
	if err != nil || int(n) > limit {
		return 0, fail.Malformedf("want a number up to %d, found %q", limit, w)
	}
	return int(n), nil
}

// source reads the values of a text file into memory.
func (t *pgmText) source(h array.Header, maxval int, limit int64) (array.Source, error) {
	n, err := h.Check()
	if err != nil {
		return array.Source{}, err
	}
	if need := n * int64(h.DType.Size()); need > limit {
		return array.Source{}, fail.TooLarge("pgm: a text image", need, limit)
	}
	var values []byte
	for i := range n {
		v, err := t.number(maxval)
		if err != nil {
			return array.Source{}, fmt.Errorf("pgm: value %d of %d: %w", i, n, err)
		}
		if h.DType == array.Uint8 {
			values = append(values, byte(v))
		} else {
			values = binary.LittleEndian.AppendUint16(values, uint16(v))
		}
	}
	switch w, err := t.token(); {
	case err == nil:
		return array.Source{}, fail.Malformedf("pgm: %q follows the %d values", w, n)
	case err != io.EOF:
		return array.Source{}, fail.Damage(err)
	}
	return array.FromBytes(h, values), nil
}

// WritePGM writes P5 with maxval 255 or 65535.
func WritePGM(w io.Writer, s array.Source) error {
	if len(s.Shape) != 2 || s.DType != array.Uint8 && s.DType != array.Uint16 {
		return fail.Unsupportedf("pgm: cannot hold %s of %v (want [height,width] of u8 or u16)", array.FormatShape(s.Shape), s.DType)
	}
	if s.Shape[0] == 0 || s.Shape[1] == 0 {
		return fail.Unsupportedf("pgm: cannot hold %s: there is no pixel", array.FormatShape(s.Shape))
	}
	maxval := 1<<(8*s.DType.Size()) - 1
	if _, err := fmt.Fprintf(w, "P5\n%d %d\n%d\n", s.Shape[1], s.Shape[0], maxval); err != nil {
		return err
	}
	return s.Copy(w, true)
}

// IsPGM matches P5 and P2 with the white space or comment that follows.
var IsPGM = magic.Netpbm("52")
