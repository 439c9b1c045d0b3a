package codec

import (
	"errors"
	"slices"
)

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
//
// Only values that have relations take part; they are the graph's nodes.
type projection struct {
	node  []int32 // by value: its node, from 1 on; 0 if it has no relation
	value []int32 // by node, as are the rest
	nodes []place
	ties  bool
	class []int32 // with ties: the first of the nodes that are equal
	waits []int32 // predecessors not yet placed
	start []int32 // of its successors in next, with one more at the end
	next  []int32
	order []int32
}

// place is where a value can be put.
type place struct {
	less, more int64 // first and last place
	key        int64
}

// run projects r.key. It uses list for work.
func (pr *projection) run(r *relations, list []relation) error {
	if len(list) == 0 {
		pr.ties = false
		return nil
	}
	r.grid.stop.after(len(list))
	pr.number(r, list)
	if pr.ties {
		list = pr.merge(list)
	}
	pr.link(list)
	if err := pr.place(); err != nil {
		return err
	}
	for n, p := range pr.value {
		if pr.ties {
			n = int(pr.class[n])
		}
		r.key[p] = pr.nodes[n].key
	}
	return nil
}

// number makes nodes of the values in list, puts those into it in their place,
// and sets ties.
func (pr *projection) number(r *relations, list []relation) {
	pr.ties = false
	pr.node = zeroed(pr.node, r.size)
	most := min(2*len(list), r.size)
	pr.value, pr.nodes = slices.Grow(pr.value[:0], most), slices.Grow(pr.nodes[:0], most)
	for i := range list {
		e := &list[i]
		pr.ties = pr.ties || e.equal
		for _, p := range [2]*int32{&e.less, &e.more} {
			n := pr.node[*p]
			if n == 0 {
				pr.value = append(pr.value, *p)
				pr.nodes = append(pr.nodes, place{r.lo[*p], r.hi[*p], r.key[*p]})
				n = int32(len(pr.nodes))
				pr.node[*p] = n
			}
			*p = n - 1
		}
	}
}

// first returns the first of the values that the last projection knew to be
// equal to the one at p.
func (pr *projection) first(p int) int {
	if pr.ties && pr.node[p] > 0 {
		return int(pr.value[pr.class[pr.node[p]-1]])
	}
	return p
}

// merge makes one of nodes that are equal, and returns the rest of list.
func (pr *projection) merge(list []relation) []relation {
	pr.class = slices.Grow(pr.class[:0], len(pr.nodes))
	for n := range pr.nodes {
		pr.class = append(pr.class, int32(n))
	}
	rest := list[:0]
	for _, e := range list {
		if !e.equal {
			rest = append(rest, e)
			continue
		}
		a, b := pr.find(e.less), pr.find(e.more)
		if pr.value[a] > pr.value[b] {
			a, b = b, a
		}
		pr.class[b] = a
	}
	for n := range pr.class {
		c := pr.find(int32(n))
		pr.class[n] = c
		first, member := &pr.nodes[c], &pr.nodes[n]
		first.less, first.more = max(first.less, member.less), min(first.more, member.more)
	}
	for i, e := range rest {
		rest[i] = relation{less: pr.class[e.less], more: pr.class[e.more]}
	}
	return rest
}

// find returns the first value of the class of n.
func (pr *projection) find(n int32) int32 {
	for pr.class[n] != n {
		pr.class[n] = pr.class[pr.class[n]]
		n = pr.class[n]
	}
	return n
}

// link sets every node's successors, and how many predecessors it has.
func (pr *projection) link(list []relation) {
	pr.start, pr.waits = zeroed(pr.start, len(pr.nodes)+1), zeroed(pr.waits, len(pr.nodes))
	pr.next = slices.Grow(pr.next[:0], len(list))[:len(list)]
	for _, e := range list {
		pr.start[e.less]++
		pr.waits[e.more]++
	}
	sum := int32(0)
	for n, count := range pr.start {
		sum += count
		pr.start[n] = sum
	}
	for _, e := range list {
		pr.start[e.less]--
		pr.next[pr.start[e.less]] = e.more
	}
}

// place does the passes over the graph.
func (pr *projection) place() error {
	pr.order = slices.Grow(pr.order[:0], len(pr.nodes))
	for n, count := range pr.waits {
		if count == 0 {
			pr.order = append(pr.order, int32(n))
		}
	}
	for i := 0; i < len(pr.order); i++ {
		n := pr.order[i]
		above := pr.nodes[n].less + 1
		for _, q := range pr.next[pr.start[n]:pr.start[n+1]] {
			pr.nodes[q].less = max(pr.nodes[q].less, above)
			if pr.waits[q]--; pr.waits[q] == 0 {
				pr.order = append(pr.order, q)
			}
		}
	}
	if len(pr.order) < len(pr.nodes) {
		return errContradiction // a cycle
	}
	for i := len(pr.order) - 1; i >= 0; i-- {
		n := pr.order[i]
		at := &pr.nodes[n]
		for _, q := range pr.next[pr.start[n]:pr.start[n+1]] {
			at.more = min(at.more, pr.nodes[q].more-1)
		}
		if at.less > at.more {
			return errContradiction
		}
	}
	for _, n := range pr.order {
		at := &pr.nodes[n]
		at.key = min(max(at.key, at.less), at.more)
		for _, q := range pr.next[pr.start[n]:pr.start[n+1]] {
			pr.nodes[q].less = max(pr.nodes[q].less, at.key+1)
		}
	}
	return nil
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
