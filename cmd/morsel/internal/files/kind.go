package files

import (
	"path/filepath"
	"strings"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/cmd/morsel/internal/exit"
	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats"
)

// Kind tells archives and models from array files.
type Kind uint8

// The kinds of files.
const (
	KindArray Kind = iota
	KindArchive
	KindModel
)

// Kind looks at the input's first bytes, and where they tell nothing at its name,
// so that a file with a damaged beginning is still taken for what it was.
func (in *Input) Kind() Kind {
	head := in.head()
	ext := strings.ToLower(filepath.Ext(in.Name))
	switch {
	case codec.IsArchive(head):
		return KindArchive
	case autoencoder.IsModel(head):
		return KindModel
	case formats.Identify(head) != "":
		return KindArray
	case ext == ".mrsl":
		return KindArchive
	case ext == ".mrsm":
		return KindModel
	}
	return KindArray
}

// head is as much of the input as tells what it is.
func (in *Input) head() []byte {
	head := make([]byte, HeadBytes)
	n, _ := in.ReadAt(head, 0) // a short or unreadable file is reported by its reader
	return head[:n]
}

// HeadBytes is how much of a file tells what it is.
const HeadBytes = 4096

// WantKind refuses a file called name whose first bytes say that it is something
// else than is wanted, in the words of [formats.Identify].
func WantKind(name string, head []byte, want string) error {
	if what := formats.Identify(head); what != "" && what != want {
		return exit.Inputf("%s: this is %s, not %s", name, what, want)
	}
	return nil
}

// WantArchive refuses an input that is plainly something else.
func (in *Input) WantArchive() error {
	if in.Kind() == KindArchive {
		return nil
	}
	head := in.head()
	switch what := formats.Identify(head); {
	case strings.HasPrefix(string(head), "\x1f\x8b"):
		return exit.Inputf("%s: this is %s; unpack it first: gunzip -k %[1]s", in.Name, what)
	case in.Kind() == KindModel:
		return exit.Inputf("%s: this is a morsel model, not an archive; give it with -m beside the archive", in.Name)
	case what != "":
		return exit.Inputf("%s: this is %s, not an archive; morsel compress makes one of an array file", in.Name, what)
	}
	return nil // its reader says what is wrong
}
