package codec

import (
	"encoding/hex"
	"fmt"

	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/formats/array"
)

// ModelTrial is what the archive takes with a model.
type ModelTrial struct {
	ID    string `json:"id"` // SHA-256
	Bytes int64  `json:"bytes"`
}

// comparisons adds up those of an archive's chunks.
type comparisons struct {
	tried bool
	saved int64 // by the model, in chunks that use it
	cost  int64 // what it would have taken more in the others
}

func (t *comparisons) add(e *chunk.Encoded) {
	switch d := int64(e.Compared.Without - e.Compared.With); {
	case e.Compared == chunk.Comparison{}:
		return
	case e.UsesModel():
		t.saved += d
	default:
		t.cost -= d
	}
	t.tried = true
}

// reportModel says in s what became of the model.
func (e *encoder) reportModel(s *Stats) {
	m := e.codec.Model
	s.ModelTried = []ModelTrial{} // not null in JSON
	if m == nil {
		s.ModelNote = "none was given"
		return
	}
	id := m.ID()
	tried := func(more int64) int64 {
		bytes := s.ArchiveBytes + more
		s.ModelTried = append(s.ModelTried, ModelTrial{ID: hex.EncodeToString(id[:]), Bytes: bytes})
		return bytes
	}
	switch window := m.Window(); {
	case len(window) > len(e.head.Shape):
		s.ModelNote = fmt.Sprintf("its window %s has more axes than the array", array.FormatShape(window))
	case e.head.kind == chunk.BoundNone && s.Model != nil:
		tried(0)
		s.ModelNote = "its latents are all that is stored"
	case !e.totals.compared.tried && e.head.kind == chunk.BoundPointwise:
		s.ModelNote = "a bound relative to each value takes none"
	case !e.totals.compared.tried:
		s.ModelNote = "no chunk holds values to predict"
	case s.Model != nil:
		tried(0)
		s.ModelSaved = e.totals.compared.saved - e.out.index.ModelLength
		s.ModelNote = fmt.Sprintf("saves %d bytes", s.ModelSaved)
	default:
		named := int64(chunk.ModelSection)
		if e.options.InlineModel {
			named += int64(m.Info().Bytes)
		}
		if bytes := tried(e.totals.compared.cost + named); bytes < s.ArchiveBytes { // in many small chunks
			s.ModelNote = fmt.Sprintf("no chunk gains the %d bytes that naming it takes", chunk.ModelSection)
		} else {
			s.ModelNote = fmt.Sprintf("with it the archive would take %d bytes", bytes)
		}
	}
}
