package topo_test

import (
	"context"
	"fmt"
	"log"

	"github.com/morselcodec/morsel/topo"
)

// Two basins, of depth 1 and 2, meet at a saddle of value 3.
func ExampleSublevel() {
	field := []float64{1, 3, 2, 4}
	d, err := topo.Sublevel(context.Background(), []int{4}, field, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("pairs:", d.Pairs)
	fmt.Println("essential:", d.Essential)
	// Output:
	// pairs: [{2 3}]
	// essential: [1]
}

// An error of 0.2 filled one minimum and moved no other.
func ExampleCompareExtrema() {
	original := []float32{1, 3, 2.9, 3, 0}
	other := []float32{1, 3, 3.1, 3, 0}
	c, err := topo.CompareExtrema(context.Background(), []int{5}, original, other, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d of %d minima missed, %d false; %d maxima false\n", c.MissedMinima, c.TrueMinima, c.FalseMinima, c.FalseMaxima)
	// Output:
	// 1 of 3 minima missed, 0 false; 1 maxima false
}
