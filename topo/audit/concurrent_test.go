package audit

import (
	"bytes"
	"io"
	"sync"
	"testing"

	"github.com/morselcodec/morsel/formats"
)

// Comparisons may share arrays and options, and a report may be written by
// several at once; the race detector watches.
func TestConcurrent(t *testing.T) {
	x, y := noisy(8, []int{12, 13}, 0.1)
	o := &Options{Fills: []formats.Element{element(7.0)}}
	shared := compare(t, x, y, o)
	var want bytes.Buffer
	if err := shared.WriteText(&want); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			r, err := Compare(t.Context(), x, y, o)
			if err != nil {
				t.Error(err)
				return
			}
			for _, r := range []*Report{r, shared} {
				var got bytes.Buffer
				if err := r.WriteText(&got); err != nil || got.String() != want.String() {
					t.Errorf("%v, %s", err, got.String())
				}
			}
			if err := shared.WriteHTML(io.Discard); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
