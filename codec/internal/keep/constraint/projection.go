package constraint

import (
	"errors"
	"math/bits"
)

// errContradiction marks relations that no values within the bound satisfy.
var errContradiction = errors.New("relations contradict each other or the bound")

// Projection moves decoded values as little as needed into the order that
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
type Projection struct {
	*Graph
	extrema    *Extrema // nil if there are none
	Lower      []int64  // first place of a value,
	Upper      []int64  // and last
	greater    []int32  // a bit for each edge of known sign to a greater value: 2k along direction k, 2k+1 back
	hasClasses bool
	class      []int32   // with ties: the first of the values that a value is equal to
	nextMember []int32   // the next of a class, cyclic
	inDegree   []int32   // predecessors not yet placed
	order      []int32   // in which values are placed, the first of each class
	strides    [32]int   // the offset of each bit of above
	list       []int32   // for work
	Free       [][]int32 // memory to use

	sorted []int32 // the part of order that is in use
	cache  []int32 // without signs: successors of the first of it, up to where waits says
	cached int     // how many those are
}

// codeRow projects r.key. Without places of its own, it leaves less of the intervals,
// and nothing of the signs.
func (pr *Projection) Run(r *Graph, x *Extrema) error {
	pr.Graph, pr.extrema = r, x
	once := pr.Lower == nil
	if once {
		pr.Lower, pr.Upper = r.Lo, r.Hi
	}
	for p := range r.State {
		r.State[p] &^= constrained | hasAbove
	}
	pr.mergeTies()
	pr.addConstraints()
	if once {
		r.Signs = nil // there is no further use for the signs
	}
	err := pr.assign()
	if x != nil {
		x.clearImplied()
	}
	if err != nil {
		return err
	}
	for p, s := range r.State {
		if s&constrained != 0 {
			r.Index[p] = pr.Lower[pr.ClassOf(p)]
		}
	}
	return nil
}

// ClassOf returns the first of the values that are known to be equal to p.
func (pr *Projection) ClassOf(p int) int {
	if pr.hasClasses {
		return int(pr.class[p])
	}
	return p
}

// zeros makes *s zeros, one for each value.
func (pr *Projection) zeros(s *[]int32) {
	pr.alloc(s)
	clear(*s)
}

// alloc makes *s as long, with whatever in it.
func (pr *Projection) alloc(s *[]int32) {
	last := len(pr.Free) - 1
	switch {
	case *s != nil:
	case last >= 0:
		*s, pr.Free = pr.Free[last], pr.Free[:last]
	default:
		*s = make([]int32, pr.Grid.Size)
	}
}

// mergeTies makes classes of values that are equal.
func (pr *Projection) mergeTies() {
	pr.hasClasses = false
	for k, signs := range pr.Signs {
		if !pr.AnyTie {
			break
		}
		off := pr.Dirs[k].Stride
		for p, s := range signs {
			if s == OpenEdge|Tied {
				pr.union(p, p+off)
			}
		}
	}
	if pr.extrema != nil {
		pr.extrema.eachWitness(func(_, p, q int, equal bool) {
			if equal {
				pr.union(p, q)
			}
		})
	}
	if !pr.hasClasses {
		return
	}
	pr.alloc(&pr.nextMember)
	for p := range pr.class {
		pr.nextMember[p] = int32(p)
	}
	for p := range pr.class {
		c := pr.find(int32(p))
		pr.class[p] = c
		if int(c) != p {
			pr.nextMember[p], pr.nextMember[c] = pr.nextMember[c], int32(p)
			pr.Lower[c], pr.Upper[c] = max(pr.Lower[c], pr.Lower[p]), min(pr.Upper[c], pr.Upper[p])
		}
	}
}

// union makes p and q equal.
func (pr *Projection) union(p, q int) {
	if !pr.hasClasses {
		pr.hasClasses = true
		pr.alloc(&pr.class)
		for p := range pr.class {
			pr.class[p] = int32(p)
		}
	}
	pr.State[p] |= constrained
	pr.State[q] |= constrained
	a, b := pr.find(int32(p)), pr.find(int32(q))
	pr.class[max(a, b)] = min(a, b)
}

// directionOf returns the first value of the class of p.
func (pr *Projection) find(p int32) int32 {
	for pr.class[p] != p {
		pr.class[p] = pr.class[pr.class[p]]
		p = pr.class[p]
	}
	return p
}

// addConstraints notes what is above each value, and counts what is below.
func (pr *Projection) addConstraints() {
	pr.zeros(&pr.inDegree)
	if pr.Signs != nil {
		pr.zeros(&pr.greater)
	}
	for k, signs := range pr.Signs {
		pr.Grid.Watch.After(len(signs))
		off := pr.Dirs[k].Stride
		pr.strides[2*k], pr.strides[2*k+1] = off, -off
		for p, s := range signs {
			switch s {
			case OpenEdge | Rising:
				pr.greater[p] |= 1 << (2 * k)
				pr.addConstraint(p, p+off)
			case OpenEdge | Falling:
				pr.greater[p+off] |= 2 << (2 * k)
				pr.addConstraint(p+off, p)
			}
		}
	}
	if pr.extrema == nil {
		return
	}
	pr.extrema.eachConstraint(func(low, high int) {
		pr.addConstraint(low, high)
		pr.State[low] |= hasAbove
	})
}

// codeSign counts that high has low below it.
func (pr *Projection) addConstraint(low, high int) {
	pr.State[low] |= constrained
	pr.State[high] |= constrained
	pr.inDegree[pr.ClassOf(high)]++
}

// successors returns the classes that have the class of p below them; those of several
// edges several times. The list is valid until the next call.
func (pr *Projection) successors(p int) []int32 {
	pr.Grid.Watch.After(1)
	list := pr.list[:0]
	for m := p; ; {
		if pr.greater != nil {
			for b := uint32(pr.greater[m]); b != 0; b &= b - 1 {
				list = append(list, int32(m+pr.strides[bits.TrailingZeros32(b)]))
			}
		}
		if pr.State[m]&hasAbove != 0 {
			list = pr.extrema.appendAbove(list, m)
		}
		if !pr.hasClasses {
			break
		}
		if m = int(pr.nextMember[m]); m == p {
			break
		}
	}
	if pr.hasClasses {
		for i, q := range list {
			list[i] = pr.class[q]
		}
	}
	pr.list = list
	return list
}

// assign does the passes over the graph.
func (pr *Projection) assign() error {
	if err := pr.sort(); err != nil {
		return err
	}
	for i := len(pr.sorted) - 1; i >= 0; i-- {
		p := int(pr.sorted[i])
		more := pr.Upper[p]
		for _, q := range pr.successorsAt(i) {
			more = min(more, pr.Upper[q]-1)
		}
		if pr.Upper[p] = more; pr.Lower[p] > more {
			return errContradiction
		}
	}
	for i, n := range pr.sorted {
		p := int(n)
		key := min(max(pr.Index[p], pr.Lower[p]), pr.Upper[p])
		pr.Lower[p] = key
		for _, q := range pr.successorsAt(i) {
			pr.Lower[q] = max(pr.Lower[q], key+1)
		}
	}
	return nil
}

// sort puts the classes into topological order, each with its first place.
// It remembers the successors of as many as there is memory for.
func (pr *Projection) sort() error {
	pr.alloc(&pr.order)
	order, nodes := pr.order[:0], 0
	for p, s := range pr.State {
		if s&constrained != 0 && pr.ClassOf(p) == p {
			nodes++
			if pr.inDegree[p] == 0 {
				order = append(order, int32(p))
			}
		}
	}
	if pr.greater == nil { // whose memory this takes
		pr.alloc(&pr.cache)
	}
	known := pr.cache[:0]
	pr.cached = 0
	for i := 0; i < len(order); i++ {
		p := int(order[i])
		above := pr.Lower[p] + 1
		list := pr.successors(p)
		for _, q := range list {
			pr.Lower[q] = max(pr.Lower[q], above)
			if pr.inDegree[q]--; pr.inDegree[q] == 0 {
				order = append(order, q)
			}
		}
		if pr.cached == i && len(known)+len(list) <= cap(known) {
			known = append(known, list...)
			pr.inDegree[p] = int32(len(known)) // nothing waits any more
			pr.cached++
		}
	}
	if pr.sorted = order; len(order) < nodes {
		return errContradiction // a cycle
	}
	return nil
}

// successorsAt returns the successors of the i-th class that was placed.
func (pr *Projection) successorsAt(i int) []int32 {
	p := pr.sorted[i]
	switch {
	case i >= pr.cached:
		return pr.successors(int(p))
	case i == 0:
		return pr.cache[:pr.inDegree[p]]
	}
	return pr.cache[pr.inDegree[pr.sorted[i-1]]:pr.inDegree[p]]
}
