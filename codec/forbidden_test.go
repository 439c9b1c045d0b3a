package codec

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/container"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/internal/wire"
)

// piece is a section to be.
type piece struct {
	tag     byte
	payload []byte
}

// pieces takes an archive apart; the index is left out.
func pieces(t *testing.T, archive []byte) []piece {
	t.Helper()
	s := container.NewReader(bytes.NewReader(archive), 0, container.StreamRead)
	if _, err := s.Prologue(); err != nil {
		t.Fatal(err)
	}
	var list []piece
	for s.Offset < int64(len(archive)-container.FooterLen) {
		sec, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		if sec.Tag != container.TagIndex {
			list = append(list, piece{sec.Tag, sec.Payload})
		}
	}
	return list
}

// assemble makes an archive of pieces, with the index that fits them.
func assemble(list []piece) []byte {
	b := append([]byte(container.MagicHead), container.Version)
	var x container.Index
	for _, p := range list {
		at := int64(len(b))
		b = wire.AppendSection(b, p.tag, p.payload)
		n := int64(len(b)) - at
		if x.First == 0 && (p.tag == container.TagChunk || p.tag == container.TagModel) {
			x.First = at
		}
		switch p.tag {
		case container.TagChunk:
			x.Lengths = append(x.Lengths, n)
		case container.TagModel:
			x.Model, x.ModelLength = at, n
		}
	}
	if x.Implied() {
		return container.AppendFooter(b, 0)
	}
	at := len(b)
	b = wire.AppendSection(b, container.TagIndex, x.Append(nil))
	return container.AppendFooter(b, len(b)-at)
}

// What the format forbids is refused, though every checksum is right.
func TestForbiddenArchivesAreCorrupt(t *testing.T) {
	golden, err := os.ReadFile(filepath.Join(goldenDir, "latents.mrsl"))
	if err != nil {
		t.Fatal(err)
	}
	list := pieces(t, golden)
	model := slices.IndexFunc(list, func(p piece) bool { return p.tag == container.TagModel })
	name := piece{container.TagName, []byte("a name")}
	with := func(at int, p ...piece) []piece { return slices.Insert(slices.Clone(list), at, p...) }
	without := slices.Delete(slices.Clone(list), model, model+1)
	if !bytes.Equal(assemble(list), golden) {
		t.Fatal("taken apart and put together it is another archive")
	}
	find := &DecodeOptions{Models: func([32]byte) (*autoencoder.Model, error) {
		t.Error("looks for a model")
		return nil, fault.ErrModelNotFound
	}}
	for what, forged := range map[string][]piece{
		"no model":                      without,
		"the model behind what uses it": append(slices.Clone(without), list[model]),
		"two models":                    with(model, list[model]),
		"two names":                     with(1, name, name),
		"two equal headers":             with(1, list[0]),
		"a name before the header":      with(0, name),
		"an unknown ancillary section before the header": with(0, piece{wire.Ancillary | 99, []byte("?")}),
		"an ancillary section behind the model":          with(model+1, name),
		"an empty name":                                  with(1, piece{container.TagName, nil}),
		"a name that is not UTF-8":                       with(1, piece{container.TagName, []byte("\xff")}),
		"a name of 257 bytes":                            with(1, piece{container.TagName, bytes.Repeat([]byte("n"), 257)}),
		"no header":                                      list[1:],
		"a chunk too many":                               with(len(list), list[len(list)-1]),
		"nothing":                                        nil,
	} {
		archive := assemble(forged)
		for _, w := range archiveWays(nil) {
			_, err := w.read(bytes.NewReader(archive), bytes.NewReader(archive), int64(len(archive)))
			if !errors.Is(err, fault.ErrCorrupt) || errors.Is(err, fault.ErrModelNotFound) {
				t.Errorf("%s, %s: %v", what, w.name, err)
			}
		}
		if _, err := decodeRaw(archive, find); !errors.Is(err, fault.ErrCorrupt) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for what, sound := range map[string][]piece{
		"a name":                       with(1, name),
		"an unknown ancillary section": with(1, piece{wire.Ancillary | 99, []byte("?")}, name),
		"counts of critical points":    with(1, name, piece{container.TagTopology, []byte{1, 4, 3, 5, 3, 0}}),
		"a topology of unknown things": with(1, piece{container.TagTopology, []byte{99, 1, 7}}),
		"what is no list of entries":   with(1, piece{container.TagTopology, []byte{1, 0xff, 0xff}}),
	} {
		if _, err := readAll(assemble(sound)); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Guarantees that this program does not know are listed by number; what it does
// not know of how a chunk is coded it refuses, and says which version has it.
func TestUnknownNumbers(t *testing.T) {
	golden, err := os.ReadFile(filepath.Join(goldenDir, "order.mrsl"))
	if err != nil {
		t.Fatal(err)
	}
	list := pieces(t, golden)
	forge := func(at int, change func(payload []byte) []byte) []byte {
		p := piece{list[at].tag, change(slices.Clone(list[at].payload))}
		return assemble(slices.Concat(list[:at], []piece{p}, list[at+1:]))
	}
	guarantees := func(b ...byte) []byte {
		return forge(0, func(header []byte) []byte { return append(bytes.TrimSuffix(header, []byte{1, 3}), b...) })
	}
	archive := guarantees(3, 3, 5, 0xac, 0x02)
	a, err := Open(t.Context(), bytes.NewReader(archive), int64(len(archive)), nil)
	if err != nil {
		t.Fatal(err)
	}
	info, err := a.Info(t.Context())
	if want := []string{"order", "5", "300"}; err != nil || !slices.Equal(info.Keep, want) {
		t.Errorf("keeps %q, want %q (%v)", info.Keep, want, err)
	}
	got, err := readAll(archive)
	if err != nil {
		t.Fatal(err)
	}
	if want, _ := readAll(golden); !bytes.Equal(got, want) {
		t.Error("a guarantee changes the values")
	}
	for what, b := range map[string][]byte{
		"none": {0}, "number 0": {1, 0}, "one twice": {2, 3, 3}, "descending": {2, 3, 1}, "too few": {2, 3},
		"a number too large": {1, 0x80, 0x80, 0x04}, "something behind": {1, 3, 0},
	} {
		if _, err := readAll(guarantees(b...)); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", what, err)
		}
	}
	last := len(list) - 1
	for want, archive := range map[string][]byte{
		"unknown flags 0x20 beside the kind of bound": forge(0, func(header []byte) []byte {
			header[bytes.IndexByte(header, byte(chunk.BoundRel)|flagKeep)] |= 0x20
			return header
		}),
		"unknown chunk mode 99 in an archive of version 1": forge(last, func(chunk []byte) []byte {
			chunk[1] = 99
			return chunk
		}),
		"unknown keep level 12 in an archive of version 1": forge(last, func(payload []byte) []byte {
			data, err := chunk.Parse(payload, 0)
			if err != nil {
				t.Fatal(err)
			}
			data.Blocks[block.Keep][0] ^= 1 << 6 // 4 is order, and the 8 stands here
			return data.Append(nil)
		}),
	} {
		if _, err := readAll(archive); !errors.Is(err, ErrVersion) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
