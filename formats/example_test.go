package formats_test

import (
	"bytes"
	"fmt"
	"log"
	"strings"

	"github.com/morselcodec/morsel/formats"
)

// `morsel info` of a file of arrays, and what `--array` chooses among them.
func ExampleOpen() {
	file := strings.NewReader("time,height,station\n0,1.5,Hilo\n1,1.25,Hilo\n2,0.75,Hilo\n")
	f, err := formats.Open(file, file.Size(), "tide.csv", nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, a := range f.Arrays {
		fmt.Println(a.Name, a.DType, formats.FormatShape(a.Shape))
	}
	for _, s := range f.Skipped {
		fmt.Println(s.Name, "is no array")
	}
	source, err := f.Array("height")
	if err != nil {
		log.Fatal(err)
	}
	height, err := formats.Read[float64](source)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(height.Data)
	// Output:
	// time f64 3
	// height f64 3
	// station is no array
	// [1.5 1.25 0.75]
}

// Raw values, whose shape and type their name tells, as an NPY file.
func ExampleWrite() {
	raw := bytes.NewReader(make([]byte, 2*3*4))
	f, err := formats.Open(raw, raw.Size(), "zeros_2x3.f32", nil)
	if err != nil {
		log.Fatal(err)
	}
	var npy bytes.Buffer
	if err := formats.Write(&npy, formats.NPY, f.Arrays, nil); err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.Contains(npy.String(), "'descr': '<f4'"), strings.Contains(npy.String(), "'shape': (2, 3)"))
	// Output: true true
}
