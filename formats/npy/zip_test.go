package npy

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/input"
	"github.com/morselcodec/morsel/formats/internal/fail"
)

// openZipBytes opens an NPZ file, which has arrays.
func openZipBytes(t *testing.T, b []byte) ([]array.Source, []array.Skipped) {
	t.Helper()
	s, skipped, err := OpenZip(input.File(bytes.NewReader(b), int64(len(b))), 1<<30, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s, skipped
}

// zipOf makes an archive of the entries, each a name and its bytes.
func zipOf(t *testing.T, entries ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		w, err := z.Create(entries[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(entries[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// One entry that is no array does not spoil the others.
func TestNPZSkipped(t *testing.T) {
	good := string(npyFile("{'descr': '<f4', 'fortran_order': False, 'shape': (6,)}", 24))
	objects := string(npyFile("{'descr': '|O', 'fortran_order': False, 'shape': (3,)}", 24))
	arrays, skipped := openZipBytes(t, zipOf(t, "u.npy", good, "names.npy", objects, "read.me", "text", "dir/", "", "v.npy", good[:len(good)-1]))
	if len(arrays) != 1 || arrays[0].Name != "u" || len(skipped) != 3 {
		t.Fatalf("%+v, %+v", arrays, skipped)
	}
	for i, want := range []struct {
		name, why   string
		unsupported bool
	}{{"names", "objects", true}, {"read.me", "no .npy file", true}, {"v", `"v.npy"`, false}} {
		got := skipped[i]
		if got.Name != want.name || !strings.Contains(got.Err.Error(), want.why) || !errors.Is(got.Err, fail.ErrFormat) || errors.Is(got.Err, fail.ErrUnsupported) != want.unsupported {
			t.Errorf("%q: %v, want %+v", got.Name, got.Err, want)
		}
	}
	b := zipOf(t, "read.me", "text")
	other := errors.New("another zip file")
	_, _, err := OpenZip(input.File(bytes.NewReader(b), int64(len(b))), 1<<30, func(entries []*zip.File) error { return other })
	if err != other {
		t.Errorf("without .npy entries: %v", err)
	}
}

// Names cannot lead out of the folder that someone unpacks into.
func TestNPZEntryNames(t *testing.T) {
	for name, want := range map[string]string{
		"../../x": "x", "/etc/passwd": "passwd", `..\..\x`: "x", `C:\x`: "x", "a/b": "b", "a/": "a",
		"..": "arr_0", ".": "arr_0", "/": "arr_0", `\`: "arr_0", "x/..": "arr_0", "\x00": "arr_0", "": "arr_0", "ü": "ü",
	} {
		var b bytes.Buffer
		if err := WriteZip(&b, []array.Source{array.FromArray(&array.Array[float32]{Name: name, Shape: []int{1}, Data: []float32{1}})}); err != nil {
			t.Fatal(err)
		}
		if s, _ := openZipBytes(t, b.Bytes()); s[0].Name != want {
			t.Errorf("%q became %+v; want %q", name, s, want)
		}
	}
}

func TestNPZNames(t *testing.T) {
	one := array.FromArray(&array.Array[float32]{Shape: []int{1}, Data: []float32{1}})
	u := one
	u.Name = "u"
	var b bytes.Buffer
	if err := WriteZip(&b, []array.Source{one, u, u, one, u}); err != nil {
		t.Fatal(err)
	}
	got, _ := openZipBytes(t, b.Bytes())
	var names []string
	for _, s := range got {
		names = append(names, s.Name)
	}
	if want := "arr_0 u u_2 arr_3 u_4"; strings.Join(names, " ") != want {
		t.Errorf("%q, want %q", names, want)
	}
}
