package codec_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"math"

	"github.com/morselcodec/morsel/codec"
	"github.com/morselcodec/morsel/formats"
)

// waves is a smooth 64x64 field; its corner has no data.
func waves() *formats.Array[float32] {
	a := &formats.Array[float32]{Name: "waves", Shape: []int{64, 64}, Data: make([]float32, 64*64)}
	for i := range a.Data {
		y, x := float64(i/64), float64(i%64)
		a.Data[i] = float32(math.Sin(x/9) * math.Cos(y/11))
	}
	a.Data[0] = -9999
	return a
}

// archive is the field within 1e-3 of its range.
func archive() []byte {
	var b bytes.Buffer
	missing, err := formats.ParseElement(formats.Float32, "-9999")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := codec.Encode(context.Background(), &b, waves(), &codec.Options{Fills: []formats.Element{missing}}); err != nil {
		log.Fatal(err)
	}
	return b.Bytes()
}

// What the command does as `morsel compress --rel 1e-4 --fill -9999 -7`.
func ExampleEncode() {
	missing, err := formats.ParseElement(formats.Float32, "-9999")
	if err != nil {
		log.Fatal(err)
	}
	var b bytes.Buffer
	stats, err := codec.Encode(context.Background(), &b, waves(), &codec.Options{
		Bound: codec.Bound{Rel: 1e-4},
		Fills: []formats.Element{missing},
		Level: 7,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("within the bound:", stats.MaxAbsError <= *stats.BoundAbs)
	fmt.Println("five times smaller:", stats.Ratio > 5)
	fmt.Println("cells without data:", stats.FillCounts)
	// Output:
	// within the bound: true
	// five times smaller: true
	// cells without data: [1]
}

// `morsel compress --keep extrema`: the same minima and maxima, whatever the
// bound.
func ExampleEncode_keep() {
	var b bytes.Buffer
	stats, err := codec.Encode(context.Background(), &b, waves(), &codec.Options{
		Bound: codec.Bound{Abs: 0.1},
		Keep:  codec.KeepExtrema,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(stats.Keep, "in some bytes:", stats.Sections.Keep > 0)
	// Output: [extrema] in some bytes: true
}

// `morsel decompress`.
func ExampleDecode() {
	back, err := codec.Decode[float32](context.Background(), bytes.NewReader(archive()), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(back.Name, back.Shape, back.Data[0])
	// Output: waves [64 64] -9999
}

// `morsel info`: what an archive holds, without decoding it.
func ExampleOpen() {
	b := archive()
	a, err := codec.Open(context.Background(), bytes.NewReader(b), int64(len(b)), nil)
	if err != nil {
		log.Fatal(err)
	}
	info, err := a.Info(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(info.Name, info.DType, info.Shape, info.Bound, info.BoundValue, info.Fill)
	// Output: waves f32 [64 64] rel 0.001 [-9999]
}

// `morsel decompress --region 10:12,0:64`: two rows of the field.
func ExampleArchive_Region() {
	b := archive()
	a, err := codec.Open(context.Background(), bytes.NewReader(b), int64(len(b)), nil)
	if err != nil {
		log.Fatal(err)
	}
	rows, err := a.Region(context.Background(), []int{10, 0}, []int{12, 64})
	if err != nil {
		log.Fatal(err)
	}
	part, err := formats.Read[float32](rows)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(part.Shape, len(part.Data))
	// Output: [2 64] 128
}

// `producer | morsel compress --abs 0.01 -`: an array larger than memory, in
// pieces of any size.
func ExampleNewWriter() {
	h := formats.Header{DType: formats.Uint8, Shape: []int{1000, 256}}
	var b bytes.Buffer
	w, err := codec.NewWriter(context.Background(), &b, h, &codec.Options{Bound: codec.Bound{Abs: 2}})
	if err != nil {
		log.Fatal(err)
	}
	row := make([]byte, 256)
	for y := range 1000 {
		for x := range row {
			row[x] = byte(x/4 + y/8)
		}
		if _, err := w.Write(row); err != nil {
			log.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(w.Stats().InputBytes, "bytes, all within 2:", w.Stats().MaxAbsError <= 2)
	// Output: 256000 bytes, all within 2: true
}
