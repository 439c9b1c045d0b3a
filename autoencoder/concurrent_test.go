package autoencoder

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
)

// One model serves many goroutines, also with workers of its own, while
// others train.
func TestModelIsSharedByGoroutines(t *testing.T) {
	field := waves(6, 30, 40)
	m := train(t, quick(), field)
	windows := field.Data[:32*100]
	wide := make([]float64, len(windows))
	for i, v := range windows {
		wide[i] = float64(v)
	}
	codes := make([]int32, 100*m.LatentLen())
	want := make([]float32, len(windows))
	if err := errors.Join(m.Encode(codes, windows), m.Decode(want, codes)); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	failed := make(chan error, 16)
	for g := range 16 {
		wg.Go(func() {
			m := m
			if g%2 == 1 {
				m = m.WithWorkers(g%4 + 1)
			}
			q, y, y64 := make([]int32, len(codes)), make([]float32, len(windows)), make([]float64, len(windows))
			err := errors.Join(m.Encode(q, windows), m.Decode(y, q), m.Encode64(q, wide), m.Decode64(y64, q), m.Write(io.Discard))
			if g == 0 {
				o := quick()
				o.Steps = 5
				_, trainErr := Train(t.Context(), setOf(field), o)
				err = errors.Join(err, trainErr)
			}
			for i, v := range y64 {
				if float32(v) != want[i] {
					err = errors.Join(err, fmt.Errorf("value %d is %v, alone %v", i, v, want[i]))
					break
				}
			}
			if !slices.Equal(q, codes) || !slices.Equal(y, want) || m.Info().ID == "" {
				err = errors.Join(err, errors.New("other results than alone"))
			}
			failed <- err
		})
	}
	wg.Wait()
	close(failed)
	for err := range failed {
		if err != nil {
			t.Error(err)
		}
	}
}
