package input

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/internal/golden"
)

// Members follow one another, zeros pad the last, and nothing else may follow.
func TestGzipMembers(t *testing.T) {
	one, two := golden.Gzip([]byte("ab")), golden.Gzip([]byte("cd"))
	read := func(b []byte) ([]byte, error) {
		s, err := Gzip(bytes.NewReader(b), int64(len(b))).Source(array.Header{DType: array.Uint8, Shape: []int{4}}, 0, false)
		if err != nil {
			t.Fatal(err)
		}
		return golden.Bytes(s)
	}
	for want, b := range map[string][]byte{
		"members":   slices.Concat(one, two),
		"padding":   slices.Concat(one, two, make([]byte, 70_000)),
		"empty one": slices.Concat(golden.Gzip(nil), one, golden.Gzip(nil), two),
	} {
		if got, err := read(b); err != nil || string(got) != "abcd" {
			t.Errorf("%s: %q, %v", want, got, err)
		}
	}
	for name, b := range map[string][]byte{
		"garbage":          slices.Concat(one, two, []byte("x")),
		"garbage in zeros": slices.Concat(one, two, []byte{0, 0, 1}),
		"zeros between":    slices.Concat(one, []byte{0}, two),
		"half a member":    slices.Concat(one, two[:len(two)-3]),
		"half a mark":      slices.Concat(one, two, []byte{0x1f}),
	} {
		if _, err := read(b); !errors.Is(err, fail.ErrFormat) {
			t.Errorf("%s: %v, want ErrFormat", name, err)
		}
	}
	if _, err := read(two[:len(two)-3]); err == nil || !strings.Contains(err.Error(), "gzip: the data end too early") {
		t.Errorf("half a member: %v", err)
	}
}
