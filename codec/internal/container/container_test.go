package container

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/internal/wire"
)

func TestIsArchive(t *testing.T) {
	for head, want := range map[string]bool{"MRSL\x01": true, "MRSL": true, "MRS": false, "": false, "\x93NUMPY": false} {
		if IsArchive([]byte(head)) != want {
			t.Errorf("%q: want %v", head, want)
		}
	}
}

// archive is one of three sections.
func archive() []byte {
	b := append([]byte(MagicHead), Version)
	b = wire.AppendSection(b, TagHeader, []byte("head"))
	b = wire.AppendSection(b, TagName, nil)
	return AppendFooter(wire.AppendSection(b, TagChunk, bytes.Repeat([]byte{7}, 300)), 0)
}

// read reads an archive to its end.
func read(b []byte) (list []Section, err error) {
	s := NewReader(bytes.NewReader(b), 0, 16)
	if _, err = s.Prologue(); err != nil {
		return nil, err
	}
	for range 3 {
		sec, err := s.Next()
		if err != nil {
			return nil, err
		}
		list = append(list, sec)
	}
	return list, s.Footer(0)
}

// Sections come back; one damaged or missing byte anywhere, or one more, is an
// error.
func TestSections(t *testing.T) {
	b := archive()
	list, err := read(b)
	if err != nil {
		t.Fatal(err)
	}
	at := int64(len(MagicHead) + 1)
	for i, tag := range []byte{TagHeader, TagName, TagChunk} {
		if sec := list[i]; sec.Tag != tag || sec.Offset != at {
			t.Errorf("%s at byte %d, want %s at %d", SectionName(sec.Tag), sec.Offset, SectionName(tag), at)
		}
		at += list[i].Length
	}
	for i := range b {
		damaged := slices.Clone(b)
		damaged[i] ^= 0x10
		if _, err := read(damaged); !errors.Is(err, fault.ErrCorrupt) && !errors.Is(err, fault.ErrVersion) {
			t.Errorf("byte %d damaged: %v", i, err)
		}
		if _, err := read(b[:i]); !errors.Is(err, fault.ErrCorrupt) {
			t.Errorf("cut off at byte %d: %v", i, err)
		}
	}
	if _, err := read(append(b, 0)); !errors.Is(err, fault.ErrCorrupt) {
		t.Errorf("one more byte: %v", err)
	}
}

func TestSectionLimits(t *testing.T) {
	for name, c := range map[string]struct {
		memory, chunk int64
		want          error
	}{
		"memory": {299, 0, fault.ErrLimit},
		"chunk":  {0, 299, fault.ErrCorrupt},
		"enough": {300, 300, nil},
	} {
		s := NewReader(bytes.NewReader(wire.AppendSection(nil, TagChunk, make([]byte, 300))), 0, 16)
		s.MaxMemory, s.MaxChunk = c.memory, c.chunk
		if _, err := s.Next(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// An index comes back; cut off, or of other chunks, it is an error.
func TestIndex(t *testing.T) {
	for _, x := range []Index{
		{First: 17, Lengths: []int64{300, 1, 1 << 30}},
		{First: 1 << 40, Lengths: []int64{5}, Model: 1 << 41, ModelLength: 70},
	} {
		b := x.Append(nil)
		got, err := ParseIndex(b, len(x.Lengths))
		if err != nil || got.First != x.First || !slices.Equal(got.Lengths, x.Lengths) || got.Model != x.Model || got.ModelLength != x.ModelLength {
			t.Errorf("%+v comes back as %+v (%v)", x, got, err)
		}
		for i := range b {
			if _, err := ParseIndex(b[:i], len(x.Lengths)); err == nil {
				t.Errorf("%+v cut off at byte %d: no error", x, i)
			}
		}
		if _, err := ParseIndex(append(b, 0), len(x.Lengths)); err == nil {
			t.Errorf("%+v with one more byte: no error", x)
		}
		if _, err := ParseIndex(b, len(x.Lengths)+1); err == nil {
			t.Errorf("%+v of another number of chunks: no error", x)
		}
	}
}
