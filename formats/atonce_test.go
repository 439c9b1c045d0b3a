package formats

import (
	"bytes"
	"sync"
	"testing"

	"github.com/morselcodec/morsel/formats/internal/golden"
)

// Several goroutines read the same sources. The race detector looks on, in
// .ci/run.
func TestSourceAtOnce(t *testing.T) {
	for name := range golden.Arrays(t) {
		b := golden.File(t, name)
		f, err := Open(bytes.NewReader(b), int64(len(b)), name, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range f.Arrays {
			want, err := golden.Bytes(a)
			if err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					if got, err := golden.Bytes(a); err != nil || !bytes.Equal(got, want) {
						t.Errorf("%s: %q: other values, %v", name, a.Name, err)
					}
				})
			}
			wg.Wait()
		}
	}
}
