package autoencoder_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"math"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/formats/array"
)

// Train a model on one field, as `morsel train` does, and pass a window of it
// through the latents.
func Example() {
	field := &array.Array[float32]{Shape: []int{64, 64}, Data: make([]float32, 64*64)}
	for i := range field.Data {
		field.Data[i] = float32(math.Sin(float64(i/64)/5) * math.Cos(float64(i%64)/7))
	}
	set := func(yield func(array.Source, error) bool) { yield(array.FromArray(field), nil) }
	model, err := autoencoder.Train(context.Background(), set, &autoencoder.TrainOptions{
		Window: []int{8, 8}, Steps: 200, Seed: 1,
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	window := make([]float32, 8*8)
	for i := range window {
		window[i] = field.Data[i/8*64+i%8]
	}
	latents := make([]int32, model.LatentLen())
	if err := model.Encode(latents, window); err != nil {
		fmt.Println(err)
		return
	}
	decoded := make([]float32, len(window))
	if err := model.Decode(decoded, latents); err != nil {
		fmt.Println(err)
		return
	}
	var worst float64
	for i, v := range window {
		worst = max(worst, math.Abs(float64(v-decoded[i])))
	}
	fmt.Println(len(window), "values,", len(latents), "latents, within 0.2:", worst < 0.2)
	// Output: 64 values, 4 latents, within 0.2: true
}

// A model file, and `morsel info` of it.
func ExampleRead() {
	field := &array.Array[float32]{Shape: []int{32, 32}, Data: make([]float32, 32*32)}
	for i := range field.Data {
		field.Data[i] = float32(i % 7)
	}
	set := func(yield func(array.Source, error) bool) { yield(array.FromArray(field), nil) }
	trained, err := autoencoder.Train(context.Background(), set, &autoencoder.TrainOptions{Window: []int{8, 8}, Steps: 10})
	if err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer
	if err := trained.Write(&file); err != nil {
		log.Fatal(err)
	}
	model, err := autoencoder.Read(&file)
	if err != nil {
		log.Fatal(err)
	}
	info := model.Info()
	fmt.Println(info.Window, info.LatentLen, info.Training.Steps, model.ID() == trained.ID())
	// Output: [8 8] 4 10 true
}
