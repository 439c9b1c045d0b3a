package pipeline

import (
	"io"

	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/topo/audit"
)

// Item is what the ready-made stages work on: one array, its archive, and what
// is known of both. Stages fill it in and pass it on.
type Item struct {
	Name    string        // for errors and metrics
	Array   array.Source  // from ReadFile or Decompress
	Archive Archive       // from Compress, or given to Decompress
	Stats   codec.Stats   // from Compress
	Report  *audit.Report // from Audit
}

func (it *Item) String() string { return it.Name }

// Archive is a file of Size bytes that can be read at any place, such as an
// [io.SectionReader] or a [bytes.Reader]. The zero value nil means none.
type Archive interface {
	io.ReaderAt
	Size() int64
}
