package keep

import (
	"errors"
	"math/bits"
)

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
// All relations are between neighbours, so that the graph's edges need no list:
// those of known sign are bits, those of extrema follow from marks.
type projection struct {
	*relations
	x      *extrema // nil if there are none
	less   []int64  // first place of a value,
	more   []int64  // and last
	above  []int32  // a bit for each edge of known sign to a greater value: 2k along direction k, 2k+1 back
	ties   bool
	class  []int32   // with ties: the first of the values that a value is equal to
	member []int32   // the next of a class, cyclic
	waits  []int32   // predecessors not yet placed
	order  []int32   // in which values are placed, the first of each class
	steps  [32]int   // the offset of each bit of above
	next   []int32   // for work
	spare  [][]int32 // memory to use

	placed     []int32 // the part of order that is in use
	known      []int32 // without signs: successors of the first of it, up to where waits says
	remembered int     // how many those are
}

// run projects r.key. Without places of its own, it leaves less of the intervals,
// and nothing of the signs.
func (pr *projection) run(r *relations, x *extrema) error {
	pr.relations, pr.x = r, x
	once := pr.less == nil
	if once {
		pr.less, pr.more = r.lo, r.hi
	}
	for p := range r.state {
		r.state[p] &^= related | touched
	}
	pr.merge()
	pr.link()
	if once {
		r.sign = nil // there is no further use for the signs
	}
	err := pr.place()
	if x != nil {
		x.rejoin()
	}
	if err != nil {
		return err
	}
	for p, s := range r.state {
		if s&related != 0 {
			r.key[p] = pr.less[pr.first(p)]
		}
	}
	return nil
}

// first returns the first of the values that are known to be equal to p.
func (pr *projection) first(p int) int {
	if pr.ties {
		return int(pr.class[p])
	}
	return p
}

// take makes *s zeros, one for each value.
func (pr *projection) take(s *[]int32) {
	pr.hold(s)
	clear(*s)
}

// hold makes *s as long, with whatever in it.
func (pr *projection) hold(s *[]int32) {
	last := len(pr.spare) - 1
	switch {
	case *s != nil:
	case last >= 0:
		*s, pr.spare = pr.spare[last], pr.spare[:last]
	default:
		*s = make([]int32, pr.grid.Size)
	}
}

// merge makes classes of values that are equal.
func (pr *projection) merge() {
	pr.ties = false
	for k, signs := range pr.sign {
		if !pr.level {
			break
		}
		off := pr.dirs[k].off
		for p, s := range signs {
			if s == openEdge|tied {
				pr.unite(p, p+off)
			}
		}
	}
	if pr.x != nil {
		pr.x.eachRefuted(func(_, p, q int, equal bool) {
			if equal {
				pr.unite(p, q)
			}
		})
	}
	if !pr.ties {
		return
	}
	pr.hold(&pr.member)
	for p := range pr.class {
		pr.member[p] = int32(p)
	}
	for p := range pr.class {
		c := pr.find(int32(p))
		pr.class[p] = c
		if int(c) != p {
			pr.member[p], pr.member[c] = pr.member[c], int32(p)
			pr.less[c], pr.more[c] = max(pr.less[c], pr.less[p]), min(pr.more[c], pr.more[p])
		}
	}
}

// unite makes p and q equal.
func (pr *projection) unite(p, q int) {
	if !pr.ties {
		pr.ties = true
		pr.hold(&pr.class)
		for p := range pr.class {
			pr.class[p] = int32(p)
		}
	}
	pr.state[p] |= related
	pr.state[q] |= related
	a, b := pr.find(int32(p)), pr.find(int32(q))
	pr.class[max(a, b)] = min(a, b)
}

// find returns the first value of the class of p.
func (pr *projection) find(p int32) int32 {
	for pr.class[p] != p {
		pr.class[p] = pr.class[pr.class[p]]
		p = pr.class[p]
	}
	return p
}

// link notes what is above each value, and counts what is below.
func (pr *projection) link() {
	pr.take(&pr.waits)
	if pr.sign != nil {
		pr.take(&pr.above)
	}
	for k, signs := range pr.sign {
		pr.grid.Watch.After(len(signs))
		off := pr.dirs[k].off
		pr.steps[2*k], pr.steps[2*k+1] = off, -off
		for p, s := range signs {
			switch s {
			case openEdge | rising:
				pr.above[p] |= 1 << (2 * k)
				pr.edge(p, p+off)
			case openEdge | falling:
				pr.above[p+off] |= 2 << (2 * k)
				pr.edge(p+off, p)
			}
		}
	}
	if pr.x == nil {
		return
	}
	pr.x.eachRelation(func(low, high int) {
		pr.edge(low, high)
		pr.state[low] |= touched
	})
}

// edge counts that high has low below it.
func (pr *projection) edge(low, high int) {
	pr.state[low] |= related
	pr.state[high] |= related
	pr.waits[pr.first(high)]++
}

// successors returns the classes that have the class of p below them; those of several
// edges several times. The list is valid until the next call.
func (pr *projection) successors(p int) []int32 {
	pr.grid.Watch.After(1)
	list := pr.next[:0]
	for m := p; ; {
		if pr.above != nil {
			for b := uint32(pr.above[m]); b != 0; b &= b - 1 {
				list = append(list, int32(m+pr.steps[bits.TrailingZeros32(b)]))
			}
		}
		if pr.state[m]&touched != 0 {
			list = pr.x.appendAbove(list, m)
		}
		if !pr.ties {
			break
		}
		if m = int(pr.member[m]); m == p {
			break
		}
	}
	if pr.ties {
		for i, q := range list {
			list[i] = pr.class[q]
		}
	}
	pr.next = list
	return list
}

// place does the passes over the graph.
func (pr *projection) place() error {
	if err := pr.sort(); err != nil {
		return err
	}
	for i := len(pr.placed) - 1; i >= 0; i-- {
		p := int(pr.placed[i])
		more := pr.more[p]
		for _, q := range pr.again(i) {
			more = min(more, pr.more[q]-1)
		}
		if pr.more[p] = more; pr.less[p] > more {
			return errContradiction
		}
	}
	for i, n := range pr.placed {
		p := int(n)
		key := min(max(pr.key[p], pr.less[p]), pr.more[p])
		pr.less[p] = key
		for _, q := range pr.again(i) {
			pr.less[q] = max(pr.less[q], key+1)
		}
	}
	return nil
}

// sort puts the classes into topological order, each with its first place.
// It remembers the successors of as many as there is memory for.
func (pr *projection) sort() error {
	pr.hold(&pr.order)
	order, nodes := pr.order[:0], 0
	for p, s := range pr.state {
		if s&related != 0 && pr.first(p) == p {
			nodes++
			if pr.waits[p] == 0 {
				order = append(order, int32(p))
			}
		}
	}
	if pr.above == nil { // whose memory this takes
		pr.hold(&pr.known)
	}
	known := pr.known[:0]
	pr.remembered = 0
	for i := 0; i < len(order); i++ {
		p := int(order[i])
		above := pr.less[p] + 1
		list := pr.successors(p)
		for _, q := range list {
			pr.less[q] = max(pr.less[q], above)
			if pr.waits[q]--; pr.waits[q] == 0 {
				order = append(order, q)
			}
		}
		if pr.remembered == i && len(known)+len(list) <= cap(known) {
			known = append(known, list...)
			pr.waits[p] = int32(len(known)) // nothing waits any more
			pr.remembered++
		}
	}
	if pr.placed = order; len(order) < nodes {
		return errContradiction // a cycle
	}
	return nil
}

// again returns the successors of the i-th class that was placed.
func (pr *projection) again(i int) []int32 {
	p := pr.placed[i]
	switch {
	case i >= pr.remembered:
		return pr.successors(int(p))
	case i == 0:
		return pr.known[:pr.waits[p]]
	}
	return pr.known[pr.waits[pr.placed[i-1]]:pr.waits[p]]
}
