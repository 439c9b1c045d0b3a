package idx

import (
	"errors"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/input"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

func TestIDXErrors(t *testing.T) {
	for text, want := range map[string]string{
		"\x00\x00\x08\x01\x00\x00\x00\x02\x00":                     "wants 2 bytes, found 1",
		"\x00\x00\x08\x01\xff\xff\xff\xff\x00":                     "dimension 0 is -1",
		"\x00\x00\x08\x02\x00\x00\x00\x02":                         "truncated header",
		"\x00\x00\x0a\x01\x00\x00\x00\x01\x00":                     "magic",
		"\x00\x00\x08\x06" + strings.Repeat("\x00\x00\x00\x01", 6): "magic",
		"": "magic",
	} {
		if _, err := Open(input.File(strings.NewReader(text), int64(len(text)))); !errors.Is(err, fail.ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
