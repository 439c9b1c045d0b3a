package codec

import "github.com/morselcodec/morsel/formats"

// relations knows how the values of a chunk compare with their neighbours, as
// far as a decoder can tell: from the intervals that the bound leaves to each
// value, and from what the archive says.
//
// Its arrays have a margin behind the last index of every axis, so that the
// neighbours of any value can be looked up. Axes of extent 1 are left out.
type relations struct {
	grid   grid // the axes that are left
	size   int  // of the arrays
	origin int  // index of the first value
	stride [maxRank]int

	key    []int64 // place of the decoded value on the lattice
	lo, hi []int64 // where the original can be
	state  []uint8 // alive, pinned, narrowed
	dirs   []direction
	sign   [][]uint8 // for each direction, of the edge that starts at a value
	open   int       // edges that the intervals leave open

	field  []int32 // the decoded values, see measure
	smooth []int32
}

// direction is where the other end of an edge lies.
type direction struct {
	by  [maxRank]int // per axis, −1 to 1; the first that is not 0 is 1
	off int
	// axes counts those that are not 0.
	axes int
}

// States of a value.
const (
	alive  = 1 // it has relations: it is finite and not fill
	pinned = 2 // it is known exactly
	// narrowed: the archive says more of its interval than the bound does.
	narrowed = 4
)

// What is known about an edge: whether its end is less than its start, equal
// to it or greater.
const (
	falling = 0
	tied    = 1
	rising  = 2
	noEdge  = 3
	// openEdge marks edges that the intervals leave open; until the
	// archive tells more, the rest is noEdge.
	openEdge = 4
	signMask = 3
)

// newRelations lays out a chunk. Only offsets along the axes become
// directions, or all, for full.
func newRelations(g *grid, full bool) *relations {
	r := &relations{}
	var shape []int
	for _, n := range g.shape[:g.rank] {
		if n > 1 {
			shape = append(shape, n)
		}
	}
	if len(shape) == 0 {
		shape = []int{1}
	}
	r.grid = newGrid(shape)
	r.grid.stop = g.stop
	stride := 1
	for a := r.grid.rank - 1; a >= 0; a-- {
		r.stride[a] = stride
		r.origin += stride
		stride *= shape[a] + 1
	}
	r.size = 2*r.origin + stride
	r.key, r.lo, r.hi = make([]int64, r.size), make([]int64, r.size), make([]int64, r.size)
	r.state = make([]uint8, r.size)
	r.dirs = r.directions(full)
	return r
}

// directions lists the axes in order, then the diagonals, those of fewer axes
// first and otherwise in lexicographic order.
func (r *relations) directions(full bool) []direction {
	rank := r.grid.rank
	var list []direction
	total := 1
	for range rank {
		total *= 3
	}
	for axes := 1; axes <= rank; axes++ {
		for n := total - 1; n > total/2; n-- {
			d := direction{}
			for a, m := rank-1, n; a >= 0; a, m = a-1, m/3 {
				d.by[a] = m%3 - 1
				d.off += d.by[a] * r.stride[a]
				if d.by[a] != 0 {
					d.axes++
				}
			}
			if d.axes == axes {
				list = append(list, d)
			}
		}
		if !full {
			break
		}
	}
	return list
}

// rows calls f for each run of values that stands together both in the chunk,
// at index from, and in the arrays, at index at. c is its coordinate.
func (r *relations) rows(f func(from, at, n int, c *[maxRank]int)) {
	inner := r.grid.rank - 1
	n := r.grid.shape[inner]
	var c [maxRank]int
	at := r.origin
	for from := 0; from < r.grid.size; from += n {
		r.grid.stop.after(n)
		f(from, at, n, &c)
		for a := inner - 1; a >= 0; a-- {
			c[a]++
			at += r.stride[a]
			if c[a] < r.grid.shape[a] {
				break
			}
			at -= c[a] * r.stride[a]
			c[a] = 0
		}
	}
}

// set fills the arrays with decoded values and what they leave open. status
// tells the states apart, nil stands for values that are alive and not pinned.
func set[T formats.Float](r *relations, l *lattice[T], values []T, status []uint8, eps float64) {
	r.rows(func(from, at, n int, _ *[maxRank]int) {
		key, lo, hi, v := r.key[at:at+n], r.lo[at:at+n], r.hi[at:at+n], values[from:from+n]
		if status == nil {
			l.places(key, v)
			l.around(lo, hi, v, eps)
			for p := at; p < at+n; p++ {
				r.state[p] = alive
			}
			return
		}
		for i, s := range status[from : from+n] {
			r.state[at+i] = s
			if s&alive == 0 {
				continue
			}
			l.places(key[i:], v[i:i+1])
			if s&pinned != 0 {
				lo[i], hi[i] = key[i], key[i]
			} else {
				l.around(lo[i:], hi[i:], v[i:i+1], eps)
			}
		}
	})
}

// compare finds out what the intervals tell about every edge.
func (r *relations) compare() {
	r.open = 0
	if r.sign == nil {
		r.sign = make([][]uint8, len(r.dirs))
		for k := range r.sign {
			r.sign[k] = make([]uint8, r.size)
		}
	}
	for k, d := range r.dirs {
		s := r.sign[k]
		for p := range s {
			s[p] = noEdge
		}
		r.rows(func(_, at, n int, _ *[maxRank]int) {
			for p := at; p < at+n; p++ {
				q := p + d.off
				if r.state[p]&r.state[q]&alive == 0 {
					continue
				}
				s[p] = r.closed(p, q)
				if s[p] == noEdge {
					s[p] = openEdge | noEdge
					r.open++
				}
			}
		})
	}
}

// closed returns how q compares with p if their intervals tell, else noEdge.
func (r *relations) closed(p, q int) uint8 {
	switch {
	case r.hi[p] < r.lo[q]:
		return rising
	case r.lo[p] > r.hi[q]:
		return falling
	case r.lo[p] == r.hi[p] && r.lo[q] == r.hi[q]:
		return tied
	}
	return noEdge
}

// signBetween compares two keys.
func signBetween(from, to int64) uint8 {
	switch {
	case from < to:
		return rising
	case from > to:
		return falling
	}
	return tied
}

// tell closes every open edge as the keys of the original say.
func (r *relations) tell(original []int64) {
	for k, d := range r.dirs {
		s := r.sign[k]
		for p, v := range s {
			if v&openEdge != 0 {
				s[p] = openEdge | signBetween(original[p], original[p+d.off])
			}
		}
	}
}
