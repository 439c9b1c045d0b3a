package topo

import (
	"fmt"
	"math"
	"slices"

	"github.com/morselcodec/morsel/formats/array"
)

func neighbours(shape []int, i int, conn Connectivity) []int {
	name := fmt.Sprint(shape, conn)
	if neighbourTable[name] == nil {
		for j := range array.Product(shape) {
			neighbourTable[name] = append(neighbourTable[name], findNeighbours(shape, j, conn))
		}
	}
	return neighbourTable[name][i]
}

// findNeighbours is the definition, by coordinates: nothing of grid is used.
func findNeighbours(shape []int, i int, conn Connectivity) []int {
	coords := func(i int) []int {
		c := make([]int, len(shape))
		for k := len(shape) - 1; k >= 0; k-- {
			c[k], i = i%shape[k], i/shape[k]
		}
		return c
	}
	var out []int
	ci := coords(i)
	for j := range array.Product(shape) {
		far, axes := false, 0
		for k, c := range coords(j) {
			switch d := c - ci[k]; {
			case d == 1 || d == -1:
				axes++
			case d != 0:
				far = true
			}
		}
		if !far && axes > 0 && (conn == FullConnectivity || axes == 1) {
			out = append(out, j)
		}
	}
	return out
}

// flood returns the number of components of the cells where in holds.
func flood(shape []int, in []bool, conn Connectivity) [][]int {
	seen := make([]bool, len(in))
	var all [][]int
	for i := range in {
		if !in[i] || seen[i] {
			continue
		}
		seen[i] = true
		component := []int{i}
		for k := 0; k < len(component); k++ {
			for _, j := range neighbours(shape, component[k], conn) {
				if in[j] && !seen[j] {
					seen[j] = true
					component = append(component, j)
				}
			}
		}
		all = append(all, component)
	}
	return all
}

// alive counts the classes of d between birth and death at level v.
func alive(d *Diagram, v float64) int {
	n := 0
	for _, p := range d.Pairs {
		if p.Birth <= v && v < p.Death {
			n++
		}
	}
	for _, b := range d.Essential {
		if b <= v {
			n++
		}
	}
	return n
}

func levelsOf(x []float64) []float64 {
	v := slices.Clone(x)
	slices.Sort(v)
	return slices.Compact(v)
}

func below(x []float64, o *Options, v float64) []bool {
	in := make([]bool, len(x))
	for i := range x {
		in[i] = x[i] <= v && (o.Mask == nil || !o.Mask[i])
	}
	return in
}

func onBoundary(shape []int, i int) bool {
	for k := len(shape) - 1; k >= 0; k-- {
		if c := i % shape[k]; c == 0 || c == shape[k]-1 {
			return true
		}
		i /= shape[k]
	}
	return false
}

func definition(shape []int, x []float64) *Diagram {
	d := &Diagram{}
	var order []int
	for i, v := range x {
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmpFloat(x[i], x[j]) })
	parent := map[int]int{}
	var find func(int) int
	find = func(i int) int {
		if parent[i] != i {
			return find(parent[i])
		}
		return i
	}
	for _, i := range order {
		parent[i] = i
		for _, j := range neighbours(shape, i, FullConnectivity) {
			if _, entered := parent[j]; !entered {
				continue
			}
			a, b := find(i), find(j)
			if a == b {
				continue
			}
			if x[a] > x[b] {
				a, b = b, a
			}
			if x[b] < x[i] {
				d.Pairs = append(d.Pairs, Pair{x[b], x[i]})
			}
			parent[b] = a
		}
	}
	for i, p := range parent {
		if i == p {
			d.Essential = append(d.Essential, x[i])
		}
	}
	d.sort()
	return d
}

func cmpFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
