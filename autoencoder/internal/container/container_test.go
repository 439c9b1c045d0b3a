package container

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/morselcodec/morsel/autoencoder/internal/fail"
	"github.com/morselcodec/morsel/internal/wire"
)

func TestOpenLimitsSections(t *testing.T) {
	most := make([]Section, maxSections)
	for i := range most {
		most[i].Tag = wire.Ancillary
	}
	file, id := Seal(ModelMagic, most)
	f, err := Open(ModelMagic, bytes.NewReader(file))
	if err != nil || len(f.Sections) != maxSections || f.ID != id {
		t.Fatal(err)
	}
	file, _ = Seal(ModelMagic, append(most, Section{Tag: wire.Ancillary}))
	if _, err := Open(ModelMagic, bytes.NewReader(file)); !errors.Is(err, fail.ErrModel) || !strings.Contains(err.Error(), "sections") {
		t.Errorf("one section more: %v", err)
	}
}

func TestIsModel(t *testing.T) {
	for head, want := range map[string]bool{
		ModelMagic: true, CheckpointMagic: true, ModelMagic + "more": true, "\x89MRS": false, "": false, "MRSL\x01\x01\x02\x03": false,
	} {
		if IsModel([]byte(head)) != want {
			t.Errorf("%q: want %v", head, want)
		}
	}
}
