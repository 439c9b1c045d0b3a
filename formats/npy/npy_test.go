package npy

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/input"
	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/internal/golden"
)

// openBytes opens an NPY file.
func openBytes(b []byte) (array.Source, error) {
	return Open(input.File(bytes.NewReader(b), int64(len(b))), 1<<30)
}

// Write gives NumPy's own bytes.
func TestNPYBytes(t *testing.T) {
	for _, name := range []string{"f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "vector", "empty"} {
		b := golden.File(t, name+".npy")
		s, err := openBytes(b)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := Write(&out, s); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), b) {
			t.Errorf("%s:\n got %q\nwant %q", name, out.Bytes(), b)
		}
	}
}

func npyFile(header string, values int) []byte {
	b := append([]byte(Magic), 1, 0, byte(len(header)), byte(len(header)>>8))
	return append(append(b, header...), make([]byte, values)...)
}

func TestNPYHeader(t *testing.T) {
	for _, c := range []struct{ header, err string }{
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n", ""},
		{"{'shape':(2,3),'descr':\"<f4\",'fortran_order':False}", ""},
		{" { 'descr' : '<f4' , 'fortran_order' : False , 'shape' : ( 2 , 3L , ) } ", ""},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (6,)}", ""},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (6)}", "comma"},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': [2, 3]}", `want "("`},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (2, -3)}", "bad dimension"},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3.0)}", `want ")"`},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (2,, 3)}", "bad dimension"},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 3)}", "bad dimension"},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", "too many values"},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 2, 3)}", "rank 6"},
		{"{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 3)}", `want "False"`},
		{"{'descr': '<f4', 'shape': (2, 3)}", `no key "fortran_order"`},
		{"{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", "twice"},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'x': 1}", `unknown key "x"`},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)} 1", "follows the dictionary"},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)", `want "}"`},
		{"{'descr': '<f4' 'fortran_order': False, 'shape': (2, 3)}", `want "}"`},
		{"{'descr': '<f4, 'fortran_order': False, 'shape': (2, 3)}", "want"},
		{"{'descr", "without end"},
		{"", `want "{"`},
		{"{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (6,)}", "structured"},
		{"{'descr': '|f4', 'fortran_order': False, 'shape': (6,)}", ""},
		{"{'descr': 'f4', 'fortran_order': False, 'shape': (6,)}", ""},
		{"{'descr': '=f4', 'fortran_order': False, 'shape': (6,)}", ""},
		{"{'descr': 'f', 'fortran_order': False, 'shape': (6,)}", ""},
		{"{'descr': '>f', 'fortran_order': False, 'shape': (6,)}", ""},
		{"{'descr': 'float32', 'fortran_order': False, 'shape': (6,)}", ""},
		{"{'descr': '<float32', 'fortran_order': False, 'shape': (6,)}", `type "<float32"`},
		{"{'descr': '', 'fortran_order': False, 'shape': (6,)}", `type ""`},
		{"{'descr': '<', 'fortran_order': False, 'shape': (6,)}", `type "<"`},
		{"{'descr': '!f4', 'fortran_order': False, 'shape': (6,)}", `type "!f4"`},
		{"{'descr': 'i3', 'fortran_order': False, 'shape': (6,)}", "integers of type i3"},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)}", "wants 16 bytes, found 24"},
		{"{'descr': '<f4', 'fortran_order': True, 'shape': (4, 4)}", "wants 64 bytes, found 24"},
	} {
		s, err := openBytes(npyFile(c.header, 24))
		switch {
		case c.err == "" && (err != nil || s.DType != array.Float32):
			t.Errorf("%q: %v", c.header, err)
		case c.err != "" && (!errors.Is(err, fail.ErrFormat) || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%q: %v, want %q", c.header, err, c.err)
		}
	}
	for _, b := range []string{
		"\x93NUMPX\x01\x00\x02\x00{}", "\x93NUMPY\x04\x00\x02\x00\x00\x00{}", "\x93NUMPY\x00\x00\x02\x00{}",
		"\x93NUMPY\x02\x00\xff\xff\xff\xff{}", "\x93NUMPY\x01\x00\xff", "\x93NUMPY",
	} {
		if _, err := openBytes([]byte(b)); !errors.Is(err, fail.ErrFormat) {
			t.Errorf("%q: %v, want ErrFormat", b, err)
		}
	}
}

// A type that is none here is no damage; the message says what to do.
func TestNPYUnsupported(t *testing.T) {
	for descr, want := range map[string]string{
		"'<c8'": "x.real and x.imag", "'>c16'": "x.real and x.imag", "'complex128'": "x.real and x.imag",
		"'|O'": "objects", "'<U5'": "text", "'|S3'": "text", "'|V8'": "without a meaning",
		"'<M8[ns]'": "astype", "'<m8[25s]'": "astype", "'<f16'": "astype", "'longdouble'": "astype",
		"[('x', '<f4'), ('y', '<f4')]": "structured", "'<f4'": "rank 6",
	} {
		header := "{'descr': " + descr + ", 'fortran_order': False, 'shape': (3,)}"
		if strings.Contains(want, "rank") {
			header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 2, 3)}"
		}
		_, err := openBytes(npyFile(header, 24))
		if !errors.Is(err, fail.ErrUnsupported) || !errors.Is(err, fail.ErrFormat) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "malformed") {
			t.Errorf("%s: %v, want %q and nothing of malformed", descr, err, want)
		}
	}
}

func TestNPYBooleans(t *testing.T) {
	for _, descr := range []string{"|b1", "?", "bool", "<b1"} {
		s, err := openBytes(npyFile("{'descr': '"+descr+"', 'fortran_order': True, 'shape': (4, 6)}", 24))
		if err != nil || s.DType != array.Uint8 || s.Note != noteBool {
			t.Errorf("%s: %+v, %v", descr, s, err)
		}
	}
}

func BenchmarkFortran(b *testing.B) {
	file := npyFile("{'descr': '<f4', 'fortran_order': True, 'shape': (64, 64, 64)}", 4<<18)
	b.SetBytes(4 << 18)
	for b.Loop() {
		s, err := openBytes(file)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := array.Read[float32](s); err != nil {
			b.Fatal(err)
		}
	}
}
