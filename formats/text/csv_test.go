package text

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/input"
	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/internal/golden"
)

// openText opens CSV text.
func openText(text string, o Options) ([]array.Source, []array.Skipped, error) {
	return Open(input.File(strings.NewReader(text), int64(len(text))), o)
}

// csvFiles are texts, and the arrays that they hold.
var csvFiles = []struct{ text, want string }{
	{"a,b\n1,2\n3,4\n", "a=[1 3] b=[2 4]"},
	{"1,2\n3,4", "column1=[1 3] column2=[2 4]"},
	{"u\n1\n\n2\n\n", "u=[1 2]"},
	{"\"a \"\"b\"\"\",c\n 1 ,2\n", `a "b"=[1] c=[2]`},
	{"\"a\nb\",c\r\n1,\"2\"\r\n", "a\nb=[1] c=[2]"},
	{"\xef\xbb\xbfu,v\r\n1,2\r\n", "u=[1] v=[2]"},

	// Delimiters.
	{"a;b\n1;2\n3;4\n", "a=[1 3] b=[2 4]"},
	{"a\tb\n1\t2\n3\t4\n", "a=[1 3] b=[2 4]"},
	{"a|b\n1|2\n3|4\n", "a=[1 3] b=[2 4]"},
	{"a b\n1 2\n3 4\n", "a=[1 3] b=[2 4]"},
	{"  a    b\n  1    2  \n 13 \t 4\n", "a=[1 13] b=[2 4]"},
	{"a, b\n1, 2\n3, 4\n", "a=[1 3] b=[2 4]"},
	{"t\tu\n2025-01-01 00:00:00\t2\n2025-01-01 00:01:00\t\n", "u=[2 NaN]"},
	{"when;u\na,b;1\nc,d;2\n", "u=[1 2]"},
	{"wind speed\n1\n2\n", "wind speed=[1 2]"},
	{"a\tb\n\t\n1\t2\n", "a=[NaN 1] b=[NaN 2]"},

	{"sep=;\na;b\n1;2\n", "a=[1] b=[2]"},
	{"Sep=|\r\na,b|c\r\n1|2\r\n", "a,b=[1] c=[2]"},

	// Decimal commas.
	{"a;b\n1,5;2\n-0,25;,5\n1,5E3;7\n", "a=[1.5 -0.25 1500] b=[2 0.5 7]"},

	// Comments, names and units.
	{"# made by hand\na,b\n1,2\n# break\n3,4\n", "a=[1 3] b=[2 4]"},
	{"# a,b\n1,2\n3,4\n", "a=[1 3] b=[2 4]"}, // np.savetxt
	{"# x y z\n1 2 3\n4 5 6\n", "x=[1 4] y=[2 5] z=[3 6]"},
	{"# made by hand\n1\n2\n", "column1=[1 2]"},
	{"# 7,8\n1,2\n", "column1=[1] column2=[2]"},
	{"t,u\ns,m/s\n0,1\n1,2\n", "t=[0 1] u=[1 2]"},
	{"t,u,ratio\ns,m/s,1\n0,1,2\n1,2,3\n", "t=[0 1] u=[1 2] ratio=[2 3]"},
	{"who,where,n\na,b,1\nc,d,2\n", "n=[1 2]"},
	{"TIMESTAMP,u\nTS,m/s\n,Avg\n2025-01-01,1\n2025-01-02,2\n", "u=[1 2]"},

	{"   i    f\n0  1  1.5\n1  2  NaN\n", "column1=[0 1] i=[1 2] f=[1.5 NaN]"}, // row labels of pandas and R

	// Missing values, and what stands in for numbers elsewhere.
	{"u,v\n,1\n,2\n3,NA\n", "u=[NaN NaN 3] v=[1 2 NaN]"},
	{"u\n1\nNULL\nn/a\nNA\nnan\n--\nNone\n#N/A\n-NaN\n-\n", "u=[1 NaN NaN NaN NaN NaN NaN NaN NaN NaN]"},
	{"u\r\n1e-3\r\n-Inf\r\n+inf\r\n", "u=[0.001 -Inf Inf]"},
	{"u\n1.0D+03\n-2.5d-1\n7D0\n", "u=[1000 -0.25 7]"},
	{"u\nNaN\nNaN\n", "u=[NaN NaN]"},

	// Text is passed over.
	{"t,u\n2025-01-01,1\n2025-01-02,NaN\n", "u=[1 NaN]"},
	{"2025-01-01,1\n2025-01-02,2\n", "column2=[1 2]"}, // a time stamp does not make a header
	{"t,u\n2025-01-01,\n2025-01-02,2\n", "u=[NaN 2]"}, // nor units
	{"u,v\n1,x\n2,3\n", "u=[1 2]"},
	{"u,v\n1,x\n2,y\n3,4\n", "u=[1 2 3]"},
	{"u,v,\n1,,\n2,,\n", "u=[1 2]"},

	// Whole numbers stay whole.
	{"n\n9007199254740993\n-1\n", "n=i64[9007199254740993 -1]"},
	{"n\n1\n18446744073709551615\n", "n=u64[1 18446744073709551615]"},
	{"n\n-9223372036854775808\n+9223372036854775807\n", "n=i64[-9223372036854775808 9223372036854775807]"},
	{"n\n1152921504606846976\n", "n=i64[1152921504606846976]"},
	{"n\n9007199254740992\n-9007199254740992\n", "n=[9.007199254740992e+15 -9.007199254740992e+15]"},
	{"n\n1152921504606846976\n0.5\n", "n=[1.152921504606847e+18 0.5]"}, // exact
	{"n\n0.5\n\n100000000000000000000\n", "n=[0.5 1e+20]"},
	{"n\n0.5\n1152921504606847000\n", "n=[0.5 1.152921504606847e+18]"}, // as C and JavaScript print it
	{"n\n1\n-0\n", "n=[1 -0]"},
	{"n\n1e20\n12345678901234567.5\n", "n=[1e+20 1.2345678901234568e+16]"},

	// Types in headings.
	{"u:f32,n:i8\n0.1,-7\nNaN,8\n", "u=f32[0.1 NaN] n=i8[-7 8]"},
	{"u:f32[0],u:f32[1],v\n1,2,3\n4,5,6\n", "u=f322x2[1 2 4 5] v=[3 6]"},
	{"u:f32[1],u:f32[0]\n1,2\n", "u=f32[1] u=f321x1[2]"},
	{"u:f32,v\n", "u=f32[]"},
	{"a:b,c:f32x,d:f32[x]\n1,2,3\n", "a:b=[1] c:f32x=[2] d:f32[x]=[3]"},
}

func TestCSV(t *testing.T) {
	for _, c := range csvFiles {
		arrays, _, err := openText(c.text, Options{})
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
		} else if got := golden.Describe(t, arrays...); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

// An error names the row of the file and the column, and says what to do.
func TestCSVErrors(t *testing.T) {
	for _, c := range []struct {
		text  string
		wants string // separated by bars
	}{
		{"u\n", "no numeric column"},
		{"", "no numeric column"},
		{",\n,\n", "no numeric column"},
		{"label\nx\ny\n", `no numeric column|"label" is text, such as "x" in row 2`},
		{"# c\n\nu,v\n1,2\n\n3,x\n", `row 6, column "v": want a number, found "x"`},
		{"u,v\n1,2\n3\n", "row 3: want 2 columns, found 1"},
		{"u,v\n1,2\n3,4,5\n", "row 3: want 2 columns, found 3"},
		{"u\n1\n1e999\n", `row 3, column "u": want a number, found "1e999"`},
		{"sep=,\nu\nx\n1\n2\ny\n", `row 6, column "u"`},
		{"u,v\nx,1\n2,3\n4,5\n", `row 2, column "u": want a number, found "x"`},
		{"u\n\"1\n", "row 2: a quotation mark without its partner"},
		{"u,v\n\"1\"2,3\n", `row 2: "2,3" follows a quoted cell`},
		{"u\n1,5\n2,5\n", "row 2: want 1 columns, found 2|decimal marks"},
		{"u\tv\n1,5\t2\n3\t4\n", `row 2, column "u"|"1,5"|decimal comma|semicolons`},
		{"u;v\n1,5;2\n3;1.234\n", `row 3, column "v": "1.234" has a point, but "1,5" in row 2 a comma`},
		{"n\n-1\n18446744073709551615\n", `column "n"|no integer type holds both -1 in row 2 and 18446744073709551615 in row 3`},
		{"n\n18446744073709551615\n-1\n", "no integer type holds both -1 in row 3"},
		{"n\n1\n18446744073709551616\n", "row 3|18446744073709551616 is beyond i64 and u64"},
		{"n\n1\n-9223372036854775809\n", "row 3|-9223372036854775809 is beyond"},
		{"n\n9007199254740993\n0.5\n", "row 2|f64 cannot hold 9007199254740993 exactly|0.5"},
		{"n,m\n,1\n9007199254740993,2\n", "row 3|f64 cannot hold 9007199254740993 exactly|the missing value in row 2"},
		{"n:f64\n9007199254740993\n", `row 2, column "n": want a number of type f64`},
		{"n:u8\n256\n", `row 2, column "n": want a number of type u8, found "256"`},
		{"n:i16\nNA\n", `row 2, column "n": want a number of type i16`},
		{"u:f32\n1e39\n", "type f32"},
		{"u\n1\n\x00\n", "no text"},
		{"\xff\xfeu\x00", "UTF-16"},
	} {
		_, skipped, err := openText(c.text, Options{})
		for _, s := range skipped {
			if err == nil && !errors.Is(s.Err, fail.ErrUnsupported) {
				err = s.Err
			}
		}
		for _, want := range strings.Split(c.wants, "|") {
			if err == nil || !errors.Is(err, fail.ErrFormat) || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v, want %q", c.text, err, want)
			}
		}
	}
}

func TestCSVNotes(t *testing.T) {
	for text, want := range map[string]string{
		"t,u\ns,m/s\n0,1\n": `row 2 of the file ("s m/s") is taken for units`,
		"a;b\n1;2,5\n":      `"2,5" is read with a decimal comma`,
		"a,b\n1,2\n":        "",
	} {
		arrays, _, err := openText(text, Options{})
		if err != nil || len(arrays) == 0 || arrays[0].Note != want {
			t.Errorf("%q: %+v, %v; want the note %q", text, arrays, err, want)
		}
	}
}

func TestCSVDelimiter(t *testing.T) {
	for d, want := range map[byte]string{
		',': "column1=[1] column2=[5]", ';': "column1=[1.5]", ' ': `no numeric column`,
	} {
		arrays, _, err := openText("1,5\n", Options{Delimiter: d})
		if err != nil {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v", d, err)
			}
		} else if got := golden.Describe(t, arrays...); got != want {
			t.Errorf("%q: %s, want %s", d, got, want)
		}
	}
}

// A type that is asked for is what numbers are read as.
func TestCSVType(t *testing.T) {
	for _, c := range []struct {
		d          array.DType
		text, want string
	}{
		{array.Float32, "t,u\nx,0.1\ny,NA\n", "u=f32[0.1 NaN]"},
		{array.Float32, "a;b\n0,1;1D2\n", "a=f32[0.1] b=f32[100]"},
		{array.Float32, "a;b\n0,1;1\n0.5;2\n", `"0.5" has a point`},
		{array.Int64, "u\n1\n-2\n", "u=i64[1 -2]"},
		{array.Int16, "a,b:u8\n1,2\n", "a=i16[1]"},
		{array.Int16, "u\n1\n40000\n", `row 3, column "u": want a number of type i16, found "40000"`},
		{array.Int16, "u\n40000\n1\n", `row 2, column "u": want a number of type i16, found "40000"`},
		{array.Int16, "u\n1\n0.5\n", "found \"0.5\""},
	} {
		arrays, skipped, err := openText(c.text, Options{DType: c.d})
		if err != nil {
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%q as %v: %v, want %q", c.text, c.d, err, c.want)
			}
		} else if got := golden.Describe(t, arrays...) + fmt.Sprint(skipped); got != c.want+"[]" && !strings.Contains(got, c.want) {
			t.Errorf("%q as %v: %q, want %q", c.text, c.d, got, c.want)
		}
	}
}

// What is written reads back as the same arrays: names, types, shapes and bits.
func TestCSVRoundTrip(t *testing.T) {
	special := []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), 0, 1, -2, 0.1, 1e-300, 5e-324, 1e21, 1 << 60, 1<<53 - 1, 123456789, math.MaxFloat64}
	halves := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Copysign(0, -1)), 0.099975586, 65504, 5.9604645e-08}
	singles := []float32{float32(math.NaN()), float32(math.Inf(-1)), float32(math.Copysign(0, -1)), 0.1, 1.0 / 3, 1e-45, math.MaxFloat32, 16777217, 7.038531e-26}
	odd := []string{"", "u", "2", "NA", "inf", "#x", "a,b", "a;b", "a b", "a\tb", "a\nb", `a"b`, "u[0]", "u:f32", "u:f64[0]", ":", "1,5", "é"}
	var all [][]array.Source
	for _, name := range odd {
		all = append(all, []array.Source{array.FromArray(&array.Array[float64]{Name: name, Shape: []int{len(special)}, Data: special})})
		all = append(all, []array.Source{array.FromArray(&array.Array[float64]{Name: name, Shape: []int{5, 3}, Data: special})})
		all = append(all, []array.Source{array.FromArray(&array.Array[float32]{Name: name, DType: array.Float16, Shape: []int{6}, Data: halves})})
	}
	all = append(all,
		[]array.Source{array.FromArray(&array.Array[float32]{Name: "u", Shape: []int{9}, Data: singles})},
		[]array.Source{array.FromArray(&array.Array[float32]{Name: "u", Shape: []int{9, 1}, Data: singles})},
		[]array.Source{array.FromArray(&array.Array[float32]{Shape: []int{1, 9}, Data: singles})},
		[]array.Source{array.FromArray(&array.Array[float32]{Shape: []int{0, 2}})},
		[]array.Source{array.FromArray(&array.Array[float64]{Shape: []int{0}}), array.FromArray(&array.Array[float32]{Name: "v", Shape: []int{0}})},
		[]array.Source{array.FromArray(&array.Array[float64]{Name: "u", Shape: []int{2}, Data: special[:2]}), array.FromArray(&array.Array[float32]{Name: "v", Shape: []int{2}, Data: singles[:2]})},
	)
	for d := array.Int8; d.Valid(); d++ {
		ends := bytes.Repeat([]byte{0xff}, 3*d.Size())
		copy(ends, make([]byte, d.Size()))
		ends[3*d.Size()-1] = 0x7f
		all = append(all, []array.Source{array.FromBytes(array.Header{Name: "n", DType: d, Shape: []int{3}}, ends)}, []array.Source{array.FromBytes(array.Header{DType: d, Shape: []int{1, 3}}, ends)})
	}
	for _, sources := range all {
		var b bytes.Buffer
		if err := Write(&b, sources); err != nil {
			t.Errorf("%v: %v", sources[0].Header, err)
			continue
		}
		arrays, _, err := openText(b.String(), Options{})
		if err != nil || len(arrays) != len(sources) {
			t.Errorf("%q: %v, %v", b.String(), arrays, err)
			continue
		}
		for i, s := range sources {
			got := arrays[i]
			if name := s.Name; name != "" && got.Name != name || got.DType != s.DType || !slices.Equal(got.Shape, s.Shape) {
				t.Errorf("%q: %+v became %+v", b.String(), s.Header, got.Header)
				continue
			}
			want := strings.SplitN(golden.Describe(t, s), "=", 2)[1]
			if have := strings.SplitN(golden.Describe(t, got), "=", 2)[1]; have != want {
				t.Errorf("%q: %s became %s", b.String(), want, have)
			}
		}
	}
}

func TestWriteCSV(t *testing.T) {
	third := &array.Array[float32]{Name: "third", Shape: []int{2}, Data: []float32{1 / float32(3), float32(math.Copysign(0, -1))}}
	special := &array.Array[float64]{Name: "2", Shape: []int{2}, Data: []float64{math.NaN(), math.Inf(-1)}}
	big := array.FromBytes(array.Header{DType: array.Int64, Shape: []int{2}}, []byte{0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f})
	plane := &array.Array[float64]{Shape: []int{2, 2}, Data: []float64{1, 0.1, 1e21, 1234567}}
	named := &array.Array[float64]{Name: "u", Shape: []int{2}, Data: []float64{1, 2}}
	for _, c := range []struct {
		sources []array.Source
		want    string
	}{
		{[]array.Source{array.FromArray(third), array.FromArray(special), big},
			"third:f32,2:f64,column2:i64\n0.33333334,NaN,-9223372036854775808\n-0,-Inf,9223372036854775807\n"},
		{[]array.Source{array.FromArray(plane)}, "# :f64[0],:f64[1]\n1,0.1\n1e+21,1234567\n"},
		{[]array.Source{array.FromArray(named)}, "u\n1\n2\n"},
	} {
		var b bytes.Buffer
		if err := Write(&b, c.sources); err != nil || b.String() != c.want {
			t.Errorf("%q, %v; want %q", b.String(), err, c.want)
		}
	}
	for _, bad := range [][]array.Source{{golden.Ramp("", 2, 2, 2)}, {golden.Ramp("", 2), golden.Ramp("", 3)}, {golden.Ramp("", 2, 2), golden.Ramp("", 2)}, {golden.Ramp("", 2, 0)}} {
		if err := Write(&bytes.Buffer{}, bad); err == nil {
			t.Errorf("%v was written", bad)
		}
	}
}

// A row of nothing but commas takes no more memory than the limit.
func TestCSVWide(t *testing.T) {
	for _, text := range []string{strings.Repeat(",", 1<<20), strings.Repeat("1,", 1<<20)} {
		if _, _, err := openText(text, Options{MaxBytes: 1 << 20}); err == nil || !strings.Contains(err.Error(), "limit") {
			t.Errorf("%.10q: %v, want an error that names the limit", text, err)
		}
	}
}

func BenchmarkOpenCSV(b *testing.B) {
	var text strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&text, "2025-01-01 00:00:%02d,%g,%d,%.3f\n", i%60, float64(i)*0.1, i, float64(i)/7)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		arrays, _, err := openText(text.String(), Options{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, must(arrays[0].Values())); err != nil {
			b.Fatal(err)
		}
	}
}

func must(r io.ReadCloser, err error) io.Reader {
	if err != nil {
		panic(err)
	}
	return r
}
