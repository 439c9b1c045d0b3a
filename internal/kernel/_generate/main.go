// Command _generate writes the amd64 assembly of package kernel.
//
// It is run by go generate in the package's folder, once for every file:
//
//	go run . -kernel gemm -pkg kernel -out ../gemm_amd64.s -stubs ../gemm_stub_amd64.go
//
// Every function is generated twice from the same description, for AVX-512 and
// for AVX2 with FMA.
package main

import (
	"flag"
	"log"

	. "github.com/mmcloughlin/avo/build"
)

var kernels = map[string]func(v vec){
	"gemm":       gemm,
	"transpose":  transpose,
	"activation": activations,
	"dsl":        dsl,
	"mse":        mse,
	"adam":       adam,
	"vector":     vectors,
	"quantize":   quantize,
	"dropout":    dropout,
	"gram":       gram,
	"stencil":    stencil,
}

func main() {
	name := flag.String("kernel", "", "which kernels to write")
	flag.Parse()
	generate, ok := kernels[*name]
	if !ok {
		log.Fatalf("unknown -kernel %q", *name)
	}
	ConstraintExpr("!noasm")
	for _, v := range []vec{{lanes: 16}, {lanes: 8}} {
		generate(v)
	}
	Generate()
}
