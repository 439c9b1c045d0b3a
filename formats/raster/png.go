package raster

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/input"
	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/internal/stream"
)

// PNGMagic is what PNG files begin with.
const PNGMagic = "\x89PNG\r\n\x1a\n"

// OpenPNG decodes an image as integers: grey is [H,W], grey with alpha [H,W,2],
// colour [H,W,3], colour with alpha [H,W,4] (a palette is looked up), of u8, or
// of u16 for 16 bits per sample. Fewer than 8 bits are scaled to 8; alpha is
// not multiplied in. A transparent colour (tRNS) counts as alpha only in a
// palette. All of it is in memory, an error beyond limit bytes.
func OpenPNG(in input.Input, limit int64) (array.Source, error) {
	head, err := in.Head(33) // signature and the IHDR chunk
	if err != nil {
		return array.Source{}, err
	}
	if len(head) < 33 || string(head[:8]) != PNGMagic || string(head[12:16]) != "IHDR" {
		return array.Source{}, fail.Malformedf("png: want a signature and an IHDR chunk, found %.33q", head)
	}
	width, height := binary.BigEndian.Uint32(head[16:]), binary.BigEndian.Uint32(head[20:])
	depth, kind := head[24], head[25]
	// Deflate expands at most 1032 times, so a small file cannot be a huge image.
	if pixels := uint64(width) * uint64(height); in.Length >= 0 && pixels/8 > 1032*uint64(in.Length) {
		return array.Source{}, fail.Malformedf("png: %d x %d pixels cannot come from %d bytes", width, height, in.Length)
	} else if need := pixels * 16; pixels > array.MaxValues/16 || int64(need) > limit { // decoded, and as values
		return array.Source{}, fail.TooLarge(fmt.Sprintf("png: %d x %d pixels", width, height), int64(min(need, array.MaxValues)), limit)
	}
	file, err := in.Load(limit) // the decoder makes text of a device's errors
	if err != nil {
		return array.Source{}, err
	}
	r := bytes.NewReader(file)
	img, err := png.Decode(r)
	var invalid png.FormatError
	var unsupported png.UnsupportedError
	switch {
	case errors.As(err, &invalid), errors.As(err, &unsupported):
		return array.Source{}, fail.Malformedf("%w", err)
	case err != nil:
		return array.Source{}, fmt.Errorf("png: %w", input.Damage(err))
	}
	if r.Len() > 0 {
		return array.Source{}, fail.Malformedf("png: %d trailing bytes after the image", r.Len())
	}

	h := array.Header{DType: array.Uint8, Shape: []int{int(height), int(width)}}
	if depth == 16 {
		h.DType = array.Uint16
	}
	channels := map[byte]int{0: 1, 2: 3, 3: 3, 4: 2, 6: 4}[kind]
	if p, ok := img.(*image.Paletted); ok && !p.Opaque() {
		channels = 4
	}
	if channels > 1 {
		h.Shape = append(h.Shape, channels)
	}
	return array.FromBytes(h, pngValues(img, channels, depth == 16)), nil
}

// pngValues lists the samples of an image, 16-bit ones little-endian.
func pngValues(img image.Image, channels int, wide bool) []byte {
	b := img.Bounds()
	size := 1
	if wide {
		size = 2
	}
	out := make([]byte, 0, b.Dx()*b.Dy()*channels*size)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := nrgba64At(img, x, y)
			samples := [4]uint16{c.R, c.G, c.B, c.A}
			if channels == 2 {
				samples[1] = c.A
			}
			for _, s := range samples[:channels] {
				if wide {
					out = binary.LittleEndian.AppendUint16(out, s)
				} else {
					out = append(out, byte(s>>8))
				}
			}
		}
	}
	return out
}

// nrgba64At avoids the rounding of color.Color's premultiplied alpha.
func nrgba64At(img image.Image, x, y int) color.NRGBA64 {
	wide := func(c color.NRGBA) color.NRGBA64 {
		return color.NRGBA64{R: uint16(c.R) << 8, G: uint16(c.G) << 8, B: uint16(c.B) << 8, A: uint16(c.A) << 8}
	}
	switch m := img.(type) {
	case *image.NRGBA:
		return wide(m.NRGBAAt(x, y))
	case *image.NRGBA64:
		return m.NRGBA64At(x, y)
	case *image.Paletted:
		if c, ok := m.At(x, y).(color.NRGBA); ok {
			return wide(c)
		}
	}
	r, g, b, a := img.At(x, y).RGBA() // opaque: nothing is multiplied
	return color.NRGBA64{R: uint16(r), G: uint16(g), B: uint16(b), A: uint16(a)}
}

// WritePNG writes [H,W], [H,W,3] or [H,W,4] of u8 or u16.
func WritePNG(w io.Writer, s array.Source) error {
	channels := 1
	if len(s.Shape) == 3 {
		channels = s.Shape[2]
	}
	if len(s.Shape) < 2 || len(s.Shape) > 3 || channels == 2 || channels < 1 || channels > 4 ||
		len(s.Shape) == 3 && channels == 1 || s.DType != array.Uint8 && s.DType != array.Uint16 {
		return fail.Unsupportedf("png: cannot hold %s of %v (want [height,width], or that with 3 or 4 channels, of u8 or u16)",
			array.FormatShape(s.Shape), s.DType)
	}
	v, err := s.Bytes()
	if err != nil {
		return err
	}
	if s.DType == array.Uint16 {
		stream.SwapBytes(v, 2)
	}
	size := s.DType.Size()
	r := image.Rect(0, 0, s.Shape[1], s.Shape[0])
	var img image.Image
	switch {
	case channels == 1 && size == 1:
		img = &image.Gray{Pix: v, Stride: r.Dx(), Rect: r}
	case channels == 1:
		img = &image.Gray16{Pix: v, Stride: 2 * r.Dx(), Rect: r}
	case size == 1:
		img = pngImage{&image.NRGBA{Pix: withAlpha(v, channels, size), Stride: 4 * r.Dx(), Rect: r}, channels == 3}
	default:
		img = pngImage{&image.NRGBA64{Pix: withAlpha(v, channels, size), Stride: 8 * r.Dx(), Rect: r}, channels == 3}
	}
	return png.Encode(w, img)
}

// pngImage tells the encoder whether to write alpha, which it would otherwise
// drop from an image that happens to be opaque.
type pngImage struct {
	image.Image
	opaque bool
}

func (p pngImage) Opaque() bool { return p.opaque }

// withAlpha adds an opaque fourth channel to three.
func withAlpha(v []byte, channels, size int) []byte {
	if channels == 4 {
		return v
	}
	pixel := channels * size
	out := make([]byte, 0, len(v)/3*4)
	for ; len(v) > 0; v = v[pixel:] {
		out = append(out, v[:pixel]...)
		out = append(out, bytes.Repeat([]byte{0xff}, size)...)
	}
	return out
}
