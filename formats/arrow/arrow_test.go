package arrow

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	arrowarray "github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/input"
	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/internal/golden"
)

// openBytes lists the arrays of a file or a stream.
func openBytes(b []byte, o Options) ([]array.Source, []array.Skipped, error) {
	in := input.File(bytes.NewReader(b), int64(len(b)))
	if bytes.HasPrefix(b, []byte(Magic)) {
		return Open(in, o)
	}
	return OpenStream(in, o)
}

// arraysIn lists arrays that nothing stands beside.
func arraysIn(t *testing.T, b []byte, o Options) []array.Source {
	t.Helper()
	s, skipped, err := openBytes(b, o)
	if err != nil || len(skipped) > 0 {
		t.Fatalf("%v, %v", skipped, err)
	}
	return s
}

// readAll reads everything. Without any array, what was passed over is the error.
func readAll(b []byte, o Options) error {
	sources, skipped, err := openBytes(b, o)
	for _, s := range skipped {
		if len(sources) == 0 {
			err = errors.Join(err, s.Err)
		}
	}
	for _, s := range sources {
		if err == nil {
			_, err = golden.Bytes(s)
		}
	}
	return err
}

// The part of a file between its magic and its footer is a stream with its end
// marker.
func TestFileHoldsStream(t *testing.T) {
	for _, layout := range []Layout{LayoutTensor, LayoutList, LayoutColumn} {
		var b bytes.Buffer
		if err := Write(&b, []array.Source{golden.Ramp("u", 2, 3)}, layout); err != nil {
			t.Fatal(err)
		}
		file := b.Bytes()
		footer := int(binary.LittleEndian.Uint32(file[len(file)-10:]))
		stream := file[8 : len(file)-10-footer]
		s := arraysIn(t, stream, Options{})
		if a, err := array.Read[float32](s[0]); err != nil || !slices.Equal(a.Shape, []int{2, 3}) || a.Data[5] != 5 {
			t.Errorf("%v: %+v, %v", layout, a, err)
		}
	}
}

func TestSeveral(t *testing.T) {
	sources := []array.Source{golden.Ramp("", 2, 3), golden.Ramp("v", 6), golden.Ramp("v", 3, 2)}
	for _, layout := range []Layout{LayoutTensor, LayoutList, LayoutColumn} {
		var b bytes.Buffer
		if err := WriteStream(&b, sources, layout); err != nil {
			t.Fatal(err)
		}
		got := arraysIn(t, b.Bytes(), Options{})
		for i, want := range []string{"values [2 3]", "v [6]", "v_2 [3 2]"} {
			if h := fmt.Sprint(got[i].Name, " ", got[i].Shape); h != want {
				t.Errorf("%v: %s, want %s", layout, h, want)
			}
		}
	}
	if err := Write(&bytes.Buffer{}, []array.Source{golden.Ramp("", 2), golden.Ramp("", 3)}, LayoutColumn); err == nil {
		t.Error("columns of unequal length were written")
	}
}

// More values than go into one record batch.
func TestBatches(t *testing.T) {
	const n = 1<<18 + 12345
	var b bytes.Buffer
	if err := Write(&b, []array.Source{golden.Ramp("u", n)}, LayoutColumn); err != nil {
		t.Fatal(err)
	}
	s := arraysIn(t, b.Bytes(), Options{})
	a, err := array.Read[float32](s[0])
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range a.Data {
		if v != float32(i) {
			t.Fatalf("value %d is %g", i, v)
		}
	}
}

func TestErrors(t *testing.T) {
	wrong := bytes.ReplaceAll(golden.File(t, "field.arrows"), []byte("3,2"), []byte("3,3"))
	if err := readAll(wrong, Options{}); !errors.Is(err, fail.ErrShape) || !strings.Contains(err.Error(), "3x3, but it has 6 rows") {
		t.Errorf("%v, want an error about the shape", err)
	}
	for _, bad := range []string{`{"shape":[3,3]}  `, `{"shape":[-2,-3]}`, `{"shape":[2.5,2]}`, `{"shape":"2,3"}  `, `["shape",  [2,3]]`} {
		wrong := bytes.ReplaceAll(golden.File(t, "rows.arrows"), []byte(`{"shape":[2,3],"d`), []byte(bad))
		if bytes.Equal(wrong, golden.File(t, "rows.arrows")) {
			t.Fatal("the metadata of rows.arrows are not what this test replaces")
		}
		if err := readAll(wrong, Options{}); !errors.Is(err, fail.ErrFormat) {
			t.Errorf("%s: %v, want an error", bad, err)
		}
	}
}

func TestTensorPermutation(t *testing.T) {
	for s, want := range map[string][]int{
		`{"shape":[2,3],"permutation":[1,0]}`: {1, 0}, `{"shape":[2,3],"permutation":[0,1]}`: nil, `{"shape":[2,3]}`: nil,
	} {
		if m, err := parseTensor(s); err != nil || !slices.Equal(m.Permutation, want) {
			t.Errorf("%s: %v, %v", s, m.Permutation, err)
		}
	}
	for _, s := range []string{
		`{"shape":[2,3],"permutation":[1,1]}`, `{"shape":[2,3],"permutation":[1]}`, `{"shape":[2,3],"permutation":[0,2]}`,
		`{"shape":[2,3],"permutation":[0,1,2]}`, `{"shape":[2,3],"dim_names":["x"]}`, `{}`, ``,
	} {
		if m, err := parseTensor(s); !errors.Is(err, fail.ErrFormat) {
			t.Errorf("%s: %+v, %v; want an error", s, m, err)
		}
	}
}

// A program that registered the type itself reads the same files.
func TestTensorRegistered(t *testing.T) {
	typ, err := NewTensorType(array.Float32, []int{2, 3})
	if err != nil {
		t.Fatal(err)
	}
	if err := arrow.RegisterExtensionType(typ); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := arrow.UnregisterExtensionType(tensorName); err != nil {
			t.Error(err)
		}
	}()
	for _, name := range []string{"rows.arrow", "rows.arrows", "permuted.arrow", "rank5.arrow"} {
		golden.Check(t, arraysIn(t, golden.File(t, name), Options{}), golden.Arrays(t)[name])
	}
	r, err := ipc.NewReader(bytes.NewReader(golden.File(t, "rows.arrows")))
	if err != nil {
		t.Fatal(err)
	}
	got, ok := r.Schema().Field(0).Type.(*TensorType)
	if !ok || !slices.Equal(got.Shape, []int{2, 3}) || !slices.Equal(got.DimNames, []string{"y", "x"}) || got.ExtensionEquals(typ) {
		t.Fatalf("%v", r.Schema())
	}
	rec, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := rec.Column(0).(*TensorArray); !ok {
		t.Errorf("%T, want *TensorArray", rec.Column(0))
	}
	if again, err := got.Deserialize(got.Storage, got.Serialize()); err != nil || !got.ExtensionEquals(again) {
		t.Errorf("%v, %v", again, err)
	}
	var _ arrowarray.ExtensionArray = (*TensorArray)(nil)
}

// schemaMessage is the metadata of a schema of one field whose children are
// nested as deep as depth; each level refers to the next one twice, or, when
// cyclic, the last one to the first.
func schemaMessage(depth int, cyclic bool) []byte {
	le := binary.LittleEndian
	var b []byte
	u16 := func(v ...int) {
		for _, x := range v {
			b = le.AppendUint16(b, uint16(x))
		}
	}
	u32 := func(v ...int) {
		for _, x := range v {
			b = le.AppendUint32(b, uint32(x))
		}
	}
	set := func(at, target int) { le.PutUint32(b[at:], uint32(target-at)) }

	u32(0)                                 // root offset
	u16(12, 12, 6, 4, 8, 0)                // vtable of Message: version, type and header in fields 0 to 2
	set(0, len(b))                         //
	u32(12, kindSchema|version5<<16, 0)    // Message
	header := len(b) - 4                   //
	u16(8, 8, 0, 4)                        // vtable of Schema: fields in field 1
	set(header, len(b))                    //
	u32(8, 0)                              // Schema
	list := len(b) - 4                     //
	u16(16, 8, 0, 0, 0, 0, 0, 4)           // vtable of Field: children in field 5
	vtable, first := len(b)-16, len(b)+4+8 //
	for range depth {                      //
		set(list, len(b))       //
		u32(2, 0, 0)            // vector of two fields
		elements := len(b) - 8  //
		set(elements, len(b))   //
		set(elements+4, len(b)) //
		u32(len(b)-vtable, 0)   // Field
		list = len(b) - 4       //
	}
	set(list, len(b))
	u32(1, 0)
	set(len(b)-4, first) // backwards: the offset wraps
	if !cyclic {
		le.PutUint32(b[len(b)-8:], 0)
	}
	for len(b)%8 != 0 {
		b = append(b, 0)
	}
	return b
}

// Schemas that nest without end, or double at each level, would overflow the
// stack or take for ever in arrow/go.
func TestHostileSchema(t *testing.T) {
	for _, c := range []struct {
		depth  int
		cyclic bool
		err    string
	}{
		{1, false, "column that is not known"}, // well-formed, but of no type
		{1, true, "offset"},
		{25, false, "without end"},
		{1000, false, "deep"},
	} {
		meta := schemaMessage(c.depth, c.cyclic)
		b := binary.LittleEndian.AppendUint32([]byte("\xff\xff\xff\xff"), uint32(len(meta)))
		b = append(append(b, meta...), "\xff\xff\xff\xff\x00\x00\x00\x00"...)
		err := readAll(b, Options{})
		if !errors.Is(err, fail.ErrFormat) || !strings.Contains(err.Error(), c.err) {
			t.Errorf("%+v: %v, want %q", c, err, c.err)
		}
	}
}

func TestLayout(t *testing.T) {
	for l := LayoutTensor; l <= LayoutColumn; l++ {
		if got, err := ParseLayout(l.String()); got != l || err != nil {
			t.Errorf("%v reads as %v, %v", l, got, err)
		}
	}
	if _, err := ParseLayout("table"); err == nil {
		t.Error("an unknown layout was accepted")
	}
	if err := Write(&bytes.Buffer{}, []array.Source{golden.Ramp("", 2)}, 99); err == nil {
		t.Error("an unknown layout was written")
	}
}

// A frame header may ask for a window of 512 MiB; a small file gets none.
func TestZstdWindow(t *testing.T) {
	b := golden.File(t, "zstd.arrow")
	magic := []byte("\x28\xb5\x2f\xfd")
	at := bytes.Index(b, magic)
	if at < 0 {
		t.Fatal("no zstd frame")
	}
	b[at+4], b[at+5] = 0, 0x98 // no single segment; exponent 19
	if err := readAll(b, Options{MaxBytes: 1 << 27}); !errors.Is(err, fail.ErrFormat) || !strings.Contains(err.Error(), "window") {
		t.Errorf("%v, want an error about the window", err)
	}
}
