package audit

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// Numbers and values come back from JSON as they were, the infinities too.
func TestNumber(t *testing.T) {
	inf := math.Inf(1)
	for v, want := range map[Number]string{1.5: "1.5", Number(inf): `"inf"`, Number(-inf): `"-inf"`, undefined: "null"} {
		b, err := json.Marshal(v)
		if err != nil || string(b) != want {
			t.Errorf("%v: got %s, %v", float64(v), b, err)
		}
		var back Number
		if err := json.Unmarshal(b, &back); err != nil || back != v && back == back {
			t.Errorf("%s: got %v, %v", b, back, err)
		}
	}
	for want, v := range map[string]Value{
		"2.5": {2.5, 0}, "9007199254740993": {0x1p53, 1}, "-9223372036854775807": {-0x1p63, 1}, "18446744073709551615": {0x1p64, -1},
		"1e+70": {1e70, 0}, "null": {Hi: math.NaN()},
	} {
		b, err := json.Marshal(v)
		if err != nil || string(b) != want {
			t.Errorf("%v: got %s, %v", v, b, err)
		}
		var back Value
		if err := json.Unmarshal(b, &back); err != nil || back != v && back.Hi == back.Hi {
			t.Errorf("%s: got %v, %v", b, back, err)
		}
	}
}

// A name from a file cannot move the cursor of a terminal.
func TestNamesArePrintable(t *testing.T) {
	a := &array.Array[float32]{Name: "u\x1b[2J\n\u202ev", Shape: []int{3}, Data: []float32{1, 2, 3}}
	r, err := Compare(t.Context(), a, a, nil)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); !strings.Contains(s, `u\x1b[2J\n\u202ev`) || strings.ContainsAny(s, "\x1b\u202e") {
		t.Errorf("%.200q", s)
	}
}
