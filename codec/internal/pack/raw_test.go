package pack

import (
	"bytes"
	"testing"
)

// Elements come back, from the packing that suits them; cut off, or of another
// number, they are an error.
func TestRaw(t *testing.T) {
	random := make([]byte, 4*50)
	for i, h := 0, uint32(1); i < len(random); i++ {
		h = h*1664525 + 1013904223
		random[i] = byte(h >> 24)
	}
	for name, c := range map[string]struct {
		elements []byte
		packing  byte
	}{
		"random":  {random, Plain},
		"regular": {bytes.Repeat([]byte{1, 2, 3, 4}, 50), Zstd},
		"large":   {bytes.Repeat([]byte{1, 2, 3, 4}, pieceBytes), Zstd},
		"one":     {[]byte{1, 2, 3, 4}, Plain},
	} {
		b := AppendRaw(nil, c.elements, 4, 5, nil)
		if b[0] != c.packing {
			t.Errorf("%s: packing %d, want %d", name, b[0], c.packing)
		}
		n := len(c.elements) / 4
		dst := make([]byte, len(c.elements))
		if err := ParseRaw(dst, b, 4); err != nil || !bytes.Equal(dst, c.elements) {
			t.Errorf("%s: other elements (%v)", name, err)
		}
		if err := CheckRaw(b, n, 4); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, cut := range []int{0, 1, len(b) / 2, len(b) - 1} {
			if ParseRaw(dst, b[:cut], 4) == nil {
				t.Errorf("%s cut off at byte %d of %d: no error", name, cut, len(b))
			}
		}
		if ParseRaw(dst[4:], b, 4) == nil || CheckRaw(b, n-1, 4) == nil {
			t.Errorf("%s: fewer elements than there are, and no error", name)
		}
		b[0] = 2
		if ParseRaw(dst, b, 4) == nil || CheckRaw(b, n, 4) == nil {
			t.Errorf("%s: no error for packing 2", name)
		}
	}
}

func TestShuffle(t *testing.T) {
	b := []byte{1, 2, 3, 4, 5, 6}
	s := Shuffle(b, 3)
	if want := []byte{1, 4, 2, 5, 3, 6}; !bytes.Equal(s, want) {
		t.Errorf("%v shuffled is %v, want %v", b, s, want)
	}
	back := make([]byte, len(b))
	if unshuffle(back, s, 3); !bytes.Equal(back, b) {
		t.Errorf("%v comes back as %v", b, back)
	}
}

// A zstd frame stands alone.
func TestFrame(t *testing.T) {
	content := bytes.Repeat([]byte("morsel"), pieceBytes)
	frame := Compress(nil, content, 5, nil)
	if b, err := Decompress(frame, len(content)); err != nil || !bytes.Equal(b, content) {
		t.Errorf("%d bytes come back, want %d (%v)", len(b), len(content), err)
	}
	for name, more := range map[string][]byte{
		"a byte":            {0},
		"an empty frame":    {0x28, 0xb5, 0x2f, 0xfd, 0x20, 0, 1, 0, 0},
		"a skippable frame": {0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0},
	} {
		if _, err := Decompress(append(frame[:len(frame):len(frame)], more...), len(content)); err == nil {
			t.Errorf("%s behind it: no error", name)
		}
	}
}
