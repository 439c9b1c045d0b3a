package formats

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/internal/golden"
	"github.com/morselcodec/morsel/formats/npy"
)

// fuzzFormat opens whatever the fuzzer makes of the golden files of a format.
// What reads must write as NPY and read back the same.
func fuzzFormat(f *testing.F, format Format, seeds ...string) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	for name := range golden.Arrays(f) {
		if DetectFormat(name) == format && !strings.HasSuffix(name, ".gz") {
			f.Add(golden.File(f, name))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		sources, err := openBytes(b, "", &OpenOptions{Format: format, MaxBytes: 1 << 22})
		if err != nil {
			return
		}
		for _, s := range sources[:min(len(sources), 4)] {
			checkSource(t, s)
			if format == CSV {
				checkCSV(t, s)
			}
		}
	})
}

// checkCSV writes an array that came from CSV, and reads it back.
func checkCSV(t *testing.T, s Source) {
	var out bytes.Buffer
	if err := Write(&out, CSV, []Source{s}, nil); err != nil {
		t.Fatal(err)
	}
	back, err := openText(out.String(), &OpenOptions{Shape: s.Shape, DType: s.DType})
	if err != nil {
		t.Fatalf("%q: %v", out.String(), err)
	}
	a, err := back.Array("")
	if err != nil {
		t.Fatal(err)
	}
	want := golden.Describe(t, s)[len(s.Name):]
	if got := golden.Describe(t, a)[len(a.Name):]; got != want {
		t.Fatalf("%s became %s", want, got)
	}
}

func checkSource(t *testing.T, s Source) {
	n, err := s.Check()
	if err != nil {
		t.Fatalf("Open returned an impossible header %+v: %v", s.Header, err)
	}
	const limit = 1 << 22
	r, err := s.Values()
	if err != nil {
		return
	}
	values, err := io.ReadAll(io.LimitReader(r, limit))
	if r.Close() != nil || err != nil || len(values) == limit {
		return
	}
	if int64(len(values)) != n*int64(s.DType.Size()) {
		t.Fatalf("%d bytes of %v %v", len(values), s.Shape, s.DType)
	}
	var out bytes.Buffer
	if err := Write(&out, NPY, []Source{s}, nil); err != nil {
		t.Fatal(err)
	}
	back, err := openBytes(out.Bytes(), "x.npy", &OpenOptions{Shape: s.Shape, DType: s.DType})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := golden.Bytes(back[0]); err != nil || !bytes.Equal(values, again) {
		t.Fatalf("NPY changed the values, or failed: %v", err)
	}
}

func FuzzNPY(f *testing.F) {
	fuzzFormat(f, NPY,
		npyFile("{'descr': '?', 'fortran_order': False, 'shape': (2, 3)}", 6),
		npyFile("{'descr': 'float32', 'fortran_order': True, 'shape': (2, 3)}", 24),
		npyFile("{'descr': '<M8[25ns]', 'fortran_order': False, 'shape': ()}", 8),
		npyFile("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (6,)}", 24))
}

// npyFile is a file of that header and as many bytes of 0.
func npyFile(header string, values int) string {
	return npy.Magic + "\x01\x00" + string([]byte{byte(len(header)), byte(len(header) >> 8)}) + header + strings.Repeat("\x00", values)
}

func FuzzCSV(f *testing.F) {
	fuzzFormat(f, CSV,
		"# a b\n1 2\n3  4\n",
		"a;b\ns;m\n1,5;2\n;-,25D+3\n",
		"n\tm\n9007199254740993\t18446744073709551615\n",
		"\"u:f16[0]\",u:f16[1]\r\n-0,Inf\r\nNaN,65504\r\n",
		"# :i64[0]\n-9223372036854775808\n",
		"1|--\n#N/A|\"2\n\"\n")
}

func FuzzNPZ(f *testing.F)         { fuzzFormat(f, NPZ) }
func FuzzArrow(f *testing.F)       { fuzzFormat(f, Arrow) }
func FuzzArrowStream(f *testing.F) { fuzzFormat(f, ArrowStream) }
func FuzzPNG(f *testing.F)         { fuzzFormat(f, PNG) }
func FuzzPGM(f *testing.F)         { fuzzFormat(f, PGM) }
func FuzzIDX(f *testing.F)         { fuzzFormat(f, IDX) }

// FuzzOpen lets name and content decide, gzip included.
func FuzzOpen(f *testing.F) {
	for name := range golden.Arrays(f) {
		f.Add(name, golden.File(f, name))
	}
	for _, c := range foreignFiles {
		f.Add(c.file, golden.File(f, "foreign/"+c.file))
	}
	f.Add("u_2x3.f32", make([]byte, 24))
	f.Add("u_3x2_uint16.raw.gz", append(golden.Gzip(make([]byte, 12)), 0, 0))
	f.Add("u_4.u8", append(golden.Gzip([]byte("ab")), golden.Gzip([]byte("cd"))...))
	f.Add("u_99999999x99999999x99999999.f64", []byte{})
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		sources, err := openBytes(b, name, &OpenOptions{MaxBytes: 1 << 22})
		if err != nil {
			return
		}
		for _, s := range sources[:min(len(sources), 4)] {
			checkSource(t, s)
		}
	})
}
