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
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/formats/internal/fail"
	"github.com/morselcodec/morsel/formats/internal/golden"
	"github.com/morselcodec/morsel/formats/internal/stream"
)

// Columns that are no arrays are passed over, each with its reason.
func TestSkipped(t *testing.T) {
	want := map[string]string{
		"d32": "decimals", "d64": "decimals", "d128": "decimals", "d256": "decimals",
		"timestamp": "timestamps: cast", "date": "dates", "time": "times of day", "duration": "durations", "interval": "intervals",
		"struct": "structs: flatten", "list": "fixed-size lists", "large_list": "fixed-size lists", "list_view": "fixed-size lists",
		"map": "maps", "text": "text", "large_text": "text", "view": "text", "dictionary": "dictionary: decode", "flag": "booleans: cast",
		"null": "nulls", "bytes": "bytes", "runs": "runs: decode", "texts": "lists of text", "union": "unions", "dense_union": "unions",
		"deep": "rank 6, 1x1x1x1x1x1 (want 1 to 5)",
	}
	for _, name := range []string{"kinds.arrow", "kinds4.arrow", "kinds_zstd.arrow"} {
		_, skipped, err := openBytes(golden.File(t, name), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(skipped) != len(want) {
			t.Errorf("%s: %d columns are passed over, want %d", name, len(skipped), len(want))
		}
		for _, s := range skipped {
			reason := s.Err.Error()
			if !errors.Is(s.Err, fail.ErrUnsupported) || want[s.Name] == "" || !strings.Contains(reason, want[s.Name]) || strings.Contains(reason, "malformed") {
				t.Errorf("%s: %q is passed over for %q, want %q", name, s.Name, reason, want[s.Name])
			}
		}
	}
}

// Nulls become what the caller says, in any type that can hold it.
func TestNull(t *testing.T) {
	for _, name := range []string{"nulls.arrows", "nulls.arrow"} {
		arrays, skipped, err := openBytes(golden.File(t, name), Options{Null: "-7"})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range arrays {
			want, err := array.ParseElement(a.DType, "-7")
			if err != nil || !slices.Equal(a.Fills, []array.Element{want}) {
				t.Fatalf("%s: %s: fills %v, want %v, %v", name, a.Name, a.Fills, want, err)
			}
			v, err := golden.Bytes(a)
			if n := bytes.Count(v, want.Append(nil)); err != nil || n == 0 {
				t.Errorf("%s: %s: %d times -7, %v", name, a.Name, n, err)
			}
		}
		for _, s := range skipped {
			if s.Name[0] != 'u' || !strings.Contains(s.Err.Error(), "cannot become -7") {
				t.Errorf("%s: %q is passed over: %v", name, s.Name, s.Err)
			}
		}
	}
	const note = "3 stands for nulls, and for 1 other values"
	for _, c := range []struct{ file, array, note string }{{"nulls.arrows", "i2", note}, {"nulls.arrow", "nest", note}, {"nulls.arrow", "x", ""}} {
		arrays, _, err := openBytes(golden.File(t, c.file), Options{Null: "3"})
		i := slices.IndexFunc(arrays, func(a array.Source) bool { return a.Name == c.array })
		if err != nil || i < 0 || arrays[i].Note != c.note {
			t.Errorf("%s: %s: %d of %v, %v, want the note %q", c.file, c.array, i, arrays, err, c.note)
		}
	}
	if s, _, err := openBytes(golden.File(t, "nulls.arrow"), Options{}); err != nil || len(s[0].Fills) != 0 {
		t.Errorf("nulls of floats, which are NaN, are declared: %v, %v", s, err)
	}
}

// nullableColumn is a stream of one column, k.
func nullableColumn(t *testing.T, a arrow.Array) []byte {
	t.Helper()
	var out bytes.Buffer
	schema := arrow.NewSchema([]arrow.Field{{Name: "k", Type: a.DataType(), Nullable: true}}, nil)
	w := ipc.NewWriter(&out, ipc.WithSchema(schema))
	if err := errors.Join(w.Write(arrowarray.NewRecord(schema, []arrow.Array{a}, int64(a.Len()))), w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A column that holds every value but 0 leaves nothing for its nulls.
func TestNullFull(t *testing.T) {
	for _, c := range []struct {
		first int // value that is missing
		want  string
	}{{0, "give one"}, {100, "100"}} {
		b := arrowarray.NewUint8Builder(memory.DefaultAllocator)
		for i := range 256 {
			if i == c.first {
				b.AppendNull()
			} else {
				b.Append(uint8(i))
			}
		}
		arrays, skipped, err := openBytes(nullableColumn(t, b.NewArray()), Options{})
		got := fmt.Sprint(skipped, err)
		if len(arrays) == 1 {
			got = fmt.Sprint(arrays[0].Fills)
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("without %d: %s, want %q", c.first, got, c.want)
		}
	}
}

// Files of big-endian machines hold the values the other way round.
func TestBigEndian(t *testing.T) {
	b := golden.File(t, "field.arrows")
	want, err := golden.Bytes(arraysIn(t, b, Options{})[0])
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b, want)
	if at < 0 {
		t.Fatal("the values are not in the file as they are")
	}
	stream.SwapBytes(b[at:at+len(want)], 4)
	m, _, err := readMessage(bytes.NewReader(b), 0, int64(len(b)))
	if err != nil || m.schema.bigEndian {
		t.Fatalf("%+v, %v", m, err)
	}
	markBigEndian(t, b)
	if got, err := golden.Bytes(arraysIn(t, b, Options{})[0]); err != nil || !bytes.Equal(got, want) {
		t.Errorf("% x, %v; want % x", got, err, want)
	}
}

// markBigEndian finds the slot of the schema's endianness, which little-endian
// writers leave empty, and lets it point to a 1.
func markBigEndian(t *testing.T, b []byte) {
	le := binary.LittleEndian
	f := newFlatbuffer(b[8:])
	schema, ok := f.root().table(2)
	if !ok || schema.at(0) != 0 {
		t.Fatal("the schema is not what this test expects")
	}
	for off := 4; off < len(b)-schema.pos-9; off++ { // a 1 and a 0 somewhere behind
		if le.Uint16(b[8+schema.pos+off:]) == 1 {
			le.PutUint16(b[8+schema.vtable+4:], uint16(off))
			return
		}
	}
	t.Fatal("no 1 behind the schema")
}

// A single row is that array itself, or one of one on request.
func TestStack(t *testing.T) {
	for _, c := range []struct {
		name  string
		stack bool
		shape []int
	}{
		{"tensor_f4.arrow", false, []int{2, 3, 4}}, {"tensor_f4.arrow", true, []int{1, 2, 3, 4}},
		{"rows.arrow", false, []int{5, 2, 3}}, {"rows.arrow", true, []int{5, 2, 3}},
	} {
		if s := arraysIn(t, golden.File(t, c.name), Options{Stack: c.stack}); !slices.Equal(s[0].Shape, c.shape) {
			t.Errorf("%s, stacked %v: %v; want %v", c.name, c.stack, s, c.shape)
		}
	}
	if err := readAll(golden.File(t, "rank5.arrow"), Options{Stack: true}); !errors.Is(err, fail.ErrUnsupported) || !strings.Contains(err.Error(), "stacked") {
		t.Errorf("%v, want an error that says it cannot be stacked", err)
	}
}
