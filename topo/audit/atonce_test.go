package audit

import (
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
)

// Comparisons share their arrays and options. The race detector looks on, in
// .ci/run.
func TestCompareAtOnce(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	noise := func() *array.Array[float32] {
		a := &array.Array[float32]{Shape: []int{4, 12, 12}, Data: make([]float32, 4*12*12)}
		for i := range a.Data {
			a.Data[i] = rng.Float32()
		}
		return a
	}
	x, y, o := noise(), noise(), &Options{Workers: 2}
	want, err := Compare(t.Context(), x, y, o)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if got, err := Compare(t.Context(), x, y, o); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("another report, %v", err)
			}
		})
	}
	wg.Wait()
}
