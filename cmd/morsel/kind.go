package main

import (
	"path/filepath"
	"strings"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats"
)

// kind tells archives and models from array files.
type kind uint8

const (
	kindArray kind = iota
	kindArchive
	kindModel
)

// kind looks at the input's first bytes, and where they tell nothing at its name,
// so that a file with a damaged beginning is still taken for what it was.
func (in *input) kind() kind {
	head := in.head()
	ext := strings.ToLower(filepath.Ext(in.name))
	switch {
	case codec.IsArchive(head):
		return kindArchive
	case autoencoder.IsModel(head):
		return kindModel
	case formats.Identify(head) != "":
		return kindArray
	case ext == ".mrsl":
		return kindArchive
	case ext == ".mrsm":
		return kindModel
	}
	return kindArray
}

// head is as much of the input as tells what it is.
func (in *input) head() []byte {
	head := make([]byte, headBytes)
	n, _ := in.ReadAt(head, 0) // a short or unreadable file is reported by its reader
	return head[:n]
}

// headBytes is how much of a file tells what it is.
const headBytes = 4096

// wantKind refuses a file called name whose first bytes say that it is something
// else than is wanted, in the words of [formats.Identify].
func wantKind(name string, head []byte, want string) error {
	if what := formats.Identify(head); what != "" && what != want {
		return exit.Inputf("%s: this is %s, not %s", name, what, want)
	}
	return nil
}

// wantArchive refuses an input that is plainly something else.
func (in *input) wantArchive() error {
	if in.kind() == kindArchive {
		return nil
	}
	head := in.head()
	switch what := formats.Identify(head); {
	case strings.HasPrefix(string(head), "\x1f\x8b"):
		return exit.Inputf("%s: this is %s; unpack it first: gunzip -k %[1]s", in.name, what)
	case in.kind() == kindModel:
		return exit.Inputf("%s: this is a morsel model, not an archive; give it with -m beside the archive", in.name)
	case what != "":
		return exit.Inputf("%s: this is %s, not an archive; morsel compress makes one of an array file", in.name, what)
	}
	return nil // its reader says what is wrong
}
