// Command peer runs benchmarks on request, so that compare.py can interleave
// them with those of other libraries: for every line "NAME WORKERS" it runs
// that case once and prints its time in seconds.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/morselcodec/morsel/internal/bench"
	"github.com/morselcodec/morsel/internal/kernel"
)

func main() {
	log.SetFlags(0)
	fmt.Println(kernel.Active())
	known := map[int]map[string]bench.Case{}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var name string
		var workers int
		if _, err := fmt.Sscan(in.Text(), &name, &workers); err != nil {
			log.Fatalf("%q: %v (want NAME WORKERS)", in.Text(), err)
		}
		if known[workers] == nil {
			known[workers] = map[string]bench.Case{}
			for _, c := range bench.Cases(workers) {
				known[workers][c.Name] = c
			}
		}
		c, ok := known[workers][name]
		if !ok {
			log.Fatalf("unknown case %q", name)
		}
		began := time.Now()
		if err := c.Run(); err != nil {
			log.Fatal(err)
		}
		fmt.Println(time.Since(began).Seconds())
	}
	if err := in.Err(); err != nil {
		log.Fatal(err)
	}
}
