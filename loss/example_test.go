package loss_test

import (
	"fmt"
	"log"

	"github.com/morselcodec/morsel/loss"
)

// What `morsel train --mse 1 --dsl 0.1` minimises, of one array of rank 1: a
// batch of one example. The prediction is near, but two of its slopes are the
// wrong way up.
func ExampleMix() {
	target := []float32{0, 1, 2, 3, 4, 5}
	near := []float32{0, 1.1, 0.9, 3, 3.9, 3.8}
	shape := []int{1, 6}
	mix := loss.Mix[float32]{MSEWeight: 1, DSLWeight: 0.1}
	value, err := mix.Value(near, target, shape)
	if err != nil {
		log.Fatal(err)
	}
	grad := make([]float32, len(near))
	same, err := mix.Gradient(grad, near, target, shape)
	if err != nil {
		log.Fatal(err)
	}
	exact, err := mix.DSL.Exact(near, target, shape)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the gradient comes with the loss:", value == same, grad[2] < 0)
	fmt.Println("slopes of another sign:", exact.Unequal, "of", exact.Comparisons)
	// Output:
	// the gradient comes with the loss: true true
	// slopes of another sign: 2 of 5
}
