package distance_test

import (
	"context"
	"fmt"
	"log"

	"github.com/morselcodec/morsel/topo"
	"github.com/morselcodec/morsel/topo/distance"
)

// The diagrams of a field and of its reconstruction are no further apart than the
// largest error, here 0.5.
func ExampleBottleneck() {
	ctx, shape := context.Background(), []int{6}
	original, err := topo.Sublevel(ctx, shape, []float64{0, 5, 1, 4, 3.5, 6}, nil)
	if err != nil {
		log.Fatal(err)
	}
	other, err := topo.Sublevel(ctx, shape, []float64{0, 5, 1.5, 4, 4, 6}, nil)
	if err != nil {
		log.Fatal(err)
	}
	b, err := distance.Bottleneck(ctx, original, other, nil)
	if err != nil {
		log.Fatal(err)
	}
	w, err := distance.Wasserstein(ctx, original, other, 1, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("bottleneck:", b.Value, "exact:", b.Exact())
	fmt.Println("1-Wasserstein:", w.Value)
	// Output:
	// bottleneck: 0.5 exact: true
	// 1-Wasserstein: 0.75
}
