package formats

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
)

func TestCSV(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a,b\n1,2\n3,4\n", "a=[1 3] b=[2 4]"},
		{"1,2\n3,4", "column1=[1 3] column2=[2 4]"},
		{"t,u\n2025-01-01,1\n2025-01-02,NaN\n", "u=[1 NaN]"},
		{"2025-01-01,1\n2025-01-02,2\n", "column2=[1 2]"}, // a time stamp does not make a header
		{"u\r\n1e-3\r\n-Inf\r\n", "u=[0.001 -Inf]"},
		{"u,v\n,1\n,2\n3,NA\n", "u=[NaN NaN 3] v=[1 2 NaN]"},
		{"u,v\n1,x\n2,3\n", "u=[1 2]"}, // text first, so text
		{"u\n\n1\n\n", "u=[1]"},
		{"\"a \"\"b\"\"\",c\n 1 ,2\n", `a "b"=[1] c=[2]`},
		{"u\n", "no numeric column"},
		{"", "no numeric column"},
		{",\n,\n", "no numeric column"},
		{"u,v\n1,2\n3,x\n", `line 3, column 2: want a number, found "x"`},
		{"u,v\n1,2\n3\n", "line 3: want 2 columns, found 1"},
		{"u,v\n1,2\n3,4,5\n", "line 3: want 2 columns, found 3"},
		{"u\n1\n1e999\n", `line 3, column 1: want a number, found "1e999"`},
		{"u\n\"1\n", "line"},
	} {
		sources, err := openBytes([]byte(c.text), "x.csv", nil)
		var got []string
		for _, s := range sources {
			a, err := Read[float64](s)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, strings.TrimPrefix(strings.ReplaceAll(sprint(a), "+Inf", "Inf"), ""))
		}
		if err != nil {
			if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%q: %v, want %q", c.text, err, c.want)
			}
		} else if strings.Join(got, " ") != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func sprint(a *Array[float64]) string {
	var b strings.Builder
	b.WriteString(a.Name + "=[")
	for i, v := range a.Data {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.Write(appendNumber(nil, demoted(v), Float64))
	}
	return b.String() + "]"
}

func demoted(v float64) []byte {
	b := make([]byte, 8)
	Demote(b, []float64{v}, Float64)
	return b
}

func TestWriteCSV(t *testing.T) {
	third := &Array[float32]{Name: "third", Shape: []int{2}, Data: []float32{1 / float32(3), float32(math.Copysign(0, -1))}}
	special := &Array[float64]{Name: "2", Shape: []int{2}, Data: []float64{math.NaN(), math.Inf(-1)}}
	big := memorySource(Header{DType: Int64, Shape: []int{2}}, []byte{0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f})
	plane := &Array[float64]{Shape: []int{2, 2}, Data: []float64{1, 0.1, 1e21, 2}}
	named := &Array[float64]{Name: "u", Shape: []int{1, 2}, Data: []float64{1, 2}}
	for _, c := range []struct {
		sources []Source
		want    string
	}{
		{[]Source{FromArray(third), FromArray(special), big},
			"third,column 2,column2\n0.33333334,NaN,-9223372036854775808\n-0,-Inf,9223372036854775807\n"},
		{[]Source{FromArray(plane)}, "1,0.1\n1e+21,2\n"},
		{[]Source{FromArray(named)}, "u[0],u[1]\n1,2\n"},
	} {
		var b bytes.Buffer
		if err := Write(&b, CSV, c.sources, nil); err != nil || b.String() != c.want {
			t.Errorf("%q, %v; want %q", b.String(), err, c.want)
		}
	}
	for _, bad := range [][]Source{{ramp("", 2, 2, 2)}, {ramp("", 2), ramp("", 3)}, {ramp("", 2, 2), ramp("", 2)}} {
		if err := Write(&bytes.Buffer{}, CSV, bad, nil); err == nil {
			t.Errorf("%v was written", bad)
		}
	}
}

func TestPNGErrors(t *testing.T) {
	huge := bytes.Clone(testFile(t, "grey.png"))
	copy(huge[16:], "\x7f\xff\xff\xff\x7f\xff\xff\xff")
	trailing := append(bytes.Clone(testFile(t, "grey.png")), 0)
	for want, b := range map[string][]byte{
		"cannot come from": huge, "trailing bytes": trailing, "GIF picture": []byte("GIF89a"), "signature": []byte("\x89PNQ"),
	} {
		if _, err := openBytes(b, "x.png", nil); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	for _, s := range []Source{ramp("", 2, 2), {Header: Header{DType: Uint8, Shape: []int{4}}}, {Header: Header{DType: Uint8, Shape: []int{2, 2, 2}}}} {
		if err := Write(&bytes.Buffer{}, PNG, []Source{s}, nil); err == nil || !strings.Contains(err.Error(), "cannot hold") {
			t.Errorf("%v: %v", s.Header, err)
		}
	}
}

// Opaque alpha stays a channel, and colour under full transparency survives.
func TestPNGAlpha(t *testing.T) {
	for _, pixels := range []string{"\x01\x02\x03\xff\x04\x05\x06\xff", "\x01\x02\x03\x00\x04\x05\x06\x01"} {
		for _, d := range []DType{Uint8, Uint16} {
			h := Header{DType: d, Shape: []int{2 / d.Size(), 1, 4}}
			var b bytes.Buffer
			if err := Write(&b, PNG, []Source{memorySource(h, []byte(pixels))}, nil); err != nil {
				t.Fatal(err)
			}
			s, err := openBytes(b.Bytes(), "x.png", &OpenOptions{Shape: h.Shape, DType: d})
			if err != nil {
				t.Fatal(err)
			}
			if got, err := allBytes(s[0]); err != nil || string(got) != pixels {
				t.Errorf("%v: % x, %v; want % x", d, got, err, pixels)
			}
		}
	}
}

func TestPGMErrors(t *testing.T) {
	for text, want := range map[string]string{
		"P6\n1 1\n255\n\x00\x00\x00":  "bitmap Netpbm picture",
		"P4 1 1":                      "bitmap Netpbm picture",
		"P5\n2 2\n255\n\x00\x00\x00":  "wants 4 bytes, found 3",
		"P5\n1 1\n255\n\x00\x00":      "wants 1 bytes, found 2",
		"P5\n0 1\n255\n":              "impossible header",
		"P5\n1 1\n70000\n\x00\x00":    "impossible header",
		"P5\n1 -1\n255\n":             "want a number",
		"P5\n1":                       "height",
		"P2\n2 1\n9\n1 10\n":          "want a number up to 9",
		"P2\n2 1\n9\n1\n":             "value 1 of 2",
		"P2\n2 1\n9\n1 2 3\n":         "follows",
		"P2\n99999 99999\n9\n1 2 3\n": "limit",
	} {
		_, err := openBytes([]byte(text), "x.pgm", &OpenOptions{MaxBytes: 1 << 20})
		if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestIDXErrors(t *testing.T) {
	for text, want := range map[string]string{
		"\x00\x00\x08\x01\x00\x00\x00\x02\x00":                     "wants 2 bytes, found 1",
		"\x00\x00\x08\x01\xff\xff\xff\xff\x00":                     "dimension 0 is -1",
		"\x00\x00\x08\x02\x00\x00\x00\x02":                         "truncated header",
		"\x00\x00\x0a\x01\x00\x00\x00\x01\x00":                     "magic",
		"\x00\x00\x08\x06" + strings.Repeat("\x00\x00\x00\x01", 6): "magic",
		"": "magic",
	} {
		if _, err := openBytes([]byte(text), "x.idx", nil); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestWriteErrors(t *testing.T) {
	two := []Source{ramp("", 2), ramp("", 2)}
	for _, f := range []Format{Raw, NPY, PNG, PGM} {
		if err := Write(&bytes.Buffer{}, f, two, nil); err == nil {
			t.Errorf("%v took two arrays", f)
		}
	}
	for _, f := range []Format{0, IDX, 99} {
		if err := Write(&bytes.Buffer{}, f, two[:1], nil); err == nil {
			t.Errorf("%v was written", f)
		}
	}
	for f := Raw; f.Valid(); f++ {
		if err := Write(&bytes.Buffer{}, f, nil, nil); err == nil {
			t.Errorf("%v of nothing was written", f)
		}
		if err := Write(&bytes.Buffer{}, f, []Source{{}}, nil); !errors.Is(err, ErrFormat) {
			t.Errorf("%v of an invalid header: %v", f, err)
		}
	}
}
