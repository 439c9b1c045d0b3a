package pipeline

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/topo/audit"
)

// wave is a smooth field.
func wave(shape ...int) *array.Array[float32] {
	n, err := array.CheckShape(shape)
	if err != nil {
		panic(err)
	}
	a := &array.Array[float32]{Name: "wave", Shape: shape, Data: make([]float32, n)}
	for i := range a.Data {
		a.Data[i] = float32(math.Sin(float64(i)/7) + math.Cos(float64(i)/31))
	}
	return a
}

// store writes arrays to NPZ files in a directory.
func store(t *testing.T, name string, arrays ...*array.Array[float32]) (dir string) {
	t.Helper()
	dir = t.TempDir()
	var sources []array.Source
	for _, a := range arrays {
		sources = append(sources, array.FromArray(a))
	}
	var b bytes.Buffer
	if err := formats.Write(&b, formats.NPZ, sources, nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

// memory is an Output in memory.
type memory struct {
	bytes.Buffer
	committed, discarded bool
}

func (m *memory) Commit() error { m.committed = true; return nil }
func (m *memory) Discard()      { m.discarded = !m.committed }

func TestReadCompressAuditWrite(t *testing.T) {
	field := wave(12, 20)
	dir := store(t, "field.npz", field)
	bound := 0.01
	var out memory
	var meters [3]Meter
	job := Using(ReadFile(os.DirFS(dir), "", nil),
		Then(Measure("compress", &meters[0], Compress{Options: codec.Options{Bound: codec.Bound{Abs: bound}}}.Run),
			Then(Measure("audit", &meters[1], Audit{}.Run),
				Measure("write", &meters[2], Write{Create: func(*Item) (Output, error) { return &out, nil }}.Run))))
	it, err := job(t.Context(), "field.npz")
	if err != nil {
		t.Fatal(err)
	}
	if failed := it.Report.Check(audit.Gates{MaxAbs: &bound}); len(failed) > 0 {
		t.Errorf("%v", failed)
	}
	if !out.committed || int64(out.Len()) != it.Stats.ArchiveBytes {
		t.Errorf("committed %v, %d bytes; want %d", out.committed, out.Len(), it.Stats.ArchiveBytes)
	}
	raw := int64(4 * len(field.Data))
	for i, want := range []Metrics{
		{Items: 1, BytesIn: raw, BytesOut: it.Stats.ArchiveBytes},
		{Items: 1, BytesIn: 2 * raw},
		{Items: 1, BytesIn: it.Stats.ArchiveBytes, BytesOut: it.Stats.ArchiveBytes},
	} {
		got := meters[i].Metrics()
		got.Seconds = 0
		if got != want {
			t.Errorf("stage %d: %+v; want %+v", i, got, want)
		}
	}

	// And back, from the bytes that were written.
	back, err := Decompress{}.Run(t.Context(), &Item{Name: "archive", Archive: bytes.NewReader(out.Bytes())})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a Source can be read again
		a, err := array.Read[float32](back.Array)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range a.Data {
			if math.Abs(float64(v)-float64(field.Data[i])) > bound {
				t.Fatalf("value %d: %v; want %v ± %v", i, v, field.Data[i], bound)
			}
		}
	}
}

func TestReadFile(t *testing.T) {
	a, b := wave(3), wave(4)
	a.Name, b.Name = "a", "b"
	dir := store(t, "two.npz", a, b)
	name := func(_ context.Context, it *Item) (string, error) { return it.Array.Name, nil }
	for _, c := range []struct {
		file, array, want, message string
		err                        error
	}{
		{"two.npz", "b", "b", "", nil},
		{"two.npz", "", "", "a (f32 3), b (f32 4)", formats.ErrArray},
		{"two.npz", "c", "", "none is called \"c\"", formats.ErrArray},
		{"missing.npz", "", "", "missing.npz", os.ErrNotExist},
	} {
		got, err := Using(ReadFile(os.DirFS(dir), c.array, nil), name)(t.Context(), c.file)
		if got != c.want || !errors.Is(err, c.err) || err != nil && !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s %q: got %q, %v; want %q, %v", c.file, c.array, got, err, c.want, c.err)
		}
	}
}

// The archive is the one that codec.Encode writes, whatever the bound.
func TestEncodeAgreesWithCodec(t *testing.T) {
	a := wave(9, 11)
	for _, b := range []codec.Bound{{}, {Abs: 0.1}, {Rel: 1e-2}, {PSNR: 50}, {Lossless: true}} {
		o := &codec.Options{Bound: b}
		var want, got bytes.Buffer
		if _, err := codec.Encode(t.Context(), &want, a, o); err != nil {
			t.Fatal(err)
		}
		stats, err := Encode(t.Context(), &got, array.FromArray(a), o)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want.Bytes()) {
			t.Errorf("%+v: archives differ", b)
		}
		if stats.ArchiveBytes != int64(got.Len()) {
			t.Errorf("%+v: %d bytes reported, %d written", b, stats.ArchiveBytes, got.Len())
		}
		if o.Range != nil {
			t.Errorf("%+v: the caller's options were changed", b)
		}
	}
}

// endless is a source of values that cancels its reader after a while.
func endless(cancel context.CancelFunc) array.Source {
	return array.Source{
		Header: array.Header{DType: array.Float32, Shape: []int{min(1<<37, array.MaxValues)}},
		Values: func() (io.ReadCloser, error) {
			reads := 0
			return io.NopCloser(readerFunc(func(p []byte) (int, error) {
				if reads++; reads == 10 {
					cancel()
				}
				clear(p)
				return len(p), nil
			})), nil
		},
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestCancel(t *testing.T) {
	for name, run := range map[string]func(context.Context, array.Source) error{
		"encode, scanning": func(ctx context.Context, s array.Source) error {
			_, err := Encode(ctx, io.Discard, s, nil)
			return err
		},
		"encode": func(ctx context.Context, s array.Source) error {
			_, err := Encode(ctx, io.Discard, s, &codec.Options{Bound: codec.Bound{Abs: 1}, Level: 1})
			return err
		},
		"compare": func(ctx context.Context, s array.Source) error {
			_, err := Compare(ctx, s, s, nil)
			return err
		},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		if err := run(ctx, endless(cancel)); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v; want context.Canceled", name, err)
		}
		cancel()
	}
}

func TestDamagedArchive(t *testing.T) {
	var b bytes.Buffer
	field := wave(64, 64)
	if _, err := codec.Encode(t.Context(), &b, field, nil); err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{0, 20, b.Len() / 2, b.Len() - 1} {
		damaged := slices.Clone(b.Bytes())
		damaged[at] ^= 4
		it := &Item{Name: "damaged", Array: array.FromArray(field), Archive: bytes.NewReader(damaged)}
		if _, err := Measure("audit", nil, Audit{}.Run)(t.Context(), it); !errors.Is(err, codec.ErrCorrupt) {
			t.Errorf("byte %d: got %v; want codec.ErrCorrupt", at, err)
		}
	}
}

func TestStagesNeedAnArchive(t *testing.T) {
	for i, s := range []Stage[*Item, *Item]{Decompress{}.Run, Audit{}.Run, Write{}.Run} {
		if _, err := s(t.Context(), &Item{Name: "bare"}); err == nil || !strings.Contains(err.Error(), "bare has no archive") {
			t.Errorf("stage %d: got %v", i, err)
		}
	}
}

func TestWriteFailureDiscards(t *testing.T) {
	out := &memory{}
	w := Write{Create: func(*Item) (Output, error) { return out, nil }}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := w.Run(ctx, &Item{Archive: bytes.NewReader([]byte("x"))})
	if !errors.Is(err, context.Canceled) || !out.discarded {
		t.Errorf("got %v, discarded %v; want a cancelled and discarded output", err, out.discarded)
	}
}
