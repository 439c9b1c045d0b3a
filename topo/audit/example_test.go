package audit_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math"

	"github.com/morselcodec/morsel/formats"
	"github.com/morselcodec/morsel/topo/audit"
)

// `morsel audit --max-abs 0.001 --max-extrema-errors 0`: what rounding to a tenth
// does to a field.
func ExampleCompare() {
	original := &formats.Array[float64]{Shape: []int{32, 32}, Data: make([]float64, 32*32)}
	for i := range original.Data {
		y, x := float64(i/32), float64(i%32)
		original.Data[i] = math.Sin(x/4) * math.Cos(y/5)
	}
	rounded := &formats.Array[float64]{Shape: []int{32, 32}, Data: make([]float64, 32*32)}
	for i, v := range original.Data {
		rounded.Data[i] = math.Round(v*10) / 10
	}
	report, err := audit.Compare(context.Background(), original, rounded, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("largest error %.4f, PSNR %.0f dB\n", float64(report.MaxAbsError), float64(report.PSNR))
	fmt.Println("extrema missed:", report.Extrema.MissedMinima+report.Extrema.MissedMaxima)

	largest, most := 0.001, int64(0)
	for _, failed := range report.Check(audit.Gates{MaxAbs: &largest, MaxExtremaErrors: &most}) {
		if v := (*audit.Violation)(nil); errors.As(failed, &v) {
			fmt.Println("failed:", v.Gate)
		}
	}
	// Output:
	// largest error 0.0500, PSNR 37 dB
	// extrema missed: 9
	// failed: max-abs
	// failed: max-extrema-errors
}
