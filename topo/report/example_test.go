package report_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/morselcodec/morsel/formats/array"
	"github.com/morselcodec/morsel/topo/audit"
	"github.com/morselcodec/morsel/topo/report"
)

// As morsel audit --html --max-abs 0.1 does.
func Example() {
	original := &array.Array[float32]{Name: "ramp", Shape: []int{2, 3}, Data: []float32{0, 1, 2, 1, 2, 3}}
	other := &array.Array[float32]{Shape: []int{2, 3}, Data: []float32{0, 1, 2, 1, 2.25, 3}}
	found, err := audit.Compare(context.Background(), original, other, nil)
	if err != nil {
		log.Fatal(err)
	}
	var page bytes.Buffer
	if err := report.WriteHTML(&page, found); err != nil {
		log.Fatal(err)
	}
	fmt.Println("a page:", strings.HasPrefix(page.String(), "<!DOCTYPE html>"))
	limit := 0.1
	for _, err := range found.Check(audit.Gates{MaxAbs: &limit}) {
		fmt.Println(err)
	}
	// Output:
	// a page: true
	// max-abs: found 0.25, want at most 0.1
}
