package codec

import (
	"math/rand/v2"
	"testing"

	"github.com/morselcodec/morsel/formats"
)

func elements(t *testing.T, d formats.DType, list ...string) (fills []formats.Element) {
	t.Helper()
	for _, s := range list {
		e, err := formats.ParseElement(d, s)
		if err != nil {
			t.Fatal(err)
		}
		fills = append(fills, e)
	}
	return fills
}

// anyFill reports whether v is fill.
func anyFill(fills []formats.Element, v float64) bool {
	for _, e := range fills {
		if e.Float64() == v {
			return true
		}
	}
	return false
}

// randomFills declares up to three values: of the array, or others that could be
// in it.
func randomFills(rng *rand.Rand, d formats.DType, raw []byte) (fills []formats.Element) {
	for range rng.IntN(4) {
		e, err := formats.ParseElement(d, []string{"0", "-0", "-999", "1", "100", "3.5"}[rng.IntN(6)])
		if n := len(raw) / d.Size(); n > 0 && (err != nil || rng.IntN(2) == 0) {
			e, err = formats.ElementAt(d, raw[rng.IntN(n)*d.Size():]), nil
		}
		if err == nil && checkFills(d, append(fills, e)) == nil {
			fills = append(fills, e)
		}
	}
	return fills
}
