package formats

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime/metrics"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/formats/internal/golden"
	"github.com/morselcodec/morsel/formats/npy"
)

// readAll opens a file and reads everything in it. Without any array, what was
// passed over is the error.
func readAll(b []byte, name string, o *OpenOptions) error {
	f, err := Open(bytes.NewReader(b), int64(len(b)), name, o)
	if err != nil {
		return err
	}
	if len(f.Arrays) == 0 {
		_, err := f.Array("")
		return err
	}
	for _, s := range f.Arrays {
		r, err := s.Values()
		if err != nil {
			return err
		}
		if _, err = io.Copy(io.Discard, r); err != nil {
			return err
		}
	}
	return nil
}

// allocated returns the bytes ever allocated, without stopping the world for it.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// Any damaged byte is an error that matches ErrFormat, or harmless: no panic,
// and no memory but for data that are there.
func TestDamage(t *testing.T) {
	var before uint64
	for name := range golden.Arrays(t) {
		b := golden.File(t, name)
		if len(b) > 1200 && !strings.HasPrefix(name, "mixed") {
			continue
		}
		for at := range b {
			if at%64 == 0 {
				before = allocated()
			}
			for _, v := range []byte{0xff, b[at] ^ 1} {
				damaged := bytes.Clone(b)
				damaged[at] = v
				if err := readAll(damaged, name, &OpenOptions{MaxBytes: 1 << 24}); err != nil && !errors.Is(err, ErrFormat) {
					t.Errorf("%s: byte %d = %#x: %v does not match ErrFormat", name, at, v, err)
				}
			}
			if at%64 < 63 && at+1 < len(b) {
				continue
			}
			if grown := allocated() - before; grown > 64<<20 {
				t.Errorf("%s: up to byte %d: %d bytes allocated", name, at, grown)
			}
		}
	}
}

// A header's length fields, set to anything, cost no memory.
func TestHostileLengths(t *testing.T) {
	for _, name := range []string{"rows.arrow", "rows.arrows", "nulls.arrow", "mixed.arrows", "zstd.arrow", "stored.npz", "f8.npy", "float.idx", "grey16.png"} {
		b := golden.File(t, name)
		for at := 0; at+8 <= len(b); at += 4 {
			for _, v := range []uint64{1<<31 - 1, 1<<32 - 1, 1 << 40, 1<<63 - 1} {
				damaged := bytes.Clone(b)
				binary.LittleEndian.PutUint64(damaged[at:], v)
				if err := readAll(damaged, name, &OpenOptions{MaxBytes: 1 << 24}); err != nil && !errors.Is(err, ErrFormat) {
					t.Errorf("%s: %#x at %d: %v does not match ErrFormat", name, v, at, err)
				}
			}
		}
	}
}

// badReader fails like a device does.
type badReader struct{ after int64 }

var errDevice = errors.New("device on fire")

func (b badReader) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > b.after {
		return 0, errDevice
	}
	const head = npy.Magic + "\x01\x00\x46\x00{'descr': '<f8', 'fortran_order': False, 'shape': (1000,), }         \n"
	copy(p, head[off:])
	return len(p), nil
}

// A device that fails is not a malformed file.
func TestDeviceError(t *testing.T) {
	for _, f := range []Format{NPY, NPZ, Arrow, ArrowStream, CSV, PNG, PGM, IDX} {
		if _, err := Open(badReader{}, 1000, "-", &OpenOptions{Format: f}); !errors.Is(err, errDevice) || errors.Is(err, ErrFormat) {
			t.Errorf("%v: %v, want the device's error alone", f, err)
		}
	}
	s, err := Open(badReader{headLen}, 80+8000, "x.npy", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Read[float64](s.Arrays[0]); !errors.Is(err, errDevice) || errors.Is(err, ErrFormat) {
		t.Errorf("%v, want the device's error alone", err)
	}
}

// breaking fails behind some bytes.
type breaking struct {
	*bytes.Reader
	after int64
	err   error
}

func (b breaking) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) <= b.after {
		return b.Reader.ReadAt(p, off)
	}
	n, _ := b.Reader.ReadAt(p[:max(0, min(int64(len(p)), b.after-off))], off)
	return n, b.err
}

// Wherever a device fails, and whatever its error wraps, that is not the file's
// fault.
func TestDeviceErrorAnywhere(t *testing.T) {
	for name := range golden.Arrays(t) {
		b := golden.File(t, name)
		for k := range 60 {
			own := []error{errDevice, fmt.Errorf("%w: %w", errDevice, io.EOF), fmt.Errorf("%w: %w", errDevice, io.ErrUnexpectedEOF)}[k%3]
			f, err := Open(breaking{bytes.NewReader(b), int64(k * len(b) / 60), own}, int64(len(b)), name, nil)
			for i := 0; err == nil && i < len(f.Arrays); i++ {
				_, err = golden.Bytes(f.Arrays[i])
			}
			if !errors.Is(err, errDevice) || errors.Is(err, ErrFormat) {
				t.Errorf("%s broken behind %d of %d bytes: %v, want the device's error alone", name, k*len(b)/60, len(b), err)
			}
		}
	}
}
