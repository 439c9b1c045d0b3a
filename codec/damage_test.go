package codec

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/container"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/internal/long"
)

// What is damaged: a file, and how it is read. read returns what the file
// holds.
type victim struct {
	name string
	file []byte
	ways []way
	own  error // what errors about damage match
}

type way struct {
	name string
	read func(r io.Reader, at io.ReaderAt, size int64) ([]byte, error)
}

// victims are the samples; with -long the golden archives and models, too.
func victims(t *testing.T) []victim {
	var list []victim
	for name, archive := range samples(t) {
		v := victim{name, archive, archiveWays(nil), fault.ErrCorrupt}
		if name == "raw" {
			v.ways = v.ways[1:] // no float holds such integers
		}
		list = append(list, v)
	}
	model, err := os.ReadFile(filepath.Join(goldenDir, "model.mrsm"))
	if err != nil {
		t.Fatal(err)
	}
	list = append(list, victim{"model.mrsm", model, []way{{"Read", readModel}}, autoencoder.ErrModel})
	m, err := autoencoder.Read(bytes.NewReader(model))
	if err != nil {
		t.Fatal(err)
	}
	goldens := []string{"latents.mrsl", "guide.mrsl"}
	if long.Run() {
		files, err := filepath.Glob(filepath.Join(goldenDir, "*.mrsl"))
		if err != nil {
			t.Fatal(err)
		}
		goldens = nil
		for _, f := range files {
			goldens = append(goldens, filepath.Base(f))
		}
	}
	for _, name := range goldens {
		archive, err := os.ReadFile(filepath.Join(goldenDir, name))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, victim{name, archive, archiveWays(m), fault.ErrCorrupt})
	}
	return list
}

func readModel(r io.Reader, _ io.ReaderAt, _ int64) ([]byte, error) {
	m, err := autoencoder.Read(r)
	if err != nil {
		return nil, err
	}
	id := m.ID()
	return id[:], nil
}

func archiveWays(m *autoencoder.Model) []way {
	o := &DecodeOptions{MaxBytes: 1 << 24, Models: func([32]byte) (*autoencoder.Model, error) { return m, nil }, Workers: 1}
	return []way{
		{"Decode", func(r io.Reader, _ io.ReaderAt, _ int64) ([]byte, error) {
			a, err := Decode[float64](context.Background(), r, o)
			if err != nil {
				return nil, err
			}
			return fmt.Appendf(nil, "%v %v %x", a.Header(), a.Shape, a.Data), nil
		}},
		{"NewReader", func(r io.Reader, _ io.ReaderAt, _ int64) ([]byte, error) {
			dec, err := NewReader(context.Background(), r, o)
			if err != nil {
				return nil, err
			}
			return io.ReadAll(dec)
		}},
		{"Region", func(_ io.Reader, at io.ReaderAt, size int64) ([]byte, error) {
			a, err := Open(context.Background(), at, size, o)
			if err != nil {
				return nil, err
			}
			src, err := a.Region(context.Background(), make([]int, len(a.Header().Shape)), a.Header().Shape)
			if err != nil {
				return nil, err
			}
			r, err := src.Values()
			if err != nil {
				return nil, err
			}
			defer r.Close()
			return io.ReadAll(r)
		}},
	}
}

// wholly asks for every byte of the largest files, too.
var wholly = flag.Bool("wholly", false, "with -long: damage every byte of every file, for hours")

// places lists the bytes to damage: some; with -long all of a sample of up to
// 8 KB, of a larger one the heads and ends of sections, the index, the footer and
// 2000 others, and of a golden archive, which takes longer to decode, 200.
func (v *victim) places() []int {
	var list []int
	if !long.Run() {
		for i := 0; i < len(v.file); i += 1 + len(v.file)/150 {
			list = append(list, i)
		}
		return append(list, len(v.file)-1)
	}
	others := 2000
	if strings.HasSuffix(v.name, ".mrsl") {
		others = 200
	} else if len(v.file) <= 8<<10 {
		others = len(v.file)
	}
	if *wholly || others == len(v.file) {
		for i := range v.file {
			list = append(list, i)
		}
		return list
	}
	rng := rand.New(rand.NewPCG(1, uint64(len(v.file))))
	for range others {
		list = append(list, rng.IntN(len(v.file)))
	}
	around := func(at int) {
		for i := max(at-8, 0); i < min(at+24, len(v.file)); i++ {
			list = append(list, i)
		}
	}
	around(len(v.file))
	s := container.NewReader(bytes.NewReader(v.file), 0, container.StreamRead)
	if _, err := s.Prologue(); err == nil {
		for sec, err := s.Next(); err == nil; sec, err = s.Next() {
			around(int(sec.Offset))
			for i := sec.Offset; sec.Tag == container.TagIndex && i < sec.Offset+sec.Length; i++ {
				list = append(list, int(i))
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	_, _ = z.Write(b) // a buffer takes everything
	_ = z.Close()
	return out.Bytes()
}

// zipErrors reports whether err is one of gzip's own.
func zipErrors(err error) bool {
	var c flate.CorruptInputError
	return errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &c)
}

// check reads b in a way and wants an error that is rightly named, or exactly
// what the sound file holds.
func (v *victim) check(t *testing.T, what string, w way, want, b []byte, zipped bool) {
	t.Helper()
	var r io.Reader = bytes.NewReader(b)
	if zipped {
		z, err := gzip.NewReader(r)
		if err != nil {
			return // not even that
		}
		r = z
	}
	got, err := w.read(r, bytes.NewReader(b), int64(len(b)))
	switch {
	case err == nil && !bytes.Equal(got, want):
		t.Errorf("%s %s, %s: no error, %d bytes of %d", v.name, what, w.name, len(got), len(want))
	case err != nil && !errors.Is(err, v.own) && (!zipped || !zipErrors(err)):
		t.Errorf("%s %s, %s: %v", v.name, what, w.name, err)
	case err == nil && !zipped:
		t.Errorf("%s %s, %s: not noticed", v.name, what, w.name)
	}
}

// Whatever is cut off or changed is noticed, however the file is read.
func TestDamageIsNamed(t *testing.T) {
	for _, v := range victims(t) {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			for _, w := range v.ways {
				want, err := w.read(bytes.NewReader(v.file), bytes.NewReader(v.file), int64(len(v.file)))
				if err != nil {
					t.Fatalf("%s, undamaged: %v", w.name, err)
				}
				for _, i := range v.places() {
					flipped := bytes.Clone(v.file)
					flipped[i] ^= 1 << (i % 8)
					v.check(t, fmt.Sprintf("with another byte %d", i), w, want, flipped, false)
					v.check(t, fmt.Sprintf("cut at %d", i), w, want, v.file[:i], false)
					if w.name == "Region" {
						continue // needs random access
					}
					v.check(t, fmt.Sprintf("cut at %d, zipped", i), w, want, gzipped(v.file[:i]), true)
				}
				if w.name == "Region" {
					continue
				}
				z := gzipped(v.file)
				if got, err := w.read(unzip(t, z), nil, 0); err != nil || !bytes.Equal(got, want) {
					t.Fatalf("%s, zipped: %v", w.name, err)
				}
				packed := victim{name: v.name, file: z}
				for _, i := range packed.places() {
					flipped := bytes.Clone(z)
					flipped[i] ^= 1 << (i % 8)
					v.check(t, fmt.Sprintf("zipped, with another byte %d", i), w, want, flipped, true)
					v.check(t, fmt.Sprintf("zipped, cut at %d", i), w, want, z[:i], true)
				}
			}
		})
	}
}

func unzip(t *testing.T, b []byte) io.Reader {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// broken is a connection that breaks behind some bytes.
type broken struct {
	r     *bytes.Reader
	after int
	err   error
}

func (b *broken) Read(p []byte) (int, error) {
	left := b.after - int(b.r.Size()) + b.r.Len()
	if left <= 0 {
		return 0, b.err
	}
	return b.r.Read(p[:min(len(p), left)])
}

func (b *broken) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > int64(b.after) {
		n, _ := b.r.ReadAt(p[:max(0, int64(b.after)-off)], off)
		return n, b.err
	}
	return b.r.ReadAt(p, off)
}

// An error of the reader is no damage: it is passed on, whatever it wraps.
func TestErrorsOfTheReaderStayItsOwn(t *testing.T) {
	reset := errors.New("connection reset by peer")
	for _, v := range victims(t) {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			for _, w := range v.ways {
				for k, i := range v.places() {
					own := []error{reset, fmt.Errorf("%w: %w", reset, io.ErrUnexpectedEOF), fmt.Errorf("%w: %w", reset, io.EOF)}[k%3]
					at := &broken{bytes.NewReader(v.file), i, own}
					_, err := w.read(&broken{bytes.NewReader(v.file), i, own}, at, int64(len(v.file)))
					if !errors.Is(err, reset) || errors.Is(err, v.own) || errors.Is(err, fault.ErrVersion) {
						t.Errorf("broken behind %d bytes, %s: %v", i, w.name, err)
					}
				}
			}
		})
	}
}

// stuck gives some bytes, and from then on neither a byte nor an error.
type stuck struct{ r io.Reader }

func (s *stuck) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err == io.EOF {
		err = nil
	}
	return n, err
}

func (s *stuck) ReadAt(p []byte, _ int64) (int, error) { return s.Read(p) }

// A reader that gives nothing for ever is not waited for.
func TestStuckReader(t *testing.T) {
	for name, archive := range samples(t) {
		for _, w := range archiveWays(nil)[1:] {
			for _, after := range []int{0, 3, len(archive) / 2, len(archive) - 1} {
				part := func() *stuck { return &stuck{bytes.NewReader(archive[:after])} }
				if _, err := w.read(part(), part(), int64(len(archive))); !errors.Is(err, io.ErrNoProgress) || errors.Is(err, fault.ErrCorrupt) {
					if w.name != "Region" || !errors.Is(err, fault.ErrCorrupt) { // which reads out of order
						t.Errorf("%s, %s, stuck after %d bytes: %v", name, w.name, after, err)
					}
				}
			}
		}
	}
}
