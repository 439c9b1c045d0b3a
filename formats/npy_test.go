package formats

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// Write gives NumPy's own bytes.
func TestNPYBytes(t *testing.T) {
	for _, name := range []string{"f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "vector", "empty"} {
		b := testFile(t, name+".npy")
		s, err := openBytes(b, "x.npy", nil)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := Write(&out, NPY, s, nil); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), b) {
			t.Errorf("%s:\n got %q\nwant %q", name, out.Bytes(), b)
		}
	}
}

func npyFile(header string, values int) []byte {
	b := append([]byte(npyMagic), 1, 0, byte(len(header)), byte(len(header)>>8))
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
		{"{'descr': '<c8', 'fortran_order': False, 'shape': (3,)}", `type "<c8"`},
		{"{'descr': '|f4', 'fortran_order': False, 'shape': (6,)}", `type "|f4"`},
		{"{'descr': 'f4', 'fortran_order': False, 'shape': (6,)}", `type "f4"`},
		{"{'descr': '=f4', 'fortran_order': False, 'shape': (6,)}", `type "=f4"`},
		{"{'descr': '|O', 'fortran_order': False, 'shape': (3,)}", `type "|O"`},
		{"{'descr': '<M8', 'fortran_order': False, 'shape': (3,)}", `type "<M8"`},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)}", "wants 16 bytes, found 24"},
		{"{'descr': '<f4', 'fortran_order': True, 'shape': (4, 4)}", "wants 64 bytes, found 24"},
	} {
		s, err := openBytes(npyFile(c.header, 24), "x.npy", nil)
		switch {
		case c.err == "" && (err != nil || s[0].DType != Float32):
			t.Errorf("%q: %v", c.header, err)
		case c.err != "" && (!errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%q: %v, want %q", c.header, err, c.err)
		}
	}
	for _, b := range []string{
		"\x93NUMPX\x01\x00\x02\x00{}", "\x93NUMPY\x04\x00\x02\x00\x00\x00{}", "\x93NUMPY\x00\x00\x02\x00{}",
		"\x93NUMPY\x02\x00\xff\xff\xff\xff{}", "\x93NUMPY\x01\x00\xff", "\x93NUMPY",
	} {
		if _, err := openBytes([]byte(b), "x.npy", nil); !errors.Is(err, ErrFormat) {
			t.Errorf("%q: %v, want ErrFormat", b, err)
		}
	}
}

func TestNPZNames(t *testing.T) {
	one := FromArray(&Array[float32]{Shape: []int{1}, Data: []float32{1}})
	u := one
	u.Name = "u"
	var b bytes.Buffer
	if err := Write(&b, NPZ, []Source{one, u, u, one, u}, nil); err != nil {
		t.Fatal(err)
	}
	got, err := openBytes(b.Bytes(), "x.npz", nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range got {
		names = append(names, s.Name)
	}
	if want := "arr_0 u u_2 arr_3 u_4"; strings.Join(names, " ") != want {
		t.Errorf("%q, want %q", names, want)
	}
}

func BenchmarkFortran(b *testing.B) {
	file := npyFile("{'descr': '<f4', 'fortran_order': True, 'shape': (64, 64, 64)}", 4<<18)
	b.SetBytes(4 << 18)
	for b.Loop() {
		s, err := openBytes(file, "x.npy", nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Read[float32](s[0]); err != nil {
			b.Fatal(err)
		}
	}
}
