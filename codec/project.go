package codec

import "errors"

// A relation says that of two values the one at less is below the one at more,
// or equal to it.
type relation struct {
	less, more int32
	equal      bool
}

// errContradiction marks relations that no values within the bound satisfy.
var errContradiction = errors.New("relations contradict each other or the bound")

// projection moves decoded values as little as needed into the order that
// relations ask for.
//
// Equal values are merged; the rest of the relations are the edges of an
// acyclic graph. In topological order, every value gets the least place that
// its predecessors and its interval leave it; in reverse order the last one.
// The original lies between the two, by induction. Then, in topological order,
// each value is moved to the nearest of the places left, above its
// predecessors: that is never beyond the last place, for a predecessor is at
// most one below it. See GUARANTEES.md.
type projection struct {
	less, more []int64 // first and last place, by value
	class      []int32 // union-find, nil without ties
	start      []int32 // of a value's successors in next, with one more at the end
	next       []int32
	waits      []int32 // predecessors not yet placed
	order      []int32
	stack      []int32
}

// run projects r.key, whose relations each yields, calling it twice.
func (pr *projection) run(r *relations, each func(yield func(relation))) error {
	pr.start = zeroed(pr.start, r.size+1)
	pr.waits = zeroed(pr.waits, r.size)
	pr.class = pr.class[:0]
	edges := 0
	each(func(e relation) {
		if e.equal {
			pr.union(r.size, e.less, e.more)
		}
	})
	each(func(e relation) {
		if !e.equal {
			pr.start[pr.find(e.less)]++
			pr.waits[pr.find(e.more)]++
			edges++
		}
	})
	if edges == 0 && len(pr.class) == 0 {
		return nil
	}
	pr.next = zeroed(pr.next, edges)
	sum := int32(0)
	for p, n := range pr.start {
		sum += n
		pr.start[p] = sum
	}
	each(func(e relation) {
		if !e.equal {
			from := pr.find(e.less)
			pr.start[from]--
			pr.next[pr.start[from]] = pr.find(e.more)
		}
	})
	pr.less, pr.more = append(pr.less[:0], r.lo...), append(pr.more[:0], r.hi...)
	for p := range pr.class {
		c := pr.find(int32(p))
		pr.less[c] = max(pr.less[c], r.lo[p])
		pr.more[c] = min(pr.more[c], r.hi[p])
	}
	if err := pr.place(r.key); err != nil {
		return err
	}
	for p := range pr.class {
		if c := pr.find(int32(p)); int(c) != p {
			if pr.less[c] > pr.more[c] {
				return errContradiction
			}
			r.key[p] = r.key[c]
		}
	}
	return nil
}

// place does the passes over the graph.
func (pr *projection) place(key []int64) error {
	pr.order, pr.stack = pr.order[:0], pr.stack[:0]
	involved := 0
	for p, n := range pr.waits {
		switch {
		case n > 0:
			involved++
		case pr.start[p] < pr.start[p+1] || len(pr.class) > 0 && pr.find(int32(p)) == int32(p):
			involved++
			pr.stack = append(pr.stack, int32(p))
		}
	}
	for len(pr.stack) > 0 {
		p := pr.stack[len(pr.stack)-1]
		pr.stack = pr.stack[:len(pr.stack)-1]
		pr.order = append(pr.order, p)
		above := pr.less[p] + 1
		for _, q := range pr.next[pr.start[p]:pr.start[p+1]] {
			pr.less[q] = max(pr.less[q], above)
			if pr.waits[q]--; pr.waits[q] == 0 {
				pr.stack = append(pr.stack, q)
			}
		}
	}
	if len(pr.order) < involved {
		return errContradiction // a cycle
	}
	for i := len(pr.order) - 1; i >= 0; i-- {
		p := pr.order[i]
		last := pr.more[p]
		for _, q := range pr.next[pr.start[p]:pr.start[p+1]] {
			last = min(last, pr.more[q]-1)
		}
		pr.more[p] = last
		if pr.less[p] > last {
			return errContradiction
		}
	}
	for _, p := range pr.order {
		key[p] = min(max(key[p], pr.less[p]), pr.more[p])
		above := key[p] + 1
		for _, q := range pr.next[pr.start[p]:pr.start[p+1]] {
			pr.less[q] = max(pr.less[q], above)
		}
	}
	return nil
}

// find returns the first value of the class of p.
func (pr *projection) find(p int32) int32 {
	if len(pr.class) == 0 {
		return p
	}
	for pr.class[p] != p {
		pr.class[p] = pr.class[pr.class[p]]
		p = pr.class[p]
	}
	return p
}

func (pr *projection) union(size int, p, q int32) {
	if len(pr.class) == 0 {
		for i := range size {
			pr.class = append(pr.class, int32(i))
		}
	}
	p, q = pr.find(p), pr.find(q)
	pr.class[max(p, q)] = min(p, q)
}

// zeroed returns n zeros, in s if it is long enough.
func zeroed(s []int32, n int) []int32 {
	if cap(s) < n {
		return make([]int32, n)
	}
	s = s[:n]
	clear(s)
	return s
}
