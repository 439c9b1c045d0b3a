package formats

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/internal/golden"
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

// Arrays of one name, and of none, are chosen by their index.
func TestFileArrayIndex(t *testing.T) {
	var f File
	for i, name := range []string{"u", "", "u", "v", "w#1"} {
		f.Arrays = append(f.Arrays, golden.Ramp(name, i+1))
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
		Arrays:  []Source{FromArray(&Array[float32]{Name: "wave", Shape: []int{2}, Data: make([]float32, 2)})},
		Skipped: []Skipped{{Name: "labels", Err: fail.Unsupportedf("a column of text")}},
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

// A damaged array is an error for whoever names none, and no other array's.
func TestFileDamaged(t *testing.T) {
	var npy bytes.Buffer
	if err := Write(&npy, NPY, []Source{golden.Ramp("", 6)}, nil); err != nil {
		t.Fatal(err)
	}
	good := npy.String()
	objects := strings.Replace(good, "'<f4'", "'|O' ", 1)
	broken := good[:len(good)-1]
	open := func(entries ...string) *File {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := 0; i < len(entries); i += 2 {
			e, err := z.Create(entries[i])
			if err == nil {
				_, err = io.WriteString(e, entries[i+1])
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		f, err := Open(bytes.NewReader(b.Bytes()), int64(b.Len()), "x.npz", nil)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	f := open("u.npy", good, "names.npy", objects, "read.me", "text")
	if len(f.Arrays) != 1 || len(f.Skipped) != 2 || f.Skipped[0].Name != "names" || f.Skipped[1].Name != "read.me" {
		t.Errorf("%+v", f)
	}
	if s, err := f.Array(""); err != nil || s.Name != "u" {
		t.Errorf("the only array: %v, %v", s, err)
	}
	if _, err := f.Array("names"); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "objects") {
		t.Errorf("objects by name: %v", err)
	}

	f = open("u.npy", good, "v.npy", broken)
	if s, err := f.Array("u"); err != nil || s.Name != "u" {
		t.Errorf("the whole one of two: %v, %v", s, err)
	}
	for _, name := range []string{"", "v", ":"} {
		if _, err := f.Array(name); !errors.Is(err, ErrFormat) || errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), `"v.npy"`) {
			t.Errorf("%q with a damaged one: %v", name, err)
		}
	}
	if _, err := open("v.npy", broken).Array(""); !errors.Is(err, ErrFormat) {
		t.Errorf("nothing but a damaged one: %v", err)
	}
}

// openText opens CSV text.
func openText(text string, o *OpenOptions) (*File, error) {
	if o == nil {
		o = &OpenOptions{}
	}
	o.Format = CSV
	return Open(strings.NewReader(text), int64(len(text)), "", o)
}

// A cell that cannot be read spoils its column alone, and whoever names none
// hears of it.
func TestFileSkippedColumns(t *testing.T) {
	f, err := openText("label,u,v\na,1,2\nb,x,3\nc,4,5\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	if a, err := f.Array("v"); err != nil || golden.Describe(t, a) != "v=[2 3 5]" {
		t.Errorf("%v, %v", a, err)
	}
	for name, want := range map[string]string{
		"": `row 3, column "u"`, ":": `row 3, column "u"`, "u": `row 3, column "u"`, "label": `is text, such as "a" in row 2`,
	} {
		if _, err := f.Array(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", name, err, want)
		}
	}
}

func TestAllColumns(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a,b\n1,2\n3,4\n", "=2x2[1 2 3 4]"},
		{"t,a,b\nx,1,2\ny,3,4\n", "=2x2[1 2 3 4]"},
		{"a\n1\n2\n", "=2x1[1 2]"},
		{"a,b\n1,9007199254740993\n3,4\n", "=i642x2[1 9007199254740993 3 4]"},
		{"a,b\n1,18446744073709551615\n3,4\n", "=u642x2[1 18446744073709551615 3 4]"},
		{"a,b\n-1,18446744073709551615\n3,4\n", "u64 cannot hold -1 in row 2"},
		{"a,b\n0.5,9007199254740993\n3,4\n", `no element type holds the columns "a" (f64) and "b" (i64)`},
		{"a:i8,b:u8\n-1,255\n", "=i161x2[-1 255]"},
		{"a:f16,b:i16\n0.5,-32768\n", "=f321x2[0.5 -32768]"},
		{"a:f32,b:i32\n0.5,-2147483648\n", "=1x2[0.5 -2.147483648e+09]"},
		{"a:f32[0],a:f32[1]\n1,2\n3,4\n", "a=f322x2[1 2 3 4]"},
	} {
		f, err := openText(c.text, nil)
		if err != nil {
			t.Fatal(err)
		}
		a, err := f.Array(":")
		if err != nil {
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%q: %v, want %q", c.text, err, c.want)
			}
		} else if got := golden.Describe(t, a); got != c.want {
			t.Errorf("%q: %s, want %s", c.text, got, c.want)
		}
	}
	f := File{Arrays: []Source{golden.Ramp("a", 2), golden.Ramp("b", 3)}}
	if _, err := f.Array(":"); err == nil || !strings.Contains(err.Error(), "equal length") {
		t.Errorf("columns of different length: %v", err)
	}
	if _, err := f.Array(""); err == nil || strings.Contains(err.Error(), `":"`) {
		t.Errorf("%v speaks of all columns", err)
	}
}
