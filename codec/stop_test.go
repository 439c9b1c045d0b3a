package codec

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/fickle"
	"github.com/morselcodec/morsel/internal/long"
)

// stops runs f with contexts that end later and later, until it succeeds. It
// returns how often it was stopped, after which every time nothing may run on.
func stops(t *testing.T, what string, f func(context.Context) error) (n int) {
	t.Helper()
	before := runtime.NumGoroutine()
	for asked := int64(0); ; asked += 1 + 2*asked {
		ctx := fickle.New(t.Context(), asked)
		err := f(ctx)
		if now := runtime.NumGoroutine(); now > before {
			t.Fatalf("%s: %d goroutines, %d before", what, now, before)
		}
		if err == nil {
			return n
		}
		if n++; !errors.Is(err, context.Canceled) || errors.Is(err, fault.ErrCorrupt) {
			t.Fatalf("%s, asked %d times: %v", what, asked, err)
		}
	}
}

// Wherever coding is stopped, inside of a chunk too, it says so; where it is
// not, the archive is what it always is.
func TestContextStops(t *testing.T) {
	fields, m := sameFields(t), sameModel(t)
	for i, mode := range sameModes {
		c := newSameCase(mode, long.Trials(5, 9), i)
		c.kind, c.values, c.chunks = 0, 2*4096, false
		a, o := c.array(fields), c.options(m)
		var want bytes.Buffer
		if _, err := Encode(t.Context(), &want, a, o); err != nil {
			t.Fatal(err)
		}
		encode := stops(t, "encode "+mode, func(ctx context.Context) error {
			var b bytes.Buffer
			_, err := Encode(ctx, &b, a, o)
			if whole := bytes.Equal(b.Bytes(), want.Bytes()); whole != (err == nil) {
				t.Errorf("%s: with %v, the archive is whole: %v", mode, err, whole)
			}
			return err
		})
		d := &DecodeOptions{Models: finder(m), Workers: 2}
		decode := stops(t, "decode "+mode, func(ctx context.Context) error {
			x, err := Decode[float64](ctx, bytes.NewReader(want.Bytes()), d)
			if (x != nil) != (err == nil) {
				t.Errorf("%s: both an array and %v", mode, err)
			}
			return err
		})
		region := stops(t, "region "+mode, func(ctx context.Context) error {
			r, err := Open(ctx, bytes.NewReader(want.Bytes()), int64(want.Len()), d)
			if err != nil {
				return err
			}
			src, err := r.Region(ctx, make([]int, c.rank), a.Shape)
			if err != nil {
				return err
			}
			values, err := src.Values()
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, values)
			return err
		})
		if encode < 3 || decode < 3 || region < 3 {
			t.Errorf("%s: stopped at %d places of encoding, %d of decoding, %d of a region", mode, encode, decode, region)
		}
	}
}

// Streams say once and for all that their context has ended.
func TestContextOfStreams(t *testing.T) {
	h := array.Header{DType: array.Float32, Shape: []int{100}}
	ctx, cancel := context.WithCancel(t.Context())
	var b bytes.Buffer
	w, err := NewWriter(ctx, &b, h, &Options{Bound: Bound{Abs: 1}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, 40)); err != nil {
		t.Fatal(err)
	}
	cancel()
	started := b.Len()
	if _, err := w.Write(make([]byte, 360)); !errors.Is(err, context.Canceled) {
		t.Errorf("Write: %v", err)
	}
	if err := w.Close(); !errors.Is(err, context.Canceled) || b.Len() > started {
		t.Errorf("Close: %v, and %d more bytes", err, b.Len()-started)
	}
	b.Reset()
	if _, err := Encode(t.Context(), &b, &array.Array[float32]{Shape: []int{100}, Data: make([]float32, 100)}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := NewReader(ctx, bytes.NewReader(b.Bytes()), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("NewReader: %v", err)
	}
	if _, err := Open(ctx, bytes.NewReader(b.Bytes()), int64(b.Len()), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Open: %v", err)
	}
	if _, err := Scan(ctx, bytes.NewReader(make([]byte, 400)), h, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Scan: %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	r, err := NewReader(ctx, bytes.NewReader(b.Bytes()), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(r, make([]byte, 40)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if n, err := r.Read(make([]byte, 40)); n > 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("Read gives %d bytes, %v", n, err)
	}
}
