package constraint

import (
	"errors"
	"math/bits"
)

// errContradiction marks constraints that no values within the bound satisfy.
var errContradiction = errors.New("constraints contradict each other or the bound")

// Projection moves decoded values as little as needed to where all constraints hold.
//
// Equal values form classes; the other constraints are the edges of an acyclic
// graph between these. In topological order, every class gets the least index L
// that its interval and its predecessors leave it; in reverse order the greatest,
// U. The original lies between the two, by induction. Then, in topological order,
// each class is moved to the nearest index from L to U that is above its
// predecessors': never beyond U, for a predecessor's U is at most one below. See
// the lemmas of GUARANTEES.md.
//
// All constraints are between neighbours, so that the edges need no list: those of open
// edges are bits, those of extrema follow from marks and witnesses. The zero value is
// ready for use, and can be used again.
type Projection struct {
	*Graph
	extrema    *Extrema  // nil if they are not kept
	lower      []int64   // L, the least index left to each class,
	upper      []int64   // and U, the greatest
	greater    []int32   // for each value a bit for each open edge to a greater one: 2k along direction k, 2k+1 against it
	hasClasses bool      // some class has several members
	class      []int32   // if hasClasses: the first member of each value's class
	nextMember []int32   // of the class, cyclic
	inDegree   []int32   // how many constraints put another class below it, less those of classes sorted already
	order      []int32   // memory of sorted
	strides    [32]int   // of each bit of greater
	list       []int32   // of successors
	free       [][]int32 // memory to use for any of these

	sorted []int32 // the first members of classes in topological order
	cache  []int32 // without signs: the successors of the first classes sorted, each up to where inDegree says
	cached int     // how many classes that is
}

// SetLimits makes Run keep to lo … hi instead of the graph's intervals, which stay
// as they are then.
func (pr *Projection) SetLimits(lo, hi []int64) {
	pr.lower, pr.upper = append(pr.lower[:0], lo...), append(pr.upper[:0], hi...)
}

// ReuseContexts gives the memory of what gr holds for contexts to the projection.
func (pr *Projection) ReuseContexts(gr *Graph) {
	for _, field := range []*[]int32{&gr.Field, &gr.Smoothed, &gr.work} {
		if *field != nil {
			pr.free, *field = append(pr.free, *field), nil
		}
	}
}

// Run projects the indices of gr. Unless SetLimits was called, it takes the
// intervals for its limits, and leaves neither them nor the signs as they were.
// What it returns is an error if the constraints contradict each other or the
// intervals.
func (pr *Projection) Run(gr *Graph, extrema *Extrema) error {
	pr.Graph, pr.extrema = gr, extrema
	borrowed := pr.lower == nil
	if borrowed {
		pr.lower, pr.upper = gr.Lo, gr.Hi
	}
	for p := range gr.State {
		gr.State[p] &^= constrained | hasAbove
	}
	pr.mergeTies()
	pr.addConstraints()
	if borrowed {
		gr.Signs = nil // they are not needed any more
	}
	err := pr.assign()
	if extrema != nil {
		extrema.clearImplied()
	}
	if err != nil {
		return err
	}
	for p, s := range gr.State {
		if s&constrained != 0 {
			gr.Index[p] = pr.lower[pr.ClassOf(p)]
		}
	}
	return nil
}

// ClassOf returns the first of the values that were equal to p by a constraint when
// Run was called, p itself if there are none.
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

// alloc makes *s as long as there are values, with whatever in it.
func (pr *Projection) alloc(s *[]int32) {
	last := len(pr.free) - 1
	switch {
	case *s != nil:
	case last >= 0:
		*s, pr.free = pr.free[last], pr.free[:last]
	default:
		*s = make([]int32, pr.Grid.Size)
	}
}

// mergeTies forms the classes of values that are equal by a constraint.
func (pr *Projection) mergeTies() {
	pr.hasClasses = false
	for k, signs := range pr.Signs {
		if !pr.AnyTie {
			break
		}
		stride := pr.Dirs[k].Stride
		for p, s := range signs {
			if s == OpenEdge|Tied {
				pr.union(p, p+stride)
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
			pr.lower[c], pr.upper[c] = max(pr.lower[c], pr.lower[p]), min(pr.upper[c], pr.upper[p])
		}
	}
}

// union makes one class of those of p and q.
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

// find returns the first member of the class of p.
func (pr *Projection) find(p int32) int32 {
	for pr.class[p] != p {
		pr.class[p] = pr.class[pr.class[p]]
		p = pr.class[p]
	}
	return p
}

// addConstraints notes what is above each value, and counts what is below each class.
func (pr *Projection) addConstraints() {
	pr.zeros(&pr.inDegree)
	if pr.Signs != nil {
		pr.zeros(&pr.greater)
	}
	for k, signs := range pr.Signs {
		pr.Grid.Watch.After(len(signs))
		stride := pr.Dirs[k].Stride
		pr.strides[2*k], pr.strides[2*k+1] = stride, -stride
		for p, s := range signs {
			switch s {
			case OpenEdge | Rising:
				pr.greater[p] |= 1 << (2 * k)
				pr.addConstraint(p, p+stride)
			case OpenEdge | Falling:
				pr.greater[p+stride] |= 2 << (2 * k)
				pr.addConstraint(p+stride, p)
			}
		}
	}
	if pr.extrema == nil {
		return
	}
	pr.extrema.eachConstraint(func(below, above int) {
		pr.addConstraint(below, above)
		pr.State[below] |= hasAbove
	})
}

// addConstraint counts a constraint between two values.
func (pr *Projection) addConstraint(below, above int) {
	pr.State[below] |= constrained
	pr.State[above] |= constrained
	pr.inDegree[pr.ClassOf(above)]++
}

// successors returns the classes above the class of p, one of several constraints
// several times. The list is valid until the next call.
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

// assign finds L and U, and leaves the projected indices in lower.
func (pr *Projection) assign() error {
	if err := pr.sort(); err != nil {
		return err
	}
	for i := len(pr.sorted) - 1; i >= 0; i-- {
		p := int(pr.sorted[i])
		u := pr.upper[p]
		for _, q := range pr.successorsAt(i) {
			u = min(u, pr.upper[q]-1)
		}
		if pr.upper[p] = u; pr.lower[p] > u {
			return errContradiction
		}
	}
	for i, n := range pr.sorted {
		p := int(n)
		index := min(max(pr.Index[p], pr.lower[p]), pr.upper[p])
		pr.lower[p] = index
		for _, q := range pr.successorsAt(i) {
			pr.lower[q] = max(pr.lower[q], index+1)
		}
	}
	return nil
}

// sort puts the classes into topological order and sets L. It caches the successors
// of as many as there is memory for.
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
	if pr.greater == nil { // cache takes its memory
		pr.alloc(&pr.cache)
	}
	cache := pr.cache[:0]
	pr.cached = 0
	for i := 0; i < len(order); i++ {
		p := int(order[i])
		l := pr.lower[p] + 1
		list := pr.successors(p)
		for _, q := range list {
			pr.lower[q] = max(pr.lower[q], l)
			if pr.inDegree[q]--; pr.inDegree[q] == 0 {
				order = append(order, q)
			}
		}
		if pr.cached == i && len(cache)+len(list) <= cap(cache) {
			cache = append(cache, list...)
			pr.inDegree[p] = int32(len(cache)) // which has no other use by now
			pr.cached++
		}
	}
	if pr.sorted = order; len(order) < nodes {
		return errContradiction // a cycle
	}
	return nil
}

// successorsAt returns the successors of the i-th class sorted.
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
