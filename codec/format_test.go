package codec

import (
	"bytes"
	"encoding/hex"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// The worked example of FORMAT.md is what the codec does: its blocks are the
// values, the archive and the decoded values.
func TestFormatExample(t *testing.T) {
	text, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, ok := strings.Cut(string(text), "\n## 13. A worked example\n")
	blocks := strings.Split(example, "```")
	if !ok || len(blocks) != 7 {
		t.Fatalf("%d pieces of the example, want 7", len(blocks))
	}
	numbers := func(block string) (list []float64) {
		for _, word := range strings.Fields(block) {
			v, err := strconv.ParseFloat(word, 64)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, v)
		}
		return list
	}
	var want []byte
	for _, line := range strings.Split(blocks[3], "\n") {
		line, _, _ = strings.Cut(line, "  ") // an explanation follows
		b, err := hex.DecodeString(strings.ReplaceAll(line, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, b...)
	}
	var got bytes.Buffer
	a := &array.Array[float64]{DType: array.Int16, Shape: []int{4, 5}, Data: numbers(blocks[1])}
	if _, err := Encode(t.Context(), &got, a, &Options{Level: 4, Bound: Bound{Abs: 2}}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the values encode to % x", got.Bytes())
	}
	back, err := Decode[float64](t.Context(), bytes.NewReader(want), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(back.Data, numbers(blocks[5])) {
		t.Errorf("the archive decodes to %v", back.Data)
	}
}

// FORMAT.md can be read in a terminal.
func TestFormatLines(t *testing.T) {
	text, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(text), "\n") {
		if n := len([]rune(line)); n >= 120 {
			t.Errorf("line %d has %d characters", i+1, n)
		}
	}
}
