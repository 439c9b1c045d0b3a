package codec

import (
	"bytes"
	"io"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/morselcodec/morsel/autoencoder"
)

// Sixteen goroutines share an archive, a model that is found by its id, a
// source, an array and options. The race detector looks on, in .ci/run.
func TestSharedAtOnce(t *testing.T) {
	m := trained(t)
	a := bumps(4, 32)
	encoding := &Options{Bound: Bound{None: true}, Model: m, Chunk: []int{1, 16, 32}, tinyChunks: true, Workers: 2}
	var b bytes.Buffer
	stats, err := Encode(t.Context(), &b, a, encoding)
	if err != nil {
		t.Fatal(err)
	}
	if stats.Model == nil {
		t.Fatal("the archive needs no model")
	}
	var found atomic.Int32
	decoding := &DecodeOptions{Workers: 2, Models: func(id [32]byte) (*autoencoder.Model, error) {
		found.Add(1)
		return m, nil
	}}
	archive, err := Open(t.Context(), bytes.NewReader(b.Bytes()), int64(b.Len()), decoding)
	if err != nil {
		t.Fatal(err)
	}
	shared, err := archive.Region(t.Context(), []int{0, 0, 0}, a.Shape)
	if err != nil {
		t.Fatal(err)
	}
	want, err := decodeRaw(b.Bytes(), &DecodeOptions{Models: finder(m)})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for k := range 16 {
		wg.Go(func() {
			src, part := shared, want
			if k%2 == 0 {
				var err error
				if src, err = archive.Region(t.Context(), []int{k / 4, 0, 0}, []int{k/4 + 1, 32, 32}); err != nil {
					t.Error(err)
					return
				}
				part = want[k/4*len(want)/4 : (k/4+1)*len(want)/4]
			}
			r, err := src.Values()
			if err != nil {
				t.Error(err)
				return
			}
			defer r.Close()
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, part) {
				t.Errorf("goroutine %d: other values, %v", k, err)
			}
			if info, err := archive.Info(t.Context()); err != nil || info.Chunks != 8 {
				t.Errorf("goroutine %d: %+v, %v", k, info, err)
			}
			var again bytes.Buffer
			if _, err := Encode(t.Context(), &again, a, encoding); err != nil || !bytes.Equal(again.Bytes(), b.Bytes()) {
				t.Errorf("goroutine %d: another archive, %v", k, err)
			}
			if x, err := Decode[float32](t.Context(), &again, decoding); err != nil || len(x.Data) != len(a.Data) {
				t.Errorf("goroutine %d: %v", k, err)
			}
		})
	}
	wg.Wait()
	// The archive asked once, and so did each of the readers.
	if n := found.Load(); n != 1+16 {
		t.Errorf("the model was looked for %d times", n)
	}
}
