package codec

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/morselcodec/morsel/codec/internal/block"
	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/codec/internal/container"
)

// reforged returns the archive with the header and the first chunk changed.
func reforged(t *testing.T, archive []byte, header func(b []byte), blocks func(b *block.List)) []byte {
	t.Helper()
	list := pieces(t, archive)
	list[0].payload = slices.Clone(list[0].payload)
	header(list[0].payload)
	k := slices.IndexFunc(list, func(p piece) bool { return p.tag == container.TagChunk })
	c, err := chunk.Parse(list[k].payload, 0)
	if err != nil {
		t.Fatal(err)
	}
	blocks(&c.Blocks)
	list[k].payload = c.Append(nil)
	return assemble(list)
}

// Stencils that end too early are no stencils.
func TestForbiddenStencils(t *testing.T) {
	golden, err := os.ReadFile(filepath.Join(goldenDir, "large.mrsl"))
	if err != nil {
		t.Fatal(err)
	}
	archive := reforged(t, golden, func([]byte) {}, func(b *block.List) {
		if b[block.Stencils] == nil {
			t.Fatal("no stencils")
		}
		b[block.Stencils] = []byte{}
	})
	if _, err := decodeRaw(archive, nil); !errors.Is(err, ErrCorrupt) {
		t.Error(err)
	}
}
