package formats

import (
	"errors"
	"strings"
	"testing"
)

func TestFileArrayNamesFew(t *testing.T) {
	var many File
	for range 1000 {
		many.Arrays = append(many.Arrays, FromArray(&Array[float32]{Name: "wave", Shape: []int{2}, Data: make([]float32, 2)}))
	}
	_, err := many.Array("")
	if !errors.Is(err, ErrArray) || len(err.Error()) > 1000 || !strings.Contains(err.Error(), "and 980 more") {
		t.Errorf("got %v", err)
	}
	if _, err := many.Array("wave"); !errors.Is(err, ErrArray) || !strings.Contains(err.Error(), "1000 arrays") {
		t.Errorf("got %v", err)
	}
	if _, err := new(File).Array(""); !errors.Is(err, ErrFormat) {
		t.Errorf("got %v", err)
	}
}

func TestFileArraySkipped(t *testing.T) {
	f := File{
		Arrays:  []Source{FromArray(&Array[float32]{Name: "wave", Shape: []int{2}, Data: make([]float32, 2)})},
		Skipped: []Skipped{{"labels", unsupportedf("a column of text")}},
	}
	if a, err := f.Array(""); err != nil || a.Name != "wave" {
		t.Errorf("the only array: %v, %v", a.Name, err)
	}
	if _, err := f.Array("labels"); !errors.Is(err, ErrFormat) || errors.Is(err, ErrArray) || !strings.Contains(err.Error(), "column of text") {
		t.Errorf("a skipped one by name: %v", err)
	}
	f.Arrays = nil
	if _, err := f.Array(""); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "column of text") {
		t.Errorf("nothing but skipped ones: %v", err)
	}
}
