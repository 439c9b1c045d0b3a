package codec

import (
	"encoding/hex"
	"fmt"

	"github.com/morselcodec/morsel/formats/array"
)

// ModelTrial is what the archive takes with a model.
type ModelTrial struct {
	ID    string `json:"id"` // SHA-256
	Bytes int64  `json:"bytes"`
}

// comparison is how many bytes a chunk takes without the model and with it,
// before anything is kept beside the bound; both 0 where the model was not tried.
type comparison struct{ without, with int }

// comparisons adds up those of an archive's chunks.
type comparisons struct {
	tried bool
	saved int64 // by the model, in chunks that use it
	cost  int64 // what it would have taken more in the others
}

func (t *comparisons) add(e *encoded) {
	switch d := int64(e.compared.without - e.compared.with); {
	case e.compared == comparison{}:
		return
	case e.usesModel():
		t.saved += d
	default:
		t.cost -= d
	}
	t.tried = true
}

// finishModel reports what became of the model.
func (w *Writer) finishModel() {
	s, m := &w.stats, w.codec.model
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
	case len(window) > len(w.codec.Shape):
		s.ModelNote = fmt.Sprintf("its window %s has more axes than the array", array.FormatShape(window))
	case w.codec.kind == boundNone && s.Model != nil:
		tried(0)
		s.ModelNote = "its latents are all that is stored"
	case !w.compared.tried && w.codec.kind == boundPointwise:
		s.ModelNote = "a bound relative to each value takes none"
	case !w.compared.tried:
		s.ModelNote = "no chunk holds values to predict"
	case s.Model != nil:
		tried(0)
		s.ModelSaved = w.compared.saved - w.index.modelLength
		s.ModelNote = fmt.Sprintf("saves %d bytes", s.ModelSaved)
	default:
		named := int64(modelSection)
		if w.inline {
			named += int64(m.Info().Bytes)
		}
		if bytes := tried(w.compared.cost + named); bytes < s.ArchiveBytes { // in many small chunks
			s.ModelNote = fmt.Sprintf("no chunk gains the %d bytes that naming it takes", modelSection)
		} else {
			s.ModelNote = fmt.Sprintf("with it the archive would take %d bytes", bytes)
		}
	}
}
