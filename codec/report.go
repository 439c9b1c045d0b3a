package codec

import (
	"math"
	"time"

	"github.com/morselcodec/morsel/codec/internal/chunk"
	"github.com/morselcodec/morsel/formats/array"
)

// totals add up what encoding the chunks gave.
type totals struct {
	maxError, maxRelative float64
	squares               squaredErrors
	used                  map[string]int // values by predictor
	compared              comparisons
}

func (t *totals) add(c *chunk.Encoded, values int) {
	t.maxError = math.Max(t.maxError, c.MaxError)
	t.maxRelative = math.Max(t.maxRelative, c.MaxRelative)
	t.squares.add(c)
	t.compared.add(c)
	t.used[c.Predictor()] += values
}

// report says in s what became of the array.
func (e *encoder) report(s *Stats) {
	s.ArchiveBytes, s.Sections, s.Model = e.out.written, e.out.sections, e.out.model
	s.Ratio, s.BitsPerValue = rates(s.InputBytes, s.ArchiveBytes, e.head.DType)
	s.Keep = e.head.keep.Names()
	s.MaxAbsError = e.totals.maxError
	switch e.head.kind {
	case chunk.BoundNone:
	case chunk.BoundPointwise:
		s.BoundPwRel, s.MaxPwRelError = &e.head.asked, &e.totals.maxRelative
	case chunk.BoundPSNR:
		s.PSNR = finiteOrNil(e.totals.squares.psnr(e.options.Range.Width(), e.head.eps))
		s.BoundAbs = &e.head.eps
	default:
		s.BoundAbs = &e.head.eps
	}
	s.Predictor = mostUsed(e.totals.used)
	e.reportModel(s)
	s.Seconds = time.Since(e.start).Seconds()
}

// rates returns the compression ratio and the bits per value.
func rates(input, archive int64, d array.DType) (ratio, bits float64) {
	if values := input / int64(d.Size()); values > 0 {
		bits = 8 * float64(archive) / float64(values)
	}
	return float64(input) / float64(archive), bits
}

// mostUsed returns the name that most values go by, the first of equals.
func mostUsed(used map[string]int) string {
	best := "none"
	for name, n := range used {
		if n > used[best] || n == used[best] && name < best {
			best = name
		}
	}
	return best
}
