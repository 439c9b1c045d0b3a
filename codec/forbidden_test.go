package codec

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec/internal/fault"
	"github.com/morselcodec/morsel/codec/internal/wire"
)

// piece is a section to be.
type piece struct {
	tag     byte
	payload []byte
}

// pieces takes an archive apart; the index is left out.
func pieces(t *testing.T, archive []byte) []piece {
	t.Helper()
	s := newSectionReader(bytes.NewReader(archive), 0, streamRead)
	if _, err := s.prologue(); err != nil {
		t.Fatal(err)
	}
	var list []piece
	for s.offset < int64(len(archive)-footerLen) {
		sec, err := s.any()
		if err != nil {
			t.Fatal(err)
		}
		if sec.tag != tagIndex {
			list = append(list, piece{sec.tag, sec.payload})
		}
	}
	return list
}

// assemble makes an archive of pieces, with the index that fits them.
func assemble(list []piece) []byte {
	b := append([]byte(magicHead), versionWritten)
	var x index
	for _, p := range list {
		at := int64(len(b))
		b = appendSection(b, p.tag, p.payload)
		n := int64(len(b)) - at
		if x.first == 0 && (p.tag == tagChunk || p.tag == tagModel) {
			x.first = at
		}
		switch p.tag {
		case tagChunk:
			x.lengths = append(x.lengths, n)
		case tagModel:
			x.model, x.modelLength = at, n
		}
	}
	if x.implied() {
		return appendFooter(b, 0)
	}
	at := len(b)
	b = appendSection(b, tagIndex, x.append(nil))
	return appendFooter(b, len(b)-at)
}

// What the format forbids is refused, though every checksum is right.
func TestForbiddenArchivesAreCorrupt(t *testing.T) {
	golden, err := os.ReadFile(filepath.Join(goldenDir, "latents.mrsl"))
	if err != nil {
		t.Fatal(err)
	}
	list := pieces(t, golden)
	model := slices.IndexFunc(list, func(p piece) bool { return p.tag == tagModel })
	name := piece{tagName, []byte("a name")}
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
		"an empty name":                                  with(1, piece{tagName, nil}),
		"a name that is not UTF-8":                       with(1, piece{tagName, []byte("\xff")}),
		"a name of 257 bytes":                            with(1, piece{tagName, bytes.Repeat([]byte("n"), 257)}),
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
	} {
		if _, err := readAll(assemble(sound)); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}
