package audit

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/internal/fickle"
	"github.com/morselcodec/morsel/internal/long"
)

// Wherever a comparison is stopped, it says so, and a report is whole.
func TestCompareContextStops(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	noise := func() *array.Array[float32] {
		a := &array.Array[float32]{Shape: []int{260, 260}, Data: make([]float32, 260*260)}
		for i := range a.Data {
			a.Data[i] = float32(i) // noise all over would take long
			if i < long.Trials(10_000, len(a.Data)) {
				a.Data[i] *= rng.Float32()
			}
		}
		return a
	}
	x, y := noise(), noise()
	o := &Options{MaxPairs: 200, Workers: 1}
	want, err := Compare(t.Context(), x, y, o)
	if err != nil {
		t.Fatal(err)
	}
	stops := 0
	for asked := int64(0); ; asked += 1 + asked {
		ctx := fickle.New(context.Background(), asked)
		got, err := Compare(ctx, x, y, o)
		if err == nil {
			if !reflect.DeepEqual(got, want) {
				t.Error("the report of a comparison that was not stopped differs")
			}
			break
		}
		if stops++; !errors.Is(err, context.Canceled) || got != nil {
			t.Fatalf("asked %d times: %v", asked, err)
		}
	}
	if stops < 6 {
		t.Errorf("asked so seldom that it stopped at %d places only", stops)
	}
}
