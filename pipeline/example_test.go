package pipeline_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"math"

	"github.com/morselcodec/morsel/autoencoder"
	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/pipeline"
	"github.com/morselcodec/morsel/topo/audit"
)

// field is a smooth 64x64 array.
func field() *array.Array[float32] {
	a := &array.Array[float32]{Name: "field", Shape: []int{64, 64}, Data: make([]float32, 64*64)}
	for i := range a.Data {
		y, x := float64(i/64), float64(i%64)
		a.Data[i] = float32(math.Sin(x/9) * math.Cos(y/11))
	}
	return a
}

// A job compresses arrays, two at a time, and checks each against its
// original.
func Example() {
	arrays := func(yield func(*pipeline.Item, error) bool) {
		yield(&pipeline.Item{Name: "field", Array: array.FromArray(field())}, nil)
	}
	var compressing pipeline.Meter
	job := pipeline.Then(
		pipeline.Measure("compress", &compressing,
			pipeline.Compress{Options: codec.Options{Bound: codec.Bound{Abs: 0.001}}}.Run),
		pipeline.Measure("audit", nil, pipeline.Audit{}.Run))

	for it, err := range pipeline.Map(context.Background(), arrays, job, &pipeline.MapOptions{Workers: 2}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(it.Name, "is within the bound:", it.Report.MaxAbsError <= 0.001)
		fmt.Println("ten times smaller:", it.Stats.Ratio > 10)
	}
	fmt.Println("bytes in:", compressing.Metrics().BytesIn)
	// Output:
	// field is within the bound: true
	// ten times smaller: true
	// bytes in: 16384
}

// One array in memory: compress, decompress, compare.
func Example_memory() {
	original := field()
	var archive bytes.Buffer
	stats, err := codec.Encode(context.Background(), &archive, original, &codec.Options{Bound: codec.Bound{Rel: 1e-3}})
	if err != nil {
		log.Fatal(err)
	}
	back, err := codec.Decode[float32](context.Background(), &archive, nil)
	if err != nil {
		log.Fatal(err)
	}
	report, err := audit.Compare(context.Background(), original, back, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the bound holds:", float64(report.MaxAbsError) <= *stats.BoundAbs)
	// Output:
	// the bound holds: true
}

// `morsel compress --models DIR`: with the model that makes the smallest
// archive, none where none pays; and `morsel decompress --models DIR`.
func ExampleEncodeSmallest() {
	ctx := context.Background()
	set := func(yield func(array.Source, error) bool) { yield(array.FromArray(field()), nil) }
	model, err := autoencoder.Train(ctx, set, &autoencoder.TrainOptions{Window: []int{8, 8}, Steps: 100})
	if err != nil {
		log.Fatal(err)
	}
	var archive bytes.Buffer
	stats, err := pipeline.EncodeSmallest(ctx, &archive, array.FromArray(field()), []*autoencoder.Model{model}, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("models tried:", len(stats.ModelTried), "used where that saves bytes:", (stats.Model != nil) == (stats.ModelSaved > 0))

	back, err := pipeline.Decode(ctx, bytes.NewReader(archive.Bytes()), &codec.DecodeOptions{
		Models: func(id [32]byte) (*autoencoder.Model, error) { return model, nil }, // if it has that ID
	})
	if err != nil {
		log.Fatal(err)
	}
	report, err := pipeline.Compare(ctx, array.FromArray(field()), back, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the bound holds:", float64(report.MaxAbsError) <= *stats.BoundAbs)
	// Output:
	// models tried: 1 used where that saves bytes: true
	// the bound holds: true
}
