package formats

import (
	"errors"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

func TestFileArrayNamesFew(t *testing.T) {
	var many File
	for range 1000 {
		many.Arrays = append(many.Arrays, array.FromArray(&array.Array[float32]{Name: "wave", Shape: []int{2}, Data: make([]float32, 2)}))
	}
	_, err := many.Array("")
	if !errors.Is(err, ErrArray) || len(err.Error()) > 1000 || !strings.Contains(err.Error(), "and 980 more") {
		t.Errorf("got %v", err)
	}
	if _, err := many.Array("wave"); !errors.Is(err, ErrArray) || !strings.Contains(err.Error(), "1000 arrays") {
		t.Errorf("got %v", err)
	}
	if _, err := new(File).Array(""); !errors.Is(err, fail.ErrFormat) {
		t.Errorf("got %v", err)
	}
}

// Arrays of one name, and of none, are chosen by their index.
func TestFileArrayIndex(t *testing.T) {
	var f File
	for i, name := range []string{"u", "", "u", "v", "w#1"} {
		f.Arrays = append(f.Arrays, ramp(name, i+1))
	}
	for i, label := range []string{"u#1", "#2", "u#2", "v", "w#1"} {
		if got := f.Labels()[i]; got != label {
			t.Errorf("array %d is called %q, want %q", i, got, label)
		}
		if a, err := f.Array(label); err != nil || a.Shape[0] != i+1 {
			t.Errorf("%s: %v, %v", label, a.Shape, err)
		}
	}
	if a, err := f.Array("#4"); err != nil || a.Name != "v" {
		t.Errorf("#4: %v, %v", a.Name, err)
	}
	for _, name := range []string{"u", "u#3", "u#0", "u#-1", "#6", "#", "x#1", ""} {
		if _, err := f.Array(name); !errors.Is(err, ErrArray) {
			t.Errorf("%q: %v, want ErrArray", name, err)
		}
	}
}

func TestFileArraySkipped(t *testing.T) {
	f := File{
		Arrays:  []array.Source{array.FromArray(&array.Array[float32]{Name: "wave", Shape: []int{2}, Data: make([]float32, 2)})},
		Skipped: []Skipped{{"labels", fail.Unsupportedf("a column of text")}},
	}
	if a, err := f.Array(""); err != nil || a.Name != "wave" {
		t.Errorf("the only array: %v, %v", a.Name, err)
	}
	if _, err := f.Array("labels"); !errors.Is(err, fail.ErrFormat) || errors.Is(err, ErrArray) || !strings.Contains(err.Error(), "column of text") {
		t.Errorf("a skipped one by name: %v", err)
	}
	f.Arrays = nil
	if _, err := f.Array(""); !errors.Is(err, fail.ErrFormat) || !strings.Contains(err.Error(), "column of text") {
		t.Errorf("nothing but skipped ones: %v", err)
	}
}
