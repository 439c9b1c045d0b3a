package console

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"
)

// JSON shows no control character either, and says the same.
func TestPrintableJSON(t *testing.T) {
	name := "a\x1b[2J\u009b\u202e\U000e0001 é\x7f\n"
	var b bytes.Buffer
	if err := WriteJSON(&b, map[string]string{"name": name}); err != nil {
		t.Fatal(err)
	}
	want := "{\n  \"name\": \"a\\u001b[2J\\u009b\\u202e\\udb40\\udc01 é\\u007f\\n\"\n}\n"
	if b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
	var back map[string]string
	if err := json.Unmarshal(b.Bytes(), &back); err != nil || back["name"] != name {
		t.Errorf("%q, %v; want %q", back, err, name)
	}
}

func TestBytesText(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 999: "999 bytes", 1000: "1 kB", 1536: "1.54 kB", 99600: "100 kB", 999_499: "999 kB", 999_600: "1 MB", 24_600_000: "24.6 MB", math.MaxInt64: "9.22 EB"} {
		if got := Bytes(n); got != want {
			t.Errorf("%d: got %q; want %q", n, got, want)
		}
	}
}
