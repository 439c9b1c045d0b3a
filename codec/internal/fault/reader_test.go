package fault

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

var errBroken = errors.New("broken")

// Errors of the reader are its own, not damage; the end, and limits, are neither.
func TestReader(t *testing.T) {
	r := NewReader(io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(errBroken)))
	b, err := io.ReadAll(r)
	if string(b) != "abc" || !errors.Is(err, errBroken) {
		t.Errorf("%q, %v", b, err)
	}
	if _, again := r.Read(make([]byte, 1)); again != err {
		t.Errorf("%v, then %v", err, again)
	}
	if err := Corrupt("chunk", 5, err); errors.Is(err, ErrCorrupt) || !errors.Is(err, errBroken) {
		t.Errorf("of the reader: %v", err)
	}
	if err := Corrupt("chunk", 5, io.ErrUnexpectedEOF); !errors.Is(err, ErrCorrupt) {
		t.Errorf("cut off: %v", err)
	}
	if err := Corrupt("chunk", 5, BeyondMemory("it", 5, 4)); errors.Is(err, ErrCorrupt) || !errors.Is(err, ErrLimit) {
		t.Errorf("beyond a limit: %v", err)
	}
	if b, err := io.ReadAll(NewReader(strings.NewReader("abc"))); string(b) != "abc" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
}

// idle gives nothing, and no error.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

func TestIdleReader(t *testing.T) {
	if _, err := io.ReadAll(NewReader(idle{})); !errors.Is(err, io.ErrNoProgress) {
		t.Error(err)
	}
}
