package codec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/container"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/grid"
	"github.com/morselcodec/morsel/codec/internal/keep"
	"github.com/morselcodec/morsel/codec/internal/special"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/long"
	"github.com/morselcodec/morsel/internal/wire"
)

// enlarge gives an archive another shape and chunk shape; what follows the
// header stays.
func enlarge(t testing.TB, archive []byte, shape, chunk []int) []byte {
	r, err := NewReader(t.Context(), bytes.NewReader(archive), nil)
	if err != nil {
		t.Fatal(err)
	}
	h := *r.head
	h.Shape, h.tiles.Chunk, h.tiles.Total = shape, chunk, 2 // so that the chunks' shape is written
	b := append([]byte(container.MagicHead), container.Version)
	b = wire.AppendSection(b, container.TagHeader, h.payload())
	if h.Name != "" {
		b = wire.AppendSection(b, container.TagName, []byte(h.Name))
	}
	return append(b, archive[r.sections.Offset:]...)
}

// enlarged lists an archive with its sizes raised: up to so many values, in all
// and in a chunk, along each axis, with as many chunks as before, and in thin shapes.
func enlarged(t testing.TB, archive []byte, values int) map[string][]byte {
	r, err := NewReader(t.Context(), bytes.NewReader(archive), nil)
	if err != nil {
		t.Fatal(err)
	}
	tiles := r.head.tiles
	all := map[string][]byte{}
	for a, n := range tiles.Chunk {
		if tiles.Total == 0 {
			break
		}
		chunk := append([]int(nil), tiles.Chunk...)
		shape := append([]int(nil), tiles.Shape...)
		chunk[a] = max(values/(max(array.Product(tiles.Chunk), 1)/n)/tiles.Total, 1)
		shape[a] = (shape[a]-1)/n*chunk[a] + chunk[a]
		all["axis "+string(rune('0'+a))] = enlarge(t, archive, shape, chunk)
		for b := range chunk {
			chunk[b], shape[b] = 2, 2
		}
		chunk[a] = max(values>>(len(chunk)-1), 2)
		shape[a] = chunk[a]
		all["thin "+string(rune('0'+a))] = enlarge(t, archive, shape, chunk)
	}
	return all
}

// heapPeak runs f and returns by how much the heap grew at most, as far as
// looking every few milliseconds tells.
func heapPeak(f func()) int64 {
	runtime.GC()
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(heap)
	base := heap[0].Value.Uint64()
	most := base
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			metrics.Read(heap)
			most = max(most, heap[0].Value.Uint64())
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	f()
	close(stop)
	<-stopped
	return int64(most - base)
}

// What sizes a damaged or hostile archive claims, decoding stays within the limits,
// or refuses it, and does not take long.
func TestEnlarged(t *testing.T) {
	const (
		most    = 256 << 20
		longest = 2 * time.Second
	)
	m := goldenModel(t)
	o := &DecodeOptions{MaxBytes: 64 << 20, MaxMemory: most, Models: func([32]byte) (*autoencoder.Model, error) { return m, nil }}
	all := samples(t)
	for _, name := range []string{"latents", "guide"} {
		b, err := os.ReadFile(filepath.Join(goldenDir, name+".mrsl"))
		if err != nil {
			t.Fatal(err)
		}
		all[name] = b
	}
	for _, values := range []int{1 << 21, 1 << 22, 1 << 24, 1 << 26, min(1<<40, array.MaxValues)} {
		for name, archive := range all {
			for what, big := range enlarged(t, archive, values) {
				usual := values == 1<<24 || values == 1<<21 && name == "order" || values == 1<<22 && name == "scan"
				if !long.Run() && (!usual || !strings.HasSuffix(what, " 0")) {
					continue
				}
				var err error
				start := time.Now()
				peak := heapPeak(func() { _, err = drain(big, o) })
				if took := time.Since(start); long.Run() && took > longest {
					t.Errorf("%s, %d values, %s: %v", name, values, what, took)
				}
				if err != nil && !errors.Is(err, fault.ErrCorrupt) && !errors.Is(err, fault.ErrLimit) {
					t.Errorf("%s, %d values, %s: %v", name, values, what, err)
				}
				if peak > most {
					t.Errorf("%s, %d values, %s: %d MiB", name, values, what, peak>>20)
				}
			}
		}
	}
}

// drain decodes an archive to nowhere.
func drain(archive []byte, o *DecodeOptions) (int64, error) {
	r, err := NewReader(context.Background(), bytes.NewReader(archive), o)
	if err != nil {
		return 0, err
	}
	return io.Copy(io.Discard, r)
}

// Constant chunks of any size take no memory, whatever the reader.
func TestConstantChunksAreNotLaidOut(t *testing.T) {
	h := array.Header{DType: array.Float64, Shape: []int{60}}
	archive, _, err := encodeRaw(h, make([]byte, 480), &Options{Chunk: []int{15}, tinyChunks: true})
	if err != nil {
		t.Fatal(err)
	}
	const chunk = 1 << 24
	big := enlarge(t, archive, []int{4 * chunk}, []int{chunk})
	var n int64
	peak := heapPeak(func() { n, err = drain(big, nil) })
	// The index does not fit the longer header.
	if want := int64(4 * chunk * 8); n != want || !errors.Is(err, fault.ErrCorrupt) {
		t.Errorf("%d bytes of %d: %v", n, want, err)
	}
	if peak > 16<<20 {
		t.Errorf("%d MiB", peak>>20)
	}
	if _, err := drain(big, &DecodeOptions{MaxBytes: 64 << 20}); !errors.Is(err, fault.ErrLimit) {
		t.Errorf("512 MiB under a limit of 64 MiB: %v", err)
	}
}

// A few bytes can be a sound archive whose values take long to decode. Whether
// that is welcome is for MaxBytes to say.
func TestFewBytesOfMuchWork(t *testing.T) {
	a := &array.Array[float32]{DType: array.Float32, Shape: []int{4, 16, 16}, Data: make([]float32, 1024)}
	for i := range a.Data {
		a.Data[i] = float32(i)
	}
	var b bytes.Buffer
	if _, err := Encode(t.Context(), &b, a, &Options{Bound: Bound{Abs: 1e9}, Keep: KeepOrder}); err != nil {
		t.Fatal(err)
	}
	o := &DecodeOptions{MaxBytes: 64 << 20}
	if _, err := drain(b.Bytes(), o); err != nil {
		t.Error(err)
	}
	big := enlarge(t, b.Bytes(), []int{128, 128, 128}, []int{128, 128, 128})
	if _, err := drain(big, o); !errors.Is(err, fault.ErrLimit) || errors.Is(err, fault.ErrCorrupt) {
		t.Errorf("%d bytes that claim 2^21 values in order: %v", len(big), err)
	}
}

// Memory is counted before it is allocated, and the count is not far off.
func TestMaxMemory(t *testing.T) {
	shape := []int{20, 48, 64}
	a := &array.Array[float64]{DType: array.Float64, Shape: shape, Data: make([]float64, array.Product(shape))}
	for i := range a.Data {
		a.Data[i] = math.Sin(float64(i)/9) + float64(i%64)
	}
	for name, o := range map[string]*Options{
		"cubic":     {},
		"static":    {Level: 1},
		"scan":      {Bound: Bound{Lossless: true}},
		"raw":       {Bound: Bound{Lossless: true}, Level: 1},
		"pointwise": {Bound: Bound{PointwiseRel: 1e-3}},
		"order":     {Bound: Bound{Abs: 0.5}, Keep: KeepOrder},
		"signs":     {Bound: Bound{Abs: 0.5}, Keep: KeepSigns | KeepExtrema},
		"chunks":    {Chunk: []int{10, 48, 32}},
	} {
		var b bytes.Buffer
		if _, err := Encode(t.Context(), &b, a, o); err != nil {
			t.Fatal(err)
		}
		_, err := drain(b.Bytes(), &DecodeOptions{MaxMemory: 400 << 10, Workers: 1})
		if !errors.Is(err, fault.ErrLimit) || errors.Is(err, fault.ErrCorrupt) {
			t.Errorf("%s in 400 KiB: %v", name, err)
			continue
		}
		var needs int64 // KiB
		_, text, _ := strings.Cut(err.Error(), " needs ")
		if _, err := fmt.Sscanf(text, "%d KiB of memory", &needs); err != nil {
			if _, err := fmt.Sscanf(text, "%d MiB of memory", &needs); err != nil {
				t.Errorf("%s: %q does not say what is needed", name, text)
			}
			needs <<= 10
		}
		enough := &DecodeOptions{MaxMemory: (needs + 1024) << 10, Workers: 1}
		if _, err := drain(b.Bytes(), enough); err != nil {
			t.Errorf("%s needs %d KiB, but in %d: %v", name, needs, enough.MaxMemory>>10, err)
		}
		if total := allocated(func() { drain(b.Bytes(), enough) }) >> 10; name != "chunks" && total > needs {
			t.Errorf("%s says that it needs %d KiB and allocates %d", name, needs, total)
		}
	}
}

// allocated returns how many bytes f allocates in all.
func allocated(f func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

// Constraints take so many bytes a value, in thin shapes too.
func TestKeepIsCompact(t *testing.T) {
	const most = 60
	for _, shape := range [][]int{{64, 64, 64}, {2, 2, 2, 2, 1 << 13}, {1 << 16, 2}, {1 << 17}} {
		for _, want := range []Keep{KeepOrder, KeepSigns | KeepExtrema, KeepExtrema} {
			if want == KeepOrder && len(shape) > keep.MaxOrderRank {
				continue
			}
			g := grid.New(shape)
			values := make([]float64, g.Size)
			for i := range values {
				values[i] = float64(i * 7919 % 1009)
			}
			b := append([]byte{byte(want) | keep.FlagTies, 0, 8}, bytes.Repeat([]byte{0x5a, 0xc3, 0x17}, 1<<16)...)
			in := &keep.Input[float64]{Grid: &g, DType: array.Float64, Eps: 600, Values: values}
			got := allocated(func() { keep.Restore(in, nil, &special.Unpredictable{}, b) })
			if per := float64(got-2<<20) / float64(g.Size); per > most {
				t.Errorf("%v of %v: %.0f bytes a value", want, shape, per)
			}
		}
	}
}

// What no default reader takes is refused before the first value is read.
func TestEncoderRefusesWhatReadersDo(t *testing.T) {
	for name, c := range map[string]struct {
		d            array.DType
		shape, chunk []int
		o            Options
		want         error
	}{
		"2 TiB":          {array.Float64, []int{1 << 20, 1 << 18}, nil, Options{}, fault.ErrLimit},
		"keep":           {array.Float32, []int{256, 256, 256}, []int{256, 256, 128}, Options{Keep: KeepSigns}, ErrOptions},
		"lossless":       {array.Float32, []int{256, 256, 256}, []int{256, 256, 128}, Options{Bound: Bound{Lossless: true}}, ErrOptions},
		"pointwise":      {array.Float32, []int{256, 256, 256}, []int{256, 256, 256}, Options{Bound: Bound{PointwiseRel: 0.1}}, ErrOptions},
		"values":         {array.Float32, []int{512, 256, 256}, []int{512, 256, 256}, Options{Bound: Bound{Abs: 1}}, ErrOptions},
		"line":           {array.Float32, []int{1 << 23}, []int{1 << 23}, Options{Bound: Bound{Abs: 1}}, ErrOptions},
		"slab":           {array.Float32, []int{64, 1024, 1024}, []int{64, 64, 64}, Options{Bound: Bound{Abs: 1}}, ErrOptions},
		"as by default":  {array.Float64, []int{1 << 12, 1 << 12, 1 << 12}, nil, Options{Bound: Bound{Abs: 1}, Keep: KeepOrder}, nil},
		"without values": {array.Float64, []int{0, 1 << 27}, nil, Options{Bound: Bound{Abs: 1}, Keep: KeepOrder}, nil},
	} {
		c.o.Chunk = c.chunk
		if c.o.Bound == (Bound{}) {
			c.o.Range = &Range{Max: 1}
		}
		_, err := NewWriter(t.Context(), io.Discard, array.Header{DType: c.d, Shape: c.shape}, &c.o)
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A model in an archive may be a few bytes that stand for many weights.
func TestModelsCount(t *testing.T) {
	m := goldenModel(t)
	var file bytes.Buffer
	if err := m.Write(&file); err != nil {
		t.Fatal(err)
	}
	finder := modelFinder{memory: int64(file.Len())}
	if err := finder.section(append([]byte{modelInline}, file.Bytes()...)); !errors.Is(err, fault.ErrLimit) {
		t.Errorf("a model in as much memory as its file: %v", err)
	}
	finder.memory = 1 << 24
	if err := finder.section(append([]byte{modelInline}, file.Bytes()...)); err != nil {
		t.Error(err)
	}
}
