package formats

import (
	"bytes"
	"sync"
	"testing"
)

// Several goroutines read the same sources. The race detector looks on, in
// .ci/run.
func TestSourceAtOnce(t *testing.T) {
	for name := range goldens(t) {
		b := testFile(t, name)
		f, err := Open(bytes.NewReader(b), int64(len(b)), name, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range f.Arrays {
			want, err := allBytes(a)
			if err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					if got, err := allBytes(a); err != nil || !bytes.Equal(got, want) {
						t.Errorf("%s: %q: other values, %v", name, a.Name, err)
					}
				})
			}
			wg.Wait()
		}
	}
}
